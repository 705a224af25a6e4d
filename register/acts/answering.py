"""A line manager answers whether a friendship would be appropriate (003 5.0 I)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from events.declarations import FriendshipAnswered, Reason, Ruling
from events.names import Status, Why
from register.acts.act import Act, whoever_must_act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.errors import FieldError

APPROPRIATE = "appropriate"
FINDINGS = ("no_longer_vulnerable", "no_imbalance_of_power")


class FriendshipAnswer(Answers):
    outcome: Literal["appropriate", "not_appropriate"] = Field(title="Would it be appropriate?")
    no_longer_vulnerable: bool = Field(
        title="Are they no longer vulnerable?",
        description="Yes means: not vulnerable any more.",
    )
    no_imbalance_of_power: bool = Field(
        title="Is there no imbalance of power?",
        description="Yes means: neither has power over the other.",
    )
    reason: Text = Field(title="Why?")


def _answered(situation: Situation, said: FriendshipAnswer) -> FriendshipAnswered:
    return FriendshipAnswered(
        originator_id=situation.declaration.id,
        answered_by=situation.by.id,
        answered_at=situation.now,
        made_on=situation.declaration.facts_version,
        outcome=said.outcome,
        no_longer_vulnerable=said.no_longer_vulnerable,
        no_imbalance_of_power=said.no_imbalance_of_power,
        source=situation.source,
        words=Reason(said.reason),
    )


def _wrong(situation: Situation, said: FriendshipAnswer) -> list[FieldError]:
    """It can be "appropriate" only if both findings hold."""
    allowed, clause = situation.declaration.outcomes, situation.source.clause
    if said.outcome not in allowed:
        return [FieldError("outcome", f"This can only be: {' or '.join(allowed)}.")]
    return [
        FieldError(finding, f"Under {clause}, it is appropriate only where this is so.")
        for finding in FINDINGS
        if said.outcome == APPROPRIATE and not getattr(said, finding)
    ]


answer = ACT = Act(
    name="answer",
    operation="give_answer",
    summary="Answer a friendship request",
    label="Answer",
    title="Answer",
    button="Answer",
    done="Your answer is in the register.",
    participle="answered",
    answers=Why.ANSWER,
    awaited="Answer",
    place=10,
    call="an answer",
    takes=lambda declaration: declaration.ruling.status == Status.AWAITING_ANSWER,
    whose=whoever_must_act("answer it"),
    bodies=(FriendshipAnswer,),
    event=FriendshipAnswered,
    says=lambda situation, said: [_answered(situation, said)],
    leads={Status.AWAITING_ANSWER: (Status.CLOSED,)},
    over="This was answered already.",
    wrong=_wrong,
)


def answers_of_the_rule(
    declaration: UUID, ruling: Ruling, made_on: int, now: datetime
) -> list[FriendshipAnswered]:
    """The answer that the rule itself gives, if it does; else nothing."""
    if ruling.answered is None:
        return []
    return [
        FriendshipAnswered(
            originator_id=declaration,
            answered_by=None,
            answered_at=now,
            made_on=made_on,
            outcome=ruling.answered,
            no_longer_vulnerable=None,
            no_imbalance_of_power=None,
            source=ruling.source,
        )
    ]
