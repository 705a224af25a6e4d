"""The roles in which people act on what others declare, and whom the directory names for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from events.names import Role
from register.declarations.matter import Matter
from register.directory.directory import Directory


@dataclass(frozen=True)
class ActingRole:
    """A role in which people act on what others declare, and how its holders are found."""

    words: str
    """Its name for people."""
    named: Callable[[Directory, Matter], str | None]
    above: Callable[[Directory, Matter], Iterator[str]]
    """The people above the one named who could hold the role, nearest first."""


def _line_manager(directory: Directory, matter: Matter) -> str | None:
    worker = directory.people.get(matter.worker)
    return worker.line_manager if worker else None


def _line_managers(directory: Directory, matter: Matter) -> Iterator[str]:
    return directory.line_above(matter.worker)


def _director(directory: Directory, matter: Matter) -> str | None:
    return directory.services[matter.service].director


def _directors(directory: Directory, matter: Matter) -> Iterator[str]:
    line = directory.line_above(directory.services[matter.service].director)
    return (person for person in line if directory.directs(person))


ROLES = {
    Role.LINE_MANAGER: ActingRole("line manager", _line_manager, _line_managers),
    Role.SERVICE_DIRECTOR: ActingRole("service director", _director, _directors),
}
"""Every role in which people act. Another role is a `KeyError`, and never somebody by default."""
