"""Who holds a role for a worker: people in order, each with the reason they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from events.names import Because, Role
from register.directory.directory import Directory

IN_WORDS = {
    Because.NAMED: "the directory names them",
    Because.NEXT_ABOVE: "they are the next above: the one named is party to it, or has left",
    Because.ANOTHER_DIRECTOR: "they direct a service, and nobody above could hold the role",
}
"""Why a role is somebody's, as people are told."""


@dataclass(frozen=True)
class Holder:
    person: str
    because: Because


@dataclass(frozen=True)
class _Line:
    """How the directory finds the holders of a role for a worker at a service."""

    named: Callable[[Directory, str, str], str | None]
    above: Callable[[Directory, str, str], Iterator[str]]
    """The people above the one named who could hold the role, nearest first."""


def _line_manager(directory: Directory, worker: str, _service: str) -> str | None:
    return directory.people[worker].line_manager if worker in directory.people else None


def _line_managers(directory: Directory, worker: str, _service: str) -> Iterator[str]:
    return directory.line_above(worker)


def _director(directory: Directory, _worker: str, service: str) -> str | None:
    return directory.services[service].director


def _directors(directory: Directory, _worker: str, service: str) -> Iterator[str]:
    line = directory.line_above(directory.services[service].director)
    return (person for person in line if directory.directs(person))


LINES = {
    Role.LINE_MANAGER: _Line(_line_manager, _line_managers),
    Role.SERVICE_DIRECTOR: _Line(_director, _directors),
}
"""Every role in which people act on what others declare."""


def holders(directory: Directory, role: Role, worker: str, service: str) -> Iterator[Holder]:
    """The people who may hold a role for a worker: the first holds it, and the next would hold it
    in their place. Nobody is the worker, or has left. Raises `KeyError` for a role that does not
    act on what others declare."""
    line = LINES[role]
    before = {worker}
    for person, because in _in_order(directory, line, worker, service):
        if person not in before and directory.is_here(person):
            yield Holder(person, because)
        before.add(person)


def _in_order(
    directory: Directory, line: _Line, worker: str, service: str
) -> Iterator[tuple[str, Because]]:
    named = line.named(directory, worker, service)
    if named is not None:
        yield named, Because.NAMED
    for person in line.above(directory, worker, service):
        yield person, Because.NEXT_ABOVE
    for each in sorted(directory.services, key=lambda each: (each != service, each)):
        yield directory.services[each].director, Because.ANOTHER_DIRECTOR


def holder_of(directory: Directory, role: Role, worker: str, service: str) -> Holder | None:
    """Who holds a role for a worker, and why; None if there is nobody."""
    return next(holders(directory, role, worker, service), None)


def who_holds(directory: Directory, role: Role, worker: str, service: str) -> str | None:
    first = holder_of(directory, role, worker, service)
    return None if first is None else first.person
