"""The types of answers, and how the body of a request is read into them.

A model that reads a body is strict: it converts no value from another type, and an unknown field
is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic import ValidationInfo as Info
from pydantic_core import ErrorDetails, PydanticCustomError

from register.deadlines import a_year_after
from register.errors import FieldError, InvalidError

LONGEST_TEXT = 4000
LONGEST_ID = 64
"""Of a person's id."""
BIDI_OVERRIDES = r"\u202A-\u202E\u2066-\u2069"
CONTROLS = r"\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F-\u009F"
SPACES = r" \n\r\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
REFUSED = CONTROLS + BIDI_OVERRIDES
ANY = rf"[^\r{REFUSED}]*"
TEXT = f"^{ANY}[^{REFUSED}{SPACES}]{ANY}$"
"""A text that is not blank, with no control character except the end of a line. This may be sent as
CR LF too, and is read as one character."""
A_WORD = rf"^[^\r\n{REFUSED}]*$"
"""What the API's description says of ids that the directory looks up."""
REFERENCE = re.compile(r"[A-Za-z0-9/.\-]{1,40}")
MONEY = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
POSITION = re.compile(r"[0-9]{1,18}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
A_YEAR = r"(19[0-9]{2}|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
A_DAY = A_YEAR + r"-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
A_MOMENT = (
    A_DAY + r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""What the API's description says of days and moments: there are none that it refuses."""
EARLIEST = date(1900, 1, 1)
LATEST = date(9998, 12, 31)

Model = TypeVar("Model", bound=BaseModel)


IN_OUR_WORDS = "in_our_words"
"""The sort of the errors whose message is fit to be shown as it is."""


class Answers(BaseModel):
    """Answers to one form. A field's title is its label, its description the hint."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def refuse(words: str) -> PydanticCustomError:
    return PydanticCustomError(IN_OUR_WORDS, words)


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise refuse("Write this as text.")
    text = value.replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        raise refuse(f"Write no more than {LONGEST_TEXT:,} characters; this has {len(text):,}.")
    if re.search(f"[{BIDI_OVERRIDES}]", text):
        raise refuse("This text holds a hidden mark that turns its direction; please retype it.")
    if re.search(f"[{CONTROLS}\r]", text):
        raise refuse("This text holds a control character, such as a tab; please retype it.")
    if not re.search(TEXT, text):
        raise refuse("Write a few words here.")
    return text


def _reference(value: object) -> object:
    if not isinstance(value, str) or not REFERENCE.fullmatch(value):
        raise refuse("Write the case reference, such as SU-1042: letters and digits. No names.")
    return value


def _person(value: object) -> object:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise refuse("Name a person by their id.")
    return value


def _money(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{8,}(\.[0-9]{1,2})?", value):
        raise refuse("Give no more than 9999999.99 pounds.")
    if not isinstance(value, str) or not MONEY.fullmatch(value):
        raise refuse("Write the pounds as a number, like 8.50.")
    return value


def _whole_number(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("Give a whole number.")
    return value


NO_DATE = "Give a date as year-month-day, like 2026-03-02."


def _date(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise refuse(NO_DATE)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refuse("There is no such day.") from None
    if not EARLIEST <= day <= LATEST:
        raise refuse("This day is too far away.")
    return day


def _today(info: Info) -> date:
    """The last day that is not in the future: the argument `today` of `read`."""
    today: date = (info.context or {})["today"]
    return today


def _past(value: date, info: Info) -> date:
    if value > _today(info):
        raise refuse("This day has not come yet.")
    return value


def _coming(value: date, info: Info) -> date:
    if value < _today(info):
        raise refuse("This day has gone by.")
    return value


def _within_a_year(value: date, info: Info) -> date:
    if value > a_year_after(_today(info)):
        raise refuse("This day is more than a year away.")
    return value


def moment(value: object) -> datetime:
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise refuse("Give date, time and offset, like 2026-03-02T16:05:00+00:00.")
    try:
        parsed = datetime.fromisoformat(_six_digits(value.upper()))
        in_reach = EARLIEST < parsed.astimezone(UTC).date() < LATEST
    except (ValueError, OverflowError):
        raise refuse("There is no such moment.") from None
    if not in_reach:
        raise refuse("This moment is too far away.")
    return parsed


def position_or_moment(value: object) -> int | datetime:
    """Read the value of `as_at`: a position or a moment."""
    if isinstance(value, str) and POSITION.fullmatch(value):
        return int(value)
    try:
        return moment(value)
    except PydanticCustomError:
        raise refuse("Give a position, or a moment like 2026-03-02T16:05:00Z.") from None


def _six_digits(moment: str) -> str:
    """Cut a moment off after the microseconds: Python 3.11 reads no more digits."""
    return re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", moment)


def _each_once(value: object) -> object:
    chosen = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    if len(set(chosen)) < len(chosen):
        raise refuse("Choose each of these only once.")
    return value


def _year(value: int, info: Info) -> int:
    if not EARLIEST.year <= value <= _today(info).year:
        raise refuse(f"Give a year from {EARLIEST.year} to this year.")
    return value


def within(lowest: int, highest: int) -> tuple[Any, ...]:
    """A whole number has to be from `lowest` to `highest`, including both."""

    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise refuse(f"Give a whole number from {lowest} to {highest}.")
        return value

    limits: dict[str, Any] = {"minimum": lowest, "maximum": highest}
    return AfterValidator(check), Field(json_schema_extra=limits)


EACH_ONCE: tuple[Any, ...] = (
    BeforeValidator(_each_once),
    Field(json_schema_extra={"uniqueItems": True}),
)
"""For a list of choices."""
ONE_OR_MORE: tuple[Any, ...] = (*EACH_ONCE, Field(min_length=1))
"""For a list of choices of which at least one is made."""


def labelled(**words: str) -> Any:
    """The choices of a question in words, in the order in which they are asked."""
    return Field(json_schema_extra={"x-labels": dict(words)})


def turned_round(question: str, hint: str | None = None) -> Any:
    """A truth that is asked the other way round: yes to the question means that it is not so. The
    hint is that of the question."""
    extra: dict[str, Any] = {"x-asked": question, "x-labels": {"false": "Yes", "true": "No"}}
    extra |= {"x-hint": hint} if hint else {}
    return Field(json_schema_extra=extra)


def a_few(each: str, most: int) -> Any:
    """A list of a few small records; `each` is what one of them is called."""
    return Field(max_length=most, json_schema_extra={"x-each": each})


def only_if(question: str, answer: str, *, else_it_is: str) -> Any:
    """A question that forms ask only if another has this answer; else its own is clear."""
    return Field(json_schema_extra={"x-only-if": [question, answer, else_it_is]})


def _pattern(expression: re.Pattern[str], widget: str) -> Any:
    extra: dict[str, Any] = {"pattern": f"^{expression.pattern}$", "x-widget": widget}
    return Field(json_schema_extra=extra)


Text = Annotated[
    str,
    BeforeValidator(_text),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT, "pattern": TEXT}),
]
Line = Annotated[Text, Field(json_schema_extra={"x-widget": "line"})]
"""A text that a form asks for in one line."""
Reference = Annotated[str, BeforeValidator(_reference), _pattern(REFERENCE, "line")]
PersonId = Annotated[
    str,
    BeforeValidator(_person),
    Field(
        json_schema_extra={
            "minLength": 1,
            "maxLength": LONGEST_ID,
            "pattern": A_WORD,
            "x-widget": "person",
        }
    ),
]
"""Somebody of the directory. Whether they are in it, the rule checks."""
SubjectId = Annotated[
    PersonId,
    Field(
        description="A person's id. Or `line_manager` or `service_director`, for whoever is that "
        "to the worker, from when it was written until the register receives it; their id is "
        "then stored in its place."
    ),
]
"""The answer `subject`: whom of the directory a declaration is about."""
Colleague = Annotated[PersonId, Field(json_schema_extra={"x-here": True})]
"""Somebody of the directory who has not left, and is not whoever answers."""
Money = Annotated[str, BeforeValidator(_money), _pattern(MONEY, "money")]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Year = Annotated[
    WholeNumber, AfterValidator(_year), Field(json_schema_extra={"minimum": EARLIEST.year})
]
Day = Annotated[date, BeforeValidator(_date), Field(json_schema_extra={"pattern": f"^{A_DAY}$"})]
PastDay = Annotated[
    Day, AfterValidator(_past), Field(json_schema_extra={"$comment": "Today or earlier."})
]
ComingDay = Annotated[
    Day, AfterValidator(_coming), Field(json_schema_extra={"$comment": "Today or later."})
]
DayWithinAYear = Annotated[
    Day,
    AfterValidator(_within_a_year),
    Field(json_schema_extra={"$comment": "At most a year from today."}),
]
Moment = Annotated[
    datetime, BeforeValidator(moment), Field(json_schema_extra={"pattern": f"^{A_MOMENT}$"})
]


def read(model: type[Model], body: object, *, today: date | None = None) -> Model:
    """Read a body as the model. Raises `InvalidError` with every bad field at once."""
    if not isinstance(body, dict):
        raise InvalidError.of("", OBJECT)
    try:
        return model.model_validate(body, context={"today": today})
    except ValidationError as error:
        raise InvalidError(list(_field_errors(error))) from None


def _field_errors(error: ValidationError) -> Iterator[FieldError]:
    for details in error.errors(include_url=False):
        path = ".".join(str(step) for step in details["loc"])
        yield FieldError(path, _words(details))


def _words(details: ErrorDetails) -> str:
    match details["type"]:
        case our_own if our_own == IN_OUR_WORDS:
            return details["msg"]
        case "extra_forbidden":
            return f"There is no field called {str(details['loc'][-1])[:60]!r} here."
        case "literal_error":
            return f"Choose one of: {details['ctx']['expected'].replace(chr(39), '')}."
        case "too_long":
            return f"Give no more than {details['ctx']['max_length']}."
        case other:
            return WORDS.get(other, "This cannot be taken as it is.")


OBJECT = "Send an object with named fields."
WORDS = {
    "missing": "This answer is missing.",
    "bool_type": "Answer true or false.",
    "string_type": "Write this as text.",
    "string_too_short": "Write a few words here.",
    "string_too_long": "This is too long.",
    "too_short": "Choose at least one.",
    "list_type": "Give a list.",
    "tuple_type": "Give a list.",
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dict_type": OBJECT,
}
