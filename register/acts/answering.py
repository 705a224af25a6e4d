"""A line manager answers whether a friendship would be appropriate (003 5.0 I)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from events.declarations import FriendshipAnswered, Reason, Ruling
from events.event import Event
from events.names import Status
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError, FieldError, InvalidError
from register.standing.acting import check_holds_role, check_takes
from register.standing.seeing import check_may_see

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


def answer(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    takes = declaration.ruling.status == Status.AWAITING_ANSWER
    check_takes(situation, "an answer", takes=takes)
    check_holds_role(situation, "answer it")
    said = read(FriendshipAnswer, body)
    answered = _answered(situation, said)
    if declaration.status != Status.AWAITING_ANSWER:
        if declaration.holds(answered):
            return []
        raise ConflictError("This was answered already.")
    if said.outcome not in declaration.outcomes:
        raise InvalidError.of("outcome", f"This can only be: {' or '.join(declaration.outcomes)}.")
    _check_findings(situation, said)
    return [answered]


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


def _check_findings(situation: Situation, said: FriendshipAnswer) -> None:
    """Raises `InvalidError` if the answer is "appropriate" and not both findings hold."""
    if said.outcome != APPROPRIATE:
        return
    clause = situation.source.clause
    wrong = [
        FieldError(finding, f"Under {clause}, it is appropriate only where this is so.")
        for finding in FINDINGS
        if not getattr(said, finding)
    ]
    if wrong:
        raise InvalidError(wrong)


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
