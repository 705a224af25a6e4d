"""Whom of the directory a declaration is about, where its kind asks that: the answers `subject` and
`subject_note`; and whom else its answers name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from register.answers import Answers
from register.directory.directory import Directory
from register.errors import FieldError

PLACE = "details.subject"
NOBODY = "Name who it is about; if they are not in this list, say who they are in the note."
ONESELF = "This is you: name somebody else."


def named_in(details: Answers) -> frozenset[str]:
    """The ids of the people whom the answers name."""
    subject = getattr(details, "subject", None)
    return frozenset() if subject is None else frozenset([subject])


def wrong_people(
    details: Answers, worker: str, directory: Directory, before: Answers | None = None
) -> list[FieldError]:
    """What is wrong with the people whom the answers name. Whom the answers before named already
    may have left since."""
    wrong = [
        FieldError(f"details.{name}", words)
        for name, must_be_here in _people_in(type(details)).items()
        if (named := getattr(details, name)) is not None and named != getattr(before, name, None)
        for words in _wrong_with(named, worker, directory, must_be_here)
    ]
    return [*wrong, FieldError(PLACE, NOBODY)] if _names_nobody(details) else wrong


def _names_nobody(details: Answers) -> bool:
    """Whether it is left open whom it is about, where the kind asks that."""
    is_asked = hasattr(details, "subject") and details.subject is None
    return is_asked and not getattr(details, "subject_note", None)


@cache
def _people_in(model: type[Answers]) -> Mapping[str, bool]:
    """The questions that are answered by naming somebody, and whether they must not have left."""
    properties = model.model_json_schema()["properties"]
    ways = {name: (asked, *asked.get("anyOf", ())) for name, asked in properties.items()}
    return {
        name: any(each.get("x-here") for each in either)
        for name, either in ways.items()
        if any(each.get("x-widget") == "person" for each in either)
    }


def _wrong_with(named: str, worker: str, directory: Directory, must_be_here: bool) -> Iterator[str]:
    if named == worker:
        yield ONESELF
    elif named not in directory.people:
        yield f"Nobody here has the id {named!r}."
    elif must_be_here and not directory.is_here(named):
        yield "They have left: name somebody who is here."
