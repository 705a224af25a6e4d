"""A service director decides whether a gift is kept or goes back (003 6.0 G)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from events.declarations import ActionAgreed, ActionWords, GiftDecided, Reason
from events.event import Event
from events.names import Role, Status, Why
from register.acts.act import Act, whoever_must_act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import RETURN
from register.errors import FieldError


class Decision(Answers):
    outcome: Literal["keep", "return"] = Field(title="What should happen to it?")
    reason: Text = Field(title="Why?")


def _decided(situation: Situation, decision: Decision) -> GiftDecided:
    return GiftDecided(
        originator_id=situation.declaration.id,
        decided_by=situation.by.id,
        decided_at=situation.now,
        made_on=situation.declaration.facts_version,
        outcome=decision.outcome,
        source=situation.source,
        words=Reason(decision.reason),
    )


def _to_be_returned(situation: Situation) -> ActionAgreed:
    return ActionAgreed(
        originator_id=situation.declaration.id,
        agreed_by=situation.by.id,
        agreed_at=situation.now,
        by=situation.declaration.worker,
        role=Role.WORKER,
        due_on=situation.next_due_on(),
        source=situation.source,
        words=ActionWords(RETURN),
    )


def _wrong(situation: Situation, decision: Decision) -> list[FieldError]:
    allowed = situation.declaration.outcomes
    if decision.outcome in allowed:
        return []
    return [FieldError("outcome", f"This can only be: {' or '.join(allowed)}.")]


def _follows(situation: Situation, said: Sequence[Event]) -> list[Event]:
    goes_back = any(isinstance(event, GiftDecided) and event.outcome == RETURN for event in said)
    return [_to_be_returned(situation)] if goes_back else []


decide = ACT = Act(
    name="decision",
    operation="decide",
    summary="Decide on a gift",
    label="Decide",
    title="Decide",
    button="Decide",
    done="Your decision is in the register.",
    participle="decided",
    answers=Why.DECIDE,
    awaited="Decide",
    place=10,
    call="a decision",
    takes=lambda declaration: declaration.ruling.status == Status.AWAITING_DECISION,
    whose=whoever_must_act("decide on it"),
    bodies=(Decision,),
    event=GiftDecided,
    says=lambda situation, decision: [_decided(situation, decision)],
    leads={Status.AWAITING_DECISION: (Status.CLOSED, Status.AWAITING_ACTION)},
    over="This was decided already.",
    wrong=_wrong,
    follows=_follows,
)
