"""Whom of the directory a declaration is about, where its kind asks that: the answers `subject` and
`subject_note`; and whom else its answers name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache

from events.declarations import FactsWords
from events.names import Role
from register.answers import Answers
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.errors import FieldError
from register.standing.roles import ROLES

PLACE, NOTE = "details.subject", "details.subject_note"
NOBODY = "Name who it is about; if they are not in this list, say who they are in the note."
ONESELF = "This is you: name somebody else."
NOT_CLEAR = {
    Role.LINE_MANAGER: (
        "The register cannot tell who was your line manager when you wrote this: choose their name."
    ),
    Role.SERVICE_DIRECTOR: "The register cannot tell which director you mean: choose their name.",
}
Lately = Callable[[], Iterable[Directory]]
"""What the directory said of the worker, and of their services, since they wrote it. It is asked
only where somebody is named by a role, as it has to be looked up."""
LatelyOf = Callable[[str, str | None, datetime], Iterable[Directory]]
"""Looks that up for a worker and the service that it is for, since a moment."""


def nothing_lately(*_of: object) -> Iterable[Directory]:
    return ()


def named_in(details: Answers) -> frozenset[str]:
    """The ids of the people whom the answers name."""
    subject = getattr(details, "subject", None)
    return frozenset() if subject is None else frozenset([subject])


def role_in(details: Answers, directory: Directory) -> Role | None:
    """The role by which the answers name whom it is about; None where they name somebody by an id,
    or nobody."""
    subject = getattr(details, "subject", None)
    return Role(subject) if subject in ROLES and subject not in directory.people else None


def by_id(
    details: Answers,
    worker: str,
    service: str | None,
    directory: Directory,
    before: FactsWords | None = None,
    lately: Lately = nothing_lately,
) -> Answers:
    """The answers with the id of whom they name by a role; as they are, where that is not clear, as
    another held it while they waited for a signal. Where the same was said `before`, the role is
    still that of whoever it meant then."""
    role = role_in(details, directory)
    if role is None:
        return details
    if before is not None and before.named_as == role:
        return details.model_copy(update={"subject": before.details.get("subject")})
    meant = _holders(role, worker, service, directory)
    for then in lately():
        meant |= _holders(role, worker, service, then, directory.on(then.today))
    return details.model_copy(update={"subject": meant.pop()}) if len(meant) == 1 else details


def _holders(
    role: Role,
    worker: str,
    service: str | None,
    directory: Directory,
    people: Directory | None = None,
) -> set[str]:
    """Whom a worker may mean by a role: at a service that is none of theirs, whoever holds it there
    or at one of theirs. Whoever has left holds none; that is asked of `people`, where given."""
    own = directory.people[worker].services
    places = {service} if service in own else {service, *own}
    matters = (Matter(worker, each, acts=None) for each in places if each is not None)
    named = {ROLES[role].named(directory, each) for each in matters}
    known = people or directory
    return {each for each in named if each is not None and known.is_here(each)}


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
        yield NOT_CLEAR[Role(named)] if named in NOT_CLEAR else f"Nobody here has the id {named!r}."
    elif must_be_here and not directory.is_here(named):
        yield "They have left: name somebody who is here."
