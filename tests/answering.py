"""Questions of every type, and what is made of an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from register.answers import (
    Answers,
    ComingDay,
    Day,
    Moment,
    Money,
    PastDay,
    Reference,
    Text,
    WholeNumber,
    Year,
    read,
)
from register.errors import InvalidError
from tests.cast import TODAY

Choice = Literal["keep", "return"]
Minutes = Annotated[WholeNumber, Field(ge=0, le=1440)]
TYPES = {
    "text": Text,
    "reference": Reference,
    "money": Money,
    "minutes": Minutes,
    "year": Year,
    "day": Day,
    "past day": PastDay,
    "coming day": ComingDay,
    "moment": Moment,
    "yes or no": bool,
    "choice": Choice,
    "choices": list[Choice],
    "perhaps": Text | None,
}


LRE, RLO, LRI, PDI = "\u202a", "\u202e", "\u2066", "\u2069"


def answer(kind: Any, value: object) -> Any:
    """What a form with this one question makes of an answer."""
    form = create_model("Form", __base__=Answers, answer=(kind, ...))
    return read(form, {"answer": value}, today=TODAY).answer


def wrong(read_it: Callable[[], object]) -> dict[str, str]:
    """What is wrong, by field; nothing where it is taken."""
    try:
        read_it()
    except InvalidError as error:
        return {each.field: each.message for each in error.errors}
    return {}


def refusal(kind: Any, value: object) -> str:
    found = wrong(lambda: answer(kind, value))
    assert found.keys() == {"answer"}
    return found["answer"]
