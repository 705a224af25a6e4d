"""What a declaration is now: a fold of its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from events.declarations import Ruling
from events.event import Event, says_the_same
from events.names import Role, Status
from register.deadlines import close_of

DECIDING = (Status.AWAITING_DECISION, Status.AWAITING_ANSWER)
SETTLED = (Status.AWAITING_ACTION, Status.CLOSED, Status.WITHDRAWN)
RETURN = "return"
"""A director's outcome, and the word for the action that it brings."""


class Action(Struct, frozen=True):
    """Something agreed that a person is to do. Its words are None once they are erased."""

    id: str
    what: str | None
    by: str
    role: Role | None
    due_on: date
    completed_at: datetime | None = None
    evidence: str | None = None

    @property
    def is_open(self) -> bool:
        return self.completed_at is None


class AcknowledgementGiven(Struct, frozen=True):
    by: str
    at: datetime
    made_on: int
    note: str | None
    confidentiality_discussed: bool | None
    risk_assessment: str | None


class DecisionTaken(Struct, frozen=True):
    by: str
    at: datetime
    made_on: int
    outcome: str
    reason: str | None


class AnswerGiven(Struct, frozen=True):
    """`by` is None where the rule itself answered."""

    by: str | None
    at: datetime
    made_on: int
    outcome: str
    no_longer_vulnerable: bool | None
    no_imbalance_of_power: bool | None
    reason: str | None


class HandedOver(Struct, frozen=True):
    to: str
    reference: str | None


class Photograph(Struct, frozen=True):
    """`version` is that of the entry that tells of it; the digests are of what is kept."""

    id: UUID
    version: int
    added_at: datetime
    bytes: int
    width: int
    height: int
    digests: dict[str, str]
    """By size."""
    erased_at: datetime | None = None


class OpenQuestion(Struct, frozen=True):
    """Information asked of the worker, and not given yet."""

    version: int
    asked_by: str
    due_at: datetime


class Declaration(Struct, frozen=True, kw_only=True):
    """`facts_version` is the entry with the facts as they stand; `version` and `position` are the
    last entry's. What a person wrote is None once it is erased."""

    id: UUID
    version: int
    position: int
    facts_version: int
    route_version: int
    """The entry that brought about what is asked now: the first, or a correction."""
    kind: str
    worker: str
    service: str
    service_user: str | None
    details: dict[str, Any] | None
    late_reason: str | None
    happened_on: date
    captured_at: datetime
    received_at: datetime
    clock_ahead: bool
    ruling: Ruling
    status: Status
    told: frozenset[str]
    """Everybody who was ever told: they keep sight of it."""
    acknowledged: AcknowledgementGiven | None = None
    decision: DecisionTaken | None = None
    answer: AnswerGiven | None = None
    exclusion_lifted_at: datetime | None = None
    actions: tuple[Action, ...] = ()
    handed_over: HandedOver | None = None
    question: OpenQuestion | None = None
    photographs: tuple[Photograph, ...] = ()
    past: tuple[Event, ...] = ()

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def was_ever_settled(self) -> bool:
        """Also where a correction has opened it again."""
        by_somebody = self.answer is not None and self.answer.by is not None
        return self.decision is not None or self.acknowledged is not None or by_somebody

    @property
    def excludes(self) -> bool:
        """Whether the worker is not to be the service user's key worker now."""
        return self.ruling.excludes and self.exclusion_lifted_at is None

    def position_of(self, version: int) -> int:
        return self.past[version - 1].position

    def photograph(self, wanted: UUID) -> Photograph | None:
        return next((each for each in self.photographs if each.id == wanted), None)

    @property
    def decides(self) -> Role | None:
        return self.ruling.acts if self.status in DECIDING else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.ruling.outcomes if self.status in DECIDING else ()

    @property
    def due_at(self) -> datetime | None:
        """By when whoever must act should have acted."""
        if self.status == Status.AWAITING_ACTION:
            return close_of(self.open_actions[0].due_on)
        return None if self.is_settled else self.ruling.due_at

    @property
    def open_actions(self) -> tuple[Action, ...]:
        return tuple(sorted(filter(_is_open, self.actions), key=_due_on))

    @property
    def waiting_for(self) -> Role | None:
        """The role whose move it is."""
        if self.question is not None:
            return Role.WORKER
        if self.status == Status.AWAITING_ACTION:
            return self.open_actions[0].role
        return None if self.is_settled else self.ruling.acts

    def holds(self, *said: Event, since: int = 1) -> bool:
        """Whether these events, one after the other, have been said before: at some version, or
        later than that."""
        runs = (self.past[start:] for start in range(since - 1, len(self.past)))
        return any(len(run) >= len(said) and all(map(says_the_same, run, said)) for run in runs)


def _is_open(action: Action) -> bool:
    return action.is_open


def _due_on(action: Action) -> date:
    return action.due_on
