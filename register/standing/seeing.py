"""Who may see a declaration, and why. For anybody else it does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from events.declarations import Ruling
from events.names import Role
from register.declarations.ids import NO_SUCH_DECLARATION
from register.directory.directory import Directory, Person
from register.errors import NotFoundError


class Subject(Protocol):
    """What there is to be seen: a declaration, or one that is not sent yet."""

    @property
    def worker(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def ruling(self) -> Ruling: ...
    @property
    def told(self) -> Iterable[str]: ...


class Because(StrEnum):
    """Why a person may see it."""

    OWN = "it is their own"
    TOLD = "they were told"
    LINE_ABOVE = "they are in the worker's reporting line"
    DIRECTS = "they direct the service"
    AUDITS = "they audit the register"


@dataclass(frozen=True)
class _Reading:
    """What a role sees: whether a person does, and everybody who does."""

    because: Because
    does: Callable[[Person, Subject, Directory], bool]
    people: Callable[[Subject, Directory], Iterable[str]]


def _is_above(person: Person, subject: Subject, directory: Directory) -> bool:
    return person.id in directory.line_above(subject.worker)


def _above(subject: Subject, directory: Directory) -> Iterator[str]:
    return directory.line_above(subject.worker)


def _directs(person: Person, subject: Subject, directory: Directory) -> bool:
    return subject.service in directory.directs(person.id)


def _director(subject: Subject, directory: Directory) -> list[str]:
    return [directory.services[subject.service].director]


def _audits(person: Person, _subject: Subject, _directory: Directory) -> bool:
    return Role.AUDITOR in person.roles


def _auditors(_subject: Subject, directory: Directory) -> list[str]:
    return [each.id for each in directory.people.values() if Role.AUDITOR in each.roles]


READING = {
    Role.LINE_MANAGER: _Reading(Because.LINE_ABOVE, _is_above, _above),
    Role.SERVICE_DIRECTOR: _Reading(Because.DIRECTS, _directs, _director),
    Role.AUDITOR: _Reading(Because.AUDITS, _audits, _auditors),
}
"""Every role that a policy may allow to see what others declare."""


def why_may_see(person: Person, subject: Subject, directory: Directory) -> Because | None:
    """Why a person may see it; None if they may not."""
    if person.id == subject.worker:
        return Because.OWN
    if person.id in subject.told:
        return Because.TOLD
    for role, reading in READING.items():
        if role in subject.ruling.seen_by and reading.does(person, subject, directory):
            return reading.because
    return None


def readers(subject: Subject, directory: Directory) -> dict[str, Because]:
    """Everybody who is here and may see it, each with the reason: the worker, the people told,
    then the people whose role the policy allows."""
    people = {subject.worker: Because.OWN}
    for person in subject.told:
        people.setdefault(person, Because.TOLD)
    for role, reading in READING.items():
        if role in subject.ruling.seen_by:
            for person in reading.people(subject, directory):
                people.setdefault(person, reading.because)
    return {person: why for person, why in people.items() if directory.is_here(person)}


def may_see(person: Person, subject: Subject, directory: Directory) -> bool:
    return why_may_see(person, subject, directory) is not None


def check_may_see(person: Person, subject: Subject, directory: Directory) -> None:
    if not may_see(person, subject, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)


def may_see_exclusions(person: Person, service: str, directory: Directory) -> bool:
    """Whether a person may see the exclusions at a service: its line managers, its director, and
    auditors."""
    return service in exclusions_seen_by(person, directory)


def exclusions_seen_by(person: Person, directory: Directory) -> set[str]:
    """The services whose exclusions from key working a person may see."""
    if Role.AUDITOR in person.roles:
        return set(directory.services)
    managed = {directory.people[below].service for below in directory.reports(person.id)}
    return {service for service in managed if service} | directory.directs(person.id)
