"""Who holds a role for a worker: people in order, each with the reason they come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from events.names import Because, Role
from register.declarations.keys import Open, open_keys
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.asked_as_well import Asked, asked_as_well
from register.standing.barring import is_barred, may_not_cover
from register.standing.roles import ROLES, ActingRole


class Held(Open, Asked, Protocol):
    """What somebody may have to act on."""

    @property
    def is_settled(self) -> bool: ...


class Given(Protocol):
    """Something that was given to somebody to do."""

    @property
    def by(self) -> str: ...
    @property
    def role(self) -> Role | None: ...


@dataclass(frozen=True)
class Holder:
    person: str
    because: Because | None
    """None where something is theirs without any role."""
    for_person: str | None = None
    """Whom they cover for, if they do: who may still act as well."""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who may act."""
        return (self.person,) if self.for_person is None else (self.person, self.for_person)


def holders(directory: Directory, role: Role, matter: Matter) -> Iterator[Holder]:
    """The people who may hold a role: the first holds it, and the next would hold it in their
    place. Whoever covers for one of them comes before them. Nobody is the worker, is barred, or has
    left, or entered it for the worker. Raises `KeyError` for a role that does not act on what
    others declare."""
    line = ROLES[role]
    before = {matter.worker, matter.entered_by}
    for person, because in _in_order(directory, line, matter):
        is_able = directory.is_here(person) and not is_barred(person, matter, directory)
        if person not in before and is_able:
            cover = _cover(directory, person, matter)
            if cover is not None and cover.person not in before:
                yield cover
                before.add(cover.person)
            yield Holder(person, because)
        before.add(person)


def _cover(directory: Directory, person: str, matter: Matter) -> Holder | None:
    """Whoever covers for a person in this matter. They have it from nobody but that person: who
    covers for the one covering does not come in."""
    cover = directory.cover_of(person)
    if cover in (None, matter.worker, matter.entered_by):
        return None
    if may_not_cover(cover, matter, directory):
        return None
    return Holder(cover, Because.COVERS, for_person=person)


def _in_order(
    directory: Directory, line: ActingRole, matter: Matter
) -> Iterator[tuple[str, Because]]:
    named = line.named(directory, matter)
    if named is not None:
        yield named, Because.NAMED
    for person in line.above(directory, matter):
        yield person, Because.NEXT_ABOVE
    yield directory.services[matter.service].director, Because.DIRECTOR
    yield from directory.instead_of_director(matter.service)


def holder_of(directory: Directory, role: Role, matter: Matter) -> Holder | None:
    """Who holds a role, and why; None if there is nobody."""
    return next(holders(directory, role, matter), None)


def who_holds(directory: Directory, role: Role, matter: Matter) -> str | None:
    first = holder_of(directory, role, matter)
    return None if first is None else first.person


def holding(directory: Directory, role: Role, matter: Matter) -> tuple[str, ...]:
    """Everybody who may act in a role now: who holds it and, if they cover for another, who that
    is."""
    first = holder_of(directory, role, matter)
    return () if first is None else first.people


def doer(action: Given, matter: Matter, directory: Directory) -> Holder | None:
    """Who must do an agreed action, and why. What somebody was to do who has left, or is barred by
    now, goes to whoever holds their role; the role that acts, where theirs is none. What somebody
    was to do in a role goes to whoever covers for them, meanwhile. None if there is nobody."""
    is_own = action.by == matter.worker
    if directory.is_here(action.by) and (is_own or not is_barred(action.by, matter, directory)):
        cover = None
        if action.role in ROLES and not is_own:
            cover = _cover(directory, action.by, matter)
        return cover or Holder(action.by, None)
    return _for_a_leaver(action.role if action.role in ROLES else None, matter, directory)


def informant(matter: Matter, directory: Directory) -> Holder | None:
    """Who answers a question that the worker was asked, and why: the worker; once they have left,
    whoever holds the role that acts. None if there is nobody."""
    if directory.is_here(matter.worker):
        return Holder(matter.worker, None)
    return _for_a_leaver(None, matter, directory)


def _for_a_leaver(role: Role | None, matter: Matter, directory: Directory) -> Holder | None:
    return holder_of(directory, role or matter.acts or Role.LINE_MANAGER, matter)


def acting(held: Held, directory: Directory) -> set[str]:
    """Whoever must act now: on the declaration itself, by doing what was agreed, or by answering in
    the worker's place. Whoever is covered for may act as well."""
    found = [doer(action, held.matter, directory) for action in held.open_actions]
    if held.question is not None:
        found.append(informant(held.matter, directory))
    role = None if held.is_settled else held.matter.acts
    if role is not None:
        found.append(holder_of(directory, role, held.matter))
    as_well = asked_as_well(held, open_keys(held), directory)
    return as_well | {person for each in found if each is not None for person in each.people}
