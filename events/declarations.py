"""Everything that can happen to a declaration: one event class for each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from events.event import Deed, Event
from events.names import Because, NewLineSees, Reviewed, Role, SeenBy, Status, ToldBy, Why


class Told(Struct, frozen=True):
    """A person who is told, in which role, why they hold it, and whom they cover for."""

    role: Role
    person: str
    because: Because
    for_person: str | None = None


class Source(Struct, frozen=True):
    """Where a rule comes from: the policy, its version and the clause."""

    policy: str | None
    version: date | None
    clause: str
    asks: bool
    """Whether the clause orders the act; False if the act only falls under the clause."""
    house: str | None = None
    """What the pack asks beyond the policy's own words, and why; None if it asks no more."""


class Ruling(Struct, frozen=True):
    """What follows from the facts of a declaration under the policy."""

    case: str
    """The name of the rule, as the kind and the policy pack know it."""
    flags: tuple[str, ...]
    """What somebody should notice. Where few may know of it, these are with the words instead."""
    late: bool
    tells: tuple[Told, ...]
    status: Status
    acts: Role | None
    """The role that must act next."""
    outcomes: tuple[str, ...]
    due_at: datetime | None
    needs: tuple[str, ...]
    """What an acknowledgement must say, by the names that the act has for it."""
    excludes: bool
    """Whether the worker may not be the service user's key worker from now on."""
    answered: str | None
    """The answer that the rule itself gives at once; None if a person must answer."""
    seen_by: tuple[SeenBy, ...]
    """Who may see the declaration, besides the worker and the people told."""
    restricted: bool
    """Whether few may know of it: because of its kind, or as only those who act may see it."""
    names_subject: bool
    """Whether the kind asks which person of the directory it is about (the answer `subject`)."""
    source: Source
    also: tuple[Source, ...] = ()
    """Where else duties come from that hold as well: from what was said before, or the policy of
    another service."""
    new_line_sees: NewLineSees = NewLineSees.OPEN


class Place(Struct, frozen=True):
    """A service, with the policy that was in force there on the day of receipt."""

    service: str
    policy: str | None
    version: date | None


class ToReview(Struct, frozen=True):
    """Who looks at what the worker said, and by when."""

    role: Role | None
    due_at: datetime


class FactsWords(Struct, frozen=True):
    NOT_SAID: ClassVar[tuple[str, ...]] = ("flags", "named_as")

    service_user: str | None
    """None if the kind does not ask for one."""
    details: dict[str, Any]
    late_reason: str | None = None
    reason: str | None = None
    """Why the declaration was corrected."""
    flags: tuple[str, ...] | None = None
    """The flags of the ruling, where few may know of it; else None."""
    named_as: Role | UnsetType = UNSET
    """By which role the worker named whom it is about, where they did; the details have the id of
    whoever that was at receipt."""


class Text(Struct, frozen=True):
    text: str


class Reason(Struct, frozen=True):
    reason: str


class OnBehalf(Struct, frozen=True):
    """Who entered what the worker told them, how they were told, and on which day."""

    entered_by: str
    told_by: ToldBy
    told_on: date


class DeclarationMade(Deed, frozen=True, kw_only=True):
    """A worker declared something, or somebody else entered it for them.

    `confirm_by_at` is when the worker should have said whether it is what they told.
    """

    TOPIC: ClassVar[str] = "declaration-made"
    NOT_SAID: ClassVar[tuple[str, ...]] = (
        "service",
        "received_at",
        "clock_ahead",
        "confirm_by_at",
        "ruling",
    )

    kind: str
    worker: str
    on_behalf: OnBehalf | None = None
    confirm_by_at: datetime | None = None
    service: str
    named_service: str | None = None
    """The service that the worker named, if they named one."""
    happened_on: date
    captured_at: datetime
    received_at: datetime
    clock_ahead: bool
    ruling: Ruling = msgspec.field(name="outcome")
    words: FactsWords | None = None

    @property
    def entered_by(self) -> str:
        """Who brought it into the register."""
        return self.on_behalf.entered_by if self.on_behalf else self.worker


class DeclarationCorrected(Event, frozen=True, kw_only=True):
    """The worker corrected the facts, and the rules were applied again.

    If it `waits`, nothing changes until somebody has looked at it, and `ruling` is what the new
    facts would ask for; else it holds from now on. `reopened`: somebody is asked anew, also if it
    was settled. `place` is where the new facts belong, whose director holds the director's role.
    """

    TOPIC: ClassVar[str] = "declaration-corrected"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("corrected_at", "place", "ruling", "reopened", "waits")

    corrected_by: str
    corrected_at: datetime
    happened_on: date
    place: Place
    ruling: Ruling = msgspec.field(name="outcome")
    reopened: bool
    waits: ToReview | None
    words: FactsWords | None = None


class DeclarationWithdrawn(Event, frozen=True, kw_only=True):
    """The worker took it back. That waits until somebody agrees."""

    TOPIC: ClassVar[str] = "declaration-withdrawn"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("withdrawn_at", "waits", "source")

    withdrawn_by: str
    withdrawn_at: datetime
    waits: ToReview
    source: Source
    words: Reason | None = None


class ReviewWords(Struct, frozen=True):
    NOT_SAID: ClassVar[tuple[str, ...]] = ("flags",)

    reason: str
    flags: tuple[str, ...] | None = None
    """The flags of the ruling, where few may know of it; else None."""


