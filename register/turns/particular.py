"""The turns of the acts that need more than the stream of their declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from events.further import further_stream
from register.acts.lifting import lift
from register.acts.orders import ToAct, Verb
from register.acts.taking_further import take_further
from register.declarations.declaration import Declaration
from register.turns import lifting_for_pairs
from register.turns.turn import Turn


def turn_of(verb: Verb) -> Callable[[Turn, ToAct], Declaration] | None:
    """The turn of such an act; None for all others."""
    if verb is lift:
        return lifting_for_pairs.lift
    return _take_further if verb is take_further else None


def _take_further(turn: Turn, order: ToAct) -> Declaration:
    """It is taken further with what was noted before in sight. Raises its refusal."""
    before = tuple(turn.log.stream(further_stream(order.stream)))
    (result,) = turn.carry_out([replace(order, further=before)])
    if isinstance(result, Exception):
        raise result
    after: Declaration = result.state
    return after
