"""Who holds a role for a worker: people in order, each with the reason they come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from events.names import Because, Role
from register.declarations.declaration import Action, OpenQuestion
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.barring import is_barred
from register.standing.roles import ROLES, ActingRole


class Held(Protocol):
    """What somebody may have to act on."""

    @property
    def matter(self) -> Matter: ...
    @property
    def is_settled(self) -> bool: ...
    @property
    def open_actions(self) -> Sequence[Action]: ...
    @property
    def question(self) -> OpenQuestion | None: ...


class Given(Protocol):
    """Something that was given to somebody to do."""

    @property
    def by(self) -> str: ...
    @property
    def role(self) -> Role | None: ...


@dataclass(frozen=True)
class Holder:
    person: str
    because: Because


def holders(directory: Directory, role: Role, matter: Matter) -> Iterator[Holder]:
    """The people who may hold a role: the first holds it, and the next would hold it in their
    place. Nobody is the worker, is barred, or has left. Raises `KeyError` for a role that does not
    act on what others declare."""
    line = ROLES[role]
    before = {matter.worker}
    for person, because in _in_order(directory, line, matter):
        is_able = directory.is_here(person) and not is_barred(person, matter, directory)
        if person not in before and is_able:
            yield Holder(person, because)
        before.add(person)


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


def doer(action: Given, matter: Matter, directory: Directory) -> tuple[str | None, Because | None]:
    """Who must do an agreed action, and why. What somebody was to do who has left, or is barred by
    now, goes to whoever holds their role; the role that acts, where theirs is none. None if there
    is nobody."""
    is_own = action.by == matter.worker
    if directory.is_here(action.by) and (is_own or not is_barred(action.by, matter, directory)):
        return action.by, None
    return _for_a_leaver(action.role if action.role in ROLES else None, matter, directory)


def informant(matter: Matter, directory: Directory) -> tuple[str | None, Because | None]:
    """Who answers a question that the worker was asked, and why: the worker; once they have left,
    whoever holds the role that acts. None if there is nobody."""
    if directory.is_here(matter.worker):
        return matter.worker, None
    return _for_a_leaver(None, matter, directory)


def _for_a_leaver(
    role: Role | None, matter: Matter, directory: Directory
) -> tuple[str | None, Because | None]:
    holder = holder_of(directory, role or matter.acts or Role.LINE_MANAGER, matter)
    return (None, None) if holder is None else (holder.person, holder.because)


def acting(held: Held, directory: Directory) -> set[str]:
    """Whoever must act now: on the declaration itself, by doing what was agreed, or by answering in
    the worker's place."""
    doing = [doer(action, held.matter, directory)[0] for action in held.open_actions]
    if held.question is not None:
        doing.append(informant(held.matter, directory)[0])
    role = None if held.is_settled else held.matter.acts
    holder = None if role is None else who_holds(directory, role, held.matter)
    return {person for person in (holder, *doing) if person is not None}
