"""A service director decides, such as whether a gift is kept or goes back (003 6.0 G)."""

from __future__ import annotations

from events.declarations import DeclarationDecided
from events.names import Status, Why
from register.acts.act import Act, whoever_must_act
from register.acts.settling import (
    SETTLEMENTS,
    asks_to_settle,
    follows,
    is_settled_so,
    says,
    wrong,
)

decide = ACT = Act(
    name="decision",
    operation="decide",
    summary="Decide",
    label=lambda situation: asks_to_settle(situation.declaration.kind, "Decide"),
    title="Decide",
    button="Decide",
    done="Your decision is in the register.",
    participle="decided",
    answers=Why.DECIDE,
    awaited="Decide",
    place=10,
    call="a decision",
    takes=lambda declaration: is_settled_so(declaration, Status.AWAITING_DECISION),
    whose=whoever_must_act("decide on it"),
    bodies=tuple(SETTLEMENTS.values()),
    body=lambda _, situation: SETTLEMENTS[situation.declaration.kind],
    event=DeclarationDecided,
    says=says(Why.DECIDE),
    leads={Status.AWAITING_DECISION: (Status.CLOSED, Status.AWAITING_ACTION)},
    said_before=lambda declaration: declaration.since(declaration.route_version),
    over="This was decided already.",
    wrong=wrong,
    follows=follows,
)
