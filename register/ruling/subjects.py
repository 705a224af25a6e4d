"""Whom of the directory a declaration is about, where its kind asks that: the answers `subject` and
`subject_note`; and whom else its answers name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from register.answers import Answers
from register.directory.directory import Directory
from register.errors import FieldError

PLACE = "details.subject"
NOBODY = "Name who it is about; if they are not in this list, say who they are in the note."
ONESELF = "This is about somebody else than you."


def named_in(details: Answers) -> frozenset[str]:
    """The ids of the people whom the answers name."""
    subject = getattr(details, "subject", None)
    return frozenset() if subject is None else frozenset([subject])


def wrong_subject(details: Answers, worker: str, directory: Directory) -> list[FieldError]:
    """What is wrong with whom the answers name, if the kind asks for somebody."""
    if not hasattr(details, "subject"):
        return []
    subject: str | None = details.subject
    if subject is None:
        return [] if getattr(details, "subject_note", None) else [FieldError(PLACE, NOBODY)]
    if subject == worker:
        return [FieldError(PLACE, ONESELF)]
    if subject not in directory.people:
        return [FieldError(PLACE, f"Nobody here has the id {subject!r}.")]
    return []


def wrong_colleagues(
    details: Answers, before: Answers | None, worker: str, directory: Directory
) -> list[FieldError]:
    """What is wrong with the colleagues whom the answers name, as far as they were not named by the
    answers before."""
    return [
        FieldError(f"details.{name}", words)
        for name in _colleagues_in(type(details))
        if (named := getattr(details, name)) is not None and named != getattr(before, name, None)
        for words in _wrong_with(named, worker, directory)
    ]


@cache
def _colleagues_in(model: type[Answers]) -> tuple[str, ...]:
    """The questions that are answered by naming a colleague."""
    return tuple(
        name
        for name, asked in model.model_json_schema()["properties"].items()
        if any(each.get("x-here") for each in (asked, *asked.get("anyOf", ())))
    )


def _wrong_with(named: str, worker: str, directory: Directory) -> Iterator[str]:
    if named == worker:
        yield "This is you: name somebody else."
    elif named not in directory.people:
        yield f"Nobody here has the id {named!r}."
    elif not directory.is_here(named):
        yield "They have left: name somebody who is here."
