"""The roles whose named holder is not here, and who acts instead; if anybody does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from events.names import Because, Role
from register.declarations.matter import Matter
from register.directory.directory import Directory, Person
from register.standing.holding import Holder, holder_of

NEEDED = (Role.AUDITOR, Role.ADMINISTRATOR)
"""The roles of which somebody should be here, though they act on no declaration."""


@dataclass(frozen=True)
class Unheld:
    """A role that the one named for it does not hold, and who holds it instead."""

    role: Role
    named: str | None = None
    service: str | None = None
    """The service, if it is the role of its director."""
    workers: tuple[str, ...] = ()
    """Those whose line manager it is; or the director, where their own declarations reach
    nobody."""
    instead: Holder | None = None


def unheld(directory: Directory) -> Iterator[Unheld]:
    """Whoever is away still holds their role: somebody covers for them."""
    directory = directory.without_covers()
    yield from _directors(directory)
    yield from _line_managers(directory)
    for role in NEEDED:
        if not here_with(role, directory):
            yield Unheld(role)


def here_with(role: Role, directory: Directory) -> list[Person]:
    """Those who are here and hold a role that was given to them, by their ids."""
    return [each for each in _here(directory) if role in each.roles_on(directory.today)]


def _here(directory: Directory) -> list[Person]:
    people = (directory.people[each] for each in sorted(directory.people))
    return [each for each in people if directory.is_here(each.id)]


def _directors(directory: Directory) -> Iterator[Unheld]:
    role = Role.SERVICE_DIRECTOR
    for service in sorted(directory.services):
        director = directory.services[service].director
        if not directory.is_here(director):
            instead = holder_of(directory, role, Matter("", service, role))
            yield Unheld(role, director, service, instead=instead)
        elif holder_of(directory, role, Matter(director, service, role)) is None:
            yield Unheld(role, director, service, workers=(director,))


def _line_managers(directory: Directory) -> Iterator[Unheld]:
    """Those of several workers together, where it is the same person's role."""
    found: dict[tuple[str | None, Holder | None], list[str]] = {}
    for person in _here(directory):
        service = next(iter([*person.services, *sorted(directory.services)]), None)
        if Role.WORKER not in person.roles or service is None:
            continue
        matter = Matter(person.id, service, Role.LINE_MANAGER)
        holder = holder_of(directory, Role.LINE_MANAGER, matter)
        is_named = holder is not None and holder.because == Because.NAMED
        is_at_the_top = person.line_manager is None and holder is not None
        if not is_named and not is_at_the_top:
            found.setdefault((person.line_manager, holder), []).append(person.id)
    for (named, instead), workers in found.items():
        yield Unheld(Role.LINE_MANAGER, named, workers=tuple(workers), instead=instead)


ENOUGH_AT_LAST = 2


def lacks_last_resort(directory: Directory) -> bool:
    """Whether fewer than two people of the last resort work here, though some are named."""
    named = set(directory.last_resort)
    return bool(named) and sum(map(directory.is_here, named)) < ENOUGH_AT_LAST
