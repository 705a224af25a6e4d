"""The turn that lifts an exclusion: all that was declared about the same worker and service user is
lifted with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from events.declarations import ExclusionLifted
from events.event import Event
from register.acts.lifting import lifted_as_well
from register.acts.orders import ToAct
from register.declarations.declaration import Declaration, Exclusion
from register.declarations.ids import NO_SUCH_DECLARATION
from register.declarations.names import DECLARATION
from register.directory.directory import Directory
from register.errors import NotFoundError
from register.turns.turn import Done, Order, Turn


@dataclass(frozen=True)
class ToLiftAsWell:
    """An order to lift what stands by another declaration of the same pair."""

    sort: ClassVar[str] = DECLARATION
    about: ClassVar[None] = None

    stream: UUID
    lifted: ExclusionLifted
    since: tuple[int, ...]

    def events(
        self, before: Declaration | None, _directory: Directory, _now: datetime
    ) -> Sequence[Event]:
        if before is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        return [lifted_as_well(before, self.lifted, self.since)]


def lift(turn: Turn, order: ToAct) -> Declaration:
    """Lift what the order names, and with it the same of every other declaration. Raises its
    refusal."""
    before = turn.declaration(order.stream)
    others = {each.since: _others(before, each, order) for each in before.excluding}
    done: Done[Declaration] = _carried_out(turn, order)
    last = done.state.past[-1]
    if done.is_new and isinstance(last, ExclusionLifted):
        for other, since in _together(others[each] for each in last.since).items():
            _carried_out(turn, ToLiftAsWell(other, last, since))
    return done.state


def _others(declaration: Declaration, exclusion: Exclusion, order: ToAct) -> list[tuple[UUID, int]]:
    """The other declarations from which the same exclusion stands, each with the version of the
    entry with which it began there."""
    return [
        (each.declaration.id, each.exclusion.since)
        for line in order.excluded(exclusion.service_user)
        if line.worker == declaration.worker
        for each in line.entries
        if each.declaration.id != declaration.id
    ]


def _together(found: Iterable[list[tuple[UUID, int]]]) -> dict[UUID, tuple[int, ...]]:
    others: dict[UUID, tuple[int, ...]] = {}
    for other, since in (each for every in found for each in every):
        others[other] = (*others.get(other, ()), since)
    return others


def _carried_out(turn: Turn, order: Order[Any]) -> Done[Any]:
    (result,) = turn.carry_out([order])
    if isinstance(result, Exception):
        raise result
    return result
