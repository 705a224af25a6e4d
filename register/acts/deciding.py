"""A service director decides whether a gift is kept or goes back (003 6.0 G)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from events.declarations import ActionAgreed, ActionWords, GiftDecided, Reason
from events.event import Event
from events.names import Role, Status
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.declarations.declaration import RETURN
from register.errors import ConflictError, InvalidError
from register.standing.acting import check_holds_role, check_takes
from register.standing.seeing import check_may_see


class Decision(Answers):
    outcome: Literal["keep", "return"] = Field(title="What should happen to it?")
    reason: Text = Field(title="Why?")


def decide(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    takes = declaration.ruling.status == Status.AWAITING_DECISION
    check_takes(situation, "a decision", takes=takes)
    check_holds_role(situation, "decide on it")
    decision = read(Decision, body)
    decided = _decided(situation, decision)
    if declaration.status != Status.AWAITING_DECISION:
        if declaration.holds(decided):
            return []
        raise ConflictError("This was decided already.")
    if decision.outcome not in declaration.outcomes:
        raise InvalidError.of("outcome", f"This can only be: {' or '.join(declaration.outcomes)}.")
    return [decided, _to_be_returned(situation)] if decision.outcome == RETURN else [decided]


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
