"""Who holds a role for a worker: people in order, each with the reason they come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from events.names import Role
from register.declarations.declaration import Action
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.barring import is_barred
from register.standing.roles import LINES, Line


class Held(Protocol):
    """What somebody may have to act on."""

    @property
    def matter(self) -> Matter: ...
    @property
    def is_settled(self) -> bool: ...
    @property
    def open_actions(self) -> Sequence[Action]: ...


class Because(StrEnum):
    """Why a role is a person's."""

    NAMED = "the directory names them"
    NEXT_ABOVE = "they are the next above: the one named is party to it, or has left"
    ANOTHER_DIRECTOR = "they direct a service, and nobody above could hold the role"


@dataclass(frozen=True)
class Holder:
    person: str
    because: Because


def holders(directory: Directory, role: Role, matter: Matter) -> Iterator[Holder]:
    """The people who may hold a role: the first holds it, and the next would hold it in their
    place. Nobody is the worker, is barred, or has left. Raises `KeyError` for a role that does not
    act on what others declare."""
    line = LINES[role]
    before = {matter.worker}
    for person, because in _in_order(directory, line, matter):
        is_able = directory.is_here(person) and not is_barred(person, matter, directory)
        if person not in before and is_able:
            yield Holder(person, because)
        before.add(person)


def _in_order(directory: Directory, line: Line, matter: Matter) -> Iterator[tuple[str, Because]]:
    named = line.named(directory, matter)
    if named is not None:
        yield named, Because.NAMED
    for person in line.above(directory, matter):
        yield person, Because.NEXT_ABOVE
    for each in sorted(directory.services, key=lambda each: (each != matter.service, each)):
        yield directory.services[each].director, Because.ANOTHER_DIRECTOR


def who_holds(directory: Directory, role: Role, matter: Matter) -> str | None:
    """The person who holds a role; None if there is nobody."""
    first = next(holders(directory, role, matter), None)
    return None if first is None else first.person


def doer(action: Action, matter: Matter, directory: Directory) -> str:
    """Who must do an agreed action. If a manager or director has left, or is barred by now, it is
    whoever holds their role."""
    is_able = directory.is_here(action.by) and not is_barred(action.by, matter, directory)
    if is_able or action.by == matter.worker:
        return action.by
    return who_holds(directory, action.role or Role.LINE_MANAGER, matter) or action.by


def acting(held: Held, directory: Directory) -> set[str]:
    """Whoever must act now: on the declaration itself, or by doing what was agreed."""
    doing = {doer(action, held.matter, directory) for action in held.open_actions}
    role = None if held.is_settled else held.matter.acts
    holder = None if role is None else who_holds(directory, role, held.matter)
    return doing if holder is None else {holder, *doing}
