"""Who holds a role for a worker: people in order, each with the reason they come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from events.names import Because, Role
from register.declarations.declaration import Action
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
    for each in sorted(directory.services, key=lambda each: (each != matter.service, each)):
        yield directory.services[each].director, Because.ANOTHER_DIRECTOR


def holder_of(directory: Directory, role: Role, matter: Matter) -> Holder | None:
    """Who holds a role, and why; None if there is nobody."""
    return next(holders(directory, role, matter), None)


def who_holds(directory: Directory, role: Role, matter: Matter) -> str | None:
    first = holder_of(directory, role, matter)
    return None if first is None else first.person


def doer(action: Action, matter: Matter, directory: Directory) -> tuple[str | None, Because | None]:
    """Who must do an agreed action; if a manager or director has left, or is barred by now, whoever
    holds their role, and why. None if there is nobody."""
    is_able = directory.is_here(action.by) and not is_barred(action.by, matter, directory)
    if is_able or action.by == matter.worker:
        return action.by, None
    holder = holder_of(directory, action.role or Role.LINE_MANAGER, matter)
    return (None, None) if holder is None else (holder.person, holder.because)


def acting(held: Held, directory: Directory) -> set[str]:
    """Whoever must act now: on the declaration itself, or by doing what was agreed."""
    doing = [doer(action, held.matter, directory)[0] for action in held.open_actions]
    role = None if held.is_settled else held.matter.acts
    holder = None if role is None else who_holds(directory, role, held.matter)
    return {person for person in (holder, *doing) if person is not None}
