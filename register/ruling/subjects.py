"""Whom of the directory a declaration is about, where its kind asks that: the answers `subject` and
`subject_note`."""

from __future__ import annotations

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