class DeclarationReviewed(Deed, frozen=True, kw_only=True):
    """Somebody looked again, at a correction or a withdrawal.

    `stands`: the declaration goes on as it stood before. Else the worker's word holds: `ruling` is
    what the newest facts ask for (None for a withdrawal), and, if it is `settled`, what was settled
    stays so.
    """

    TOPIC: ClassVar[str] = "declaration-reviewed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("reviewed_at", "of", "looked_at", "ruling", "source")

    reviewed_by: str
    reviewed_at: datetime
    of: Reviewed
    looked_at: int
    """The version of the entry that was looked at."""
    stands: bool
    settled: bool
    ruling: Ruling | None
    source: Source
    words: ReviewWords | None = None


class DeclarationReopened(Deed, frozen=True, kw_only=True):
    """What was settled, closed at once or withdrawn is opened again.

    What was settled is asked again as it was; what was withdrawn stands as before. `ruling` is what
    is asked of what was closed at once; None for the others. `due_at` is by when, if it asks
    anything.
    """

    TOPIC: ClassVar[str] = "declaration-reopened"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("reopened_at", "ruling", "due_at", "source")

    reopened_by: str
    reopened_at: datetime
    ruling: Ruling | None
    due_at: datetime | None
    source: Source
    words: ReviewWords | None = None


class HandOverWords(Struct, frozen=True):
    reference: str
    note: str | None = None


class DeclarationHandedOver(Deed, frozen=True, kw_only=True):
    """Somebody handed it over to others, who know it by a reference of their own."""

    TOPIC: ClassVar[str] = "declaration-handed-over"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("handed_over_at", "source")

    handed_over_by: str
    handed_over_at: datetime
    to: str
    source: Source
    words: HandOverWords | None = None


class NoteAdded(Deed, frozen=True, kw_only=True):
    """Somebody other than the worker wrote something down about it."""

    TOPIC: ClassVar[str] = "note-added"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("added_at", "source")

    added_by: str
    added_at: datetime
    source: Source
    words: Text | None = None


class AcknowledgementWords(Struct, frozen=True):
    note: str
    risk_assessment: str | None = None
    duties_considered: str | None = None


class DeclarationAcknowledged(Deed, frozen=True, kw_only=True):
    """The line manager has read the declaration.

    `made_on` is the version of the facts that they read. `actions` is how many actions were
    agreed. `new_key_worker` is who is the service user's key worker in the worker's place.
    """

    TOPIC: ClassVar[str] = "declaration-acknowledged"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("acknowledged_at", "made_on", "source")

    acknowledged_by: str
    acknowledged_at: datetime
    made_on: int
    confidentiality_discussed: bool | None
    new_key_worker: str | None = None
    actions: int
    source: Source
    words: AcknowledgementWords | None = None


class DeclarationDecided(Deed, frozen=True, kw_only=True):
    """Somebody decided or answered, as `asked` says; or the rule itself did.

    `decided_by` is None, and there are no findings, if the rule itself gave the outcome. `made_on`
    is the version of the facts that it is about. Outcomes and findings are those of the kind.
    """

    TOPIC: ClassVar[str] = "declaration-decided"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("decided_at", "made_on", "source")

    kind: str
    asked: Why
    decided_by: str | None
    decided_at: datetime
    made_on: int
    outcome: str
    findings: dict[str, bool]
    source: Source
    words: Reason | None = None


class ExclusionLifted(Deed, frozen=True, kw_only=True):
    """The worker may be the service user's key worker again: `since` are the versions of the
    entries with which what is lifted began."""

    TOPIC: ClassVar[str] = "exclusion-lifted"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("lifted_at", "since", "source")

    lifted_by: str
    lifted_at: datetime
    since: tuple[int, ...]
    source: Source
    words: Reason | None = None


class ActionWords(Struct, frozen=True):
    what: str


class ActionAgreed(Deed, frozen=True, kw_only=True):
    """An action was agreed. Its id is made from its version (`folding.action_id`).

    `brought` is the name of an action that an outcome brings; it has no words then.
    """

    TOPIC: ClassVar[str] = "action-agreed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("agreed_at", "source")

    agreed_by: str
    agreed_at: datetime
    by: str
    role: Role | None
    due_on: date
    brought: str | None = None
    source: Source
    words: ActionWords | None = None


class Evidence(Struct, frozen=True):
    """What somebody said who did an action: in their own words, or as answers."""

    evidence: str | None = None
    answers: dict[str, Any] | None = None


class ActionCompleted(Deed, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "action-completed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("completed_at", "source")

    action: str
    completed_by: str
    completed_at: datetime
    source: Source
    words: Evidence | None = None


class InformationRequested(Deed, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "information-requested"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("requested_at", "due_at", "source")

    requested_by: str
    requested_at: datetime
    role: Role
    due_at: datetime
    source: Source
    words: Text | None = None


class InformationAdded(Deed, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "information-added"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("added_at", "source")

    added_by: str
    added_at: datetime
    source: Source
    words: Text | None = None


class DeclarationPassed(Event, frozen=True, kw_only=True):
    """Another person now holds the role, and is told: by the reporting lines, or as they cover."""

    TOPIC: ClassVar[str] = "declaration-passed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("passed_at",)

    role: Role | None
    person: str
    because: Because | None
    for_person: str | None = None
    passed_at: datetime
