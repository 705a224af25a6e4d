"""What happens to a declaration."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Struct

from events.event import Event
from events.names import Role, Status


class Told(Struct, frozen=True):
    """Someone who is told, and as what: the line manager or the service director."""

    role: Role
    person: str


class Source(Struct, frozen=True):
    """The rule that brought this about: the policy, its version and the clause."""

    policy: str | None
    version: date | None
    clause: str
    asks: bool
    """Whether the clause asks for it; else it only stands behind it."""


class Ruling(Struct, frozen=True):
    """What the policy makes of a declaration's facts."""

    case: str
    """The name of the rule, as the kind and the policy pack know it."""
    flags: tuple[str, ...]
    late: bool
    tells: tuple[Told, ...]
    status: Status
    acts: Role | None
    """The role that must act next."""
    outcomes: tuple[str, ...]
    due_at: datetime | None
    must_record: tuple[str, ...]
    """What an acknowledgement has to say."""
    needs_action: bool
    """Whether an acknowledgement has to agree at least one action."""
    excludes: bool
    """Whether the worker is not to be the service user's key worker."""
    answered: str | None
    """The answer that the rule itself gives at once."""
    seen_by: tuple[Role, ...]
    """The roles that may see it, beside the worker and whoever was told."""
    source: Source


class FactsWords(Struct, frozen=True):
    service_user: str
    details: dict[str, Any]
    late_reason: str | None = None
    reason: str | None = None
    """Why a correction was made."""


class Text(Struct, frozen=True):
    text: str


class Reason(Struct, frozen=True):
    reason: str


class DeclarationMade(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "declaration-made"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("service", "received_at", "clock_ahead", "ruling")

    kind: str
    worker: str
    service: str
    happened_on: date
    captured_at: datetime
    received_at: datetime
    clock_ahead: bool
    ruling: Ruling = msgspec.field(name="outcome")
    words: FactsWords | None = None


class DeclarationCorrected(Event, frozen=True, kw_only=True):
    """`reopened`: the policy now asks for something else; if it was settled, it no longer is."""

    TOPIC: ClassVar[str] = "declaration-corrected"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("corrected_at", "ruling", "reopened")

    corrected_by: str
    corrected_at: datetime
    happened_on: date
    ruling: Ruling = msgspec.field(name="outcome")
    reopened: bool
    words: FactsWords | None = None


class DeclarationWithdrawn(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "declaration-withdrawn"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("withdrawn_at",)

    withdrawn_by: str
    withdrawn_at: datetime
    source: Source
    words: Reason | None = None


class AcknowledgementWords(Struct, frozen=True):
    note: str
    risk_assessment: str | None = None
    handed_over_reference: str | None = None


class DeclarationAcknowledged(Event, frozen=True, kw_only=True):
    """`made_on` is the version of the facts that were read; `actions` counts those agreed."""

    TOPIC: ClassVar[str] = "declaration-acknowledged"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("acknowledged_at", "made_on")

    acknowledged_by: str
    acknowledged_at: datetime
    made_on: int
    confidentiality_discussed: bool | None
    handed_over_to: str | None
    actions: int
    source: Source
    words: AcknowledgementWords | None = None


class GiftDecided(Event, frozen=True, kw_only=True):
    """`made_on` is the version of the facts that were decided on."""

    TOPIC: ClassVar[str] = "gift-decided"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("decided_at", "made_on")

    decided_by: str
    decided_at: datetime
    made_on: int
    outcome: str
    source: Source
    words: Reason | None = None


class FriendshipAnswered(Event, frozen=True, kw_only=True):
    """`answered_by` is None, and so are the findings, where the rule itself answered."""

    TOPIC: ClassVar[str] = "friendship-answered"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("answered_at", "made_on")

    answered_by: str | None
    answered_at: datetime
    made_on: int
    outcome: str
    no_longer_vulnerable: bool | None
    no_imbalance_of_power: bool | None
    source: Source
    words: Reason | None = None


class ExclusionLifted(Event, frozen=True, kw_only=True):
    """The worker may be the service user's key worker again."""

    TOPIC: ClassVar[str] = "exclusion-lifted"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("lifted_at",)

    lifted_by: str
    lifted_at: datetime
    source: Source
    words: Reason | None = None


class ActionWords(Struct, frozen=True):
    what: str


class ActionAgreed(Event, frozen=True, kw_only=True):
    """Something that a person is to do; its id comes from its place in the stream."""

    TOPIC: ClassVar[str] = "action-agreed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("agreed_at",)

    agreed_by: str
    agreed_at: datetime
    by: str
    role: Role | None
    due_on: date
    source: Source
    words: ActionWords | None = None


class Evidence(Struct, frozen=True):
    evidence: str


class ActionCompleted(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "action-completed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("completed_at",)

    action: str
    completed_by: str
    completed_at: datetime
    source: Source
    words: Evidence | None = None


class InformationRequested(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "information-requested"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("requested_at", "due_at")

    requested_by: str
    requested_at: datetime
    role: Role
    due_at: datetime
    source: Source
    words: Text | None = None


class InformationAdded(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "information-added"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("added_at",)

    added_by: str
    added_at: datetime
    source: Source
    words: Text | None = None


class PhotographAdded(Event, frozen=True, kw_only=True):
    """A picture, kept sealed beside the log. The digests (SHA-256) are of what is kept; the key
    of this entry opens both."""

    TOPIC: ClassVar[str] = "photograph-added"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("added_at",)

    photograph: UUID
    added_by: str
    added_at: datetime
    bytes: int
    width: int
    height: int
    digest: str
    thumbnail_digest: str


class PhotographErased(Event, frozen=True, kw_only=True):
    """By the administrator, at the console."""

    TOPIC: ClassVar[str] = "photograph-erased"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("erased_at",)

    photograph: UUID
    erased_at: datetime


class DeclarationPassed(Event, frozen=True, kw_only=True):
    """The reporting lines changed: the role is another person's now, who is told."""

    TOPIC: ClassVar[str] = "declaration-passed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("passed_at",)

    role: Role | None
    person: str
    passed_at: datetime
