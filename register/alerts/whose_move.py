"""Whose move it is: whom a declaration waits for, since when, and by when they should act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.declarations import DeclarationPassed
from events.event import Event
from events.names import Role, Why
from register.alerts.duties import duties
from register.alerts.sort import Duty
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.declarations.keys import key_of
from register.directory.directory import Directory


@dataclass(frozen=True)
class Move:
    """Whom a declaration waits for. `person` is None if nobody could hold the role."""

    person: str | None
    role: Role | None
    why: Why
    since: datetime
    due_at: datetime
    brought: str | None = None
    """The name of the action to be done, if an outcome brought it."""


NEEDED = {
    Why.ACKNOWLEDGE: "read this and acknowledge it",
    Why.DECIDE: "decide on this",
    Why.ANSWER: "answer this",
    Why.INFORM: "answer a question",
    Why.COMPLETE: "do what was agreed",
    Why.REVIEW: "look at this again",
    Why.CONFIRM: "say whether this is what was told",
}
"""What somebody needs to do, in words."""
TO_WORKER = {**NEEDED, Why.ACKNOWLEDGE: "read this and say so"}
"""The same as it is said to the worker who declared it."""


def whose_move(declaration: Declaration, directory: Directory) -> Move | None:
    """The move that comes first; None if nothing is left to do. A question to the worker comes
    before the duty of the person who asked it. Nobody can do anything while an entry cannot be
    read."""
    if declaration.spoiled:
        return None
    asked = [each for each in duties(declaration, directory).values() if _is_awaited(each)]
    if not asked:
        return None
    duty = min(asked, key=_order)
    since, brought = _since(declaration), _brought(declaration, duty)
    return Move(duty.person, duty.role, duty.why, since, duty.due_at, brought)


def _is_awaited(duty: Duty) -> bool:
    """Whether anything waits for it: nothing does for a confirmation."""
    return duty.why != Why.CONFIRM


def _brought(declaration: Declaration, duty: Duty) -> str | None:
    brought = {key_of(each): each.brought for each in declaration.open_actions}
    return brought.get(duty.key)


def _order(duty: Duty) -> tuple[bool, datetime]:
    return duty.why != Why.INFORM, duty.due_at


def _since(declaration: Declaration) -> datetime:
    """The moment from which the declaration has waited for the person whose move it is."""
    since, move, stood = declaration.received_at, None, None
    for event in declaration.past:
        stood = evolve(stood, event)
        comes = (stood.waiting_for, stood.route_version, stood.open_actions[:1])
        if comes != move or _has_passed(event, stood):
            since = event.recorded_at or since
        move = comes
    return since


def _has_passed(event: Event, declaration: Declaration) -> bool:
    return isinstance(event, DeclarationPassed) and event.role == declaration.waiting_for
