"""The state of a declaration. It is made from the declaration's events (see `folding`)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from msgspec import Struct

from events.declarations import Place, Ruling
from events.event import Event
from events.names import NewLineSees, Reviewed, Role, SeenBy, Status
from register.deadlines import close_of
from register.declarations.matter import Matter
from register.declarations.on_behalf import Entered

DECIDING = (Status.AWAITING_DECISION, Status.AWAITING_ANSWER)
WAITING_FOR_SOMEBODY = (
    Status.AWAITING_ACKNOWLEDGEMENT,
    Status.AWAITING_DECISION,
    Status.AWAITING_ANSWER,
)
"""Nobody has settled it yet."""
OPEN = (*WAITING_FOR_SOMEBODY, Status.AWAITING_ACTION)
LET_BE = (Status.AWAITING_ACTION, Status.CLOSED)
"""Nobody has anything to settle."""
SETTLED = (*LET_BE, Status.WITHDRAWN)
GOES_ON = (*OPEN, Status.AWAITING_REVIEW)
"""Something is still to be done."""


class Action(Struct, frozen=True):
    """An agreed action. What a person wrote in it is None once it is erased."""

    id: str
    what: str | None
    brought: str | None
    """The name of an action that an outcome brings; None for one in somebody's own words."""
    by: str
    role: Role | None
    due_on: date
    completed_at: datetime | None = None
    completed_by: str | None = None
    evidence: str | dict[str, Any] | None = None
    """Words, or the answers to what such an action asks."""

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
    duties_considered: str | None
    new_key_worker: str | None


class DecisionTaken(Struct, frozen=True):
    """A decision or an answer. `by` is None if the rule itself gave the outcome."""

    by: str | None
    at: datetime
    made_on: int
    outcome: str
    findings: dict[str, bool]
    reason: str | None


class HandedOver(Struct, frozen=True):
    to: str
    reference: str | None
    by: str
    at: datetime
    note: str | None


class Note(Struct, frozen=True):
    by: str
    at: datetime
    text: str | None


class Photograph(Struct, frozen=True):
    """A photograph. `version` is that of the entry that added it; the digests are those of the
    sealed bytes."""

    id: UUID
    version: int
    added_at: datetime
    bytes: int
    width: int
    height: int
    digests: dict[str, str]
    """The digest of each size."""
    erased_at: datetime | None = None


class Exclusion(Struct, frozen=True):
    """That the worker may not be the key worker of a service user, as this declaration has it."""

    since: int
    """The version of the entry with which it began."""
    service: str
    service_user: str | None
    """None once the words that say so are erased."""
    holds: bool = True
    """Whether the facts still say so, or did when somebody last acted or looked."""
    lifted_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.holds and self.lifted_at is None

    def is_for(self, service_user: str | None) -> bool:
        """Whether it is for a service user, however their reference is written."""
        if self.service_user is None or service_user is None:
            return self.service_user is service_user
        return self.service_user.casefold() == service_user.casefold()


class OpenQuestion(Struct, frozen=True):
    """A question that the worker has not answered yet."""

    version: int
    asked_by: str
    due_at: datetime
    text: str | None = None
    """None if the words are erased."""
    earlier: tuple[OpenQuestion, ...] = ()
    """Those that were asked before it and that nobody has answered either, the oldest first."""

    @property
    def all(self) -> tuple[OpenQuestion, ...]:
        return (*self.earlier, self)


class Escalation(Struct, frozen=True):
    """That something to be done may be done by another as well, as nobody did it in time."""

    duty: str
    """The key of what is to be done."""
    person: str
    for_person: str | None


class Account(Struct, frozen=True):
    """What the worker said in one entry, the first or a correction, and what follows from it."""

    version: int
    service: str
    """The service whose director holds the director's role, with these facts."""
    service_user: str | None
    details: dict[str, Any] | None
    happened_on: date
    ruling: Ruling


class Review(Struct, frozen=True):
    """Something that the worker said and that waits until somebody has looked at it."""

    of: Reviewed
    version: int
    since: datetime
    role: Role | None
    due_at: datetime
    reason: str | None
    account: Account | None
    """The new facts; None for a withdrawal."""


class Declaration(Struct, frozen=True, kw_only=True, dict=True):
    """The state of a declaration after the entry with this `version` and `position`.

    `facts_version` is the version of the entry with the present facts. What a person wrote is
    None once it is erased.
    """

    id: UUID
    version: int
    position: int
    facts_version: int
    route_version: int
    """The version of the entry that decided what is asked now: the first, or a correction."""
    kind: str
    worker: str
    service: str
    """The service of the present facts."""
    places: tuple[Place, ...]
    """Every service that it ever concerned: first the one that it was received for, then those of
    the service users whom a correction named."""
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
    """Everybody who was ever told: they may see it from then on."""
    told_covering: frozenset[tuple[str, str]] = frozenset()
    """Whoever was told as they covered for another, who is among those told: each with that one."""
    subjects: frozenset[str] | None
    """The people whom it is or ever was about; None if the words that say so are erased."""
    on_behalf: Entered | None = None
    """Who entered it for the worker, if somebody did."""
    seen_by: tuple[SeenBy, ...]
    """Whom the policy lets see it; where whoever acts was ever alone to see it, that stays so."""
    is_restricted: bool
    """Whether few may know of it, by its facts now or at any time before."""
    firm: Account
    """What was said when somebody last acted or looked, or at first: a correction may be refused in
    favour of it."""
    firm_answer: DecisionTaken | None = None
    """The answer to what was firm."""
    is_firm_settled: bool = False
    """Whether somebody had settled it on what was firm."""
    settled_role: Role | None = None
    """The role in which somebody last settled it."""
    settled_by: str | None = None
    """Who settled it, or last looked at it again; None where nobody did, or it waits."""
    review: Review | None = None
    was_ever_settled: bool = False
    """Whether a person has settled it, even if it was opened again."""
    reviewed_version: int = 0
    """The version of the last review; 0 if there was none."""
    acknowledged: AcknowledgementGiven | None = None
    decision: DecisionTaken | None = None
    answer: DecisionTaken | None = None
    exclusions: tuple[Exclusion, ...] = ()
    """All that there ever were, in the order in which they began."""
    actions: tuple[Action, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()
    notes: tuple[Note, ...] = ()
    question: OpenQuestion | None = None
    photographs: tuple[Photograph, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    """All that there ever were: each counts as long as its duty is open."""
    past: tuple[Event, ...] = ()
    spoiled: tuple[int, ...] = ()
    """The positions of its entries that cannot be read. Nobody acts on it while there are any: what
    it is, is known only as far as the lists say so."""
    erased_at: datetime | None = None
    """When all that was written in it was erased; None if it was not."""
    over_since: datetime | None = None
    """Since when nothing has been left to do; None while something is."""

    @cached_property
    def matter(self) -> Matter:
        also = frozenset(each.service for each in self.places) - {self.service}
        by = self.on_behalf.entered_by if self.on_behalf else None
        return Matter(self.worker, self.service, self.acts, self.subjects, also, by)

    @property
    def account(self) -> Account:
        """What the worker said, as it holds now."""
        return Account(
            self.facts_version,
            self.service,
            self.service_user,
            self.details,
            self.happened_on,
            self.ruling,
        )

    @property
    def newest(self) -> Account:
        """What the worker said last, also where it waits for somebody to look at it."""
        waits = self.review.account if self.review else None
        return waits or self.account

    @property
    def is_unlooked(self) -> bool:
        """Whether the facts were corrected since somebody acted or looked, and hold already."""
        return self.facts_version != self.firm.version

    @property
    def acts(self) -> Role | None:
        """The role that must look again, where something waits; else the role that must act."""
        return self.review.role if self.review else self.ruling.acts

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do, nor to answer."""
        return self.status not in GOES_ON and self.question is None

    @property
    def hidden_before(self) -> datetime | None:
        """Whoever comes new above the worker later than this does not see it; None if that hides it
        from nobody."""
        return None if self.ruling.new_line_sees == NewLineSees.ALL else self.over_since

    @property
    def is_undecided(self) -> bool:
        """Whether what is asked of somebody is not settled yet, also while something waits."""
        if self.status == Status.AWAITING_REVIEW:
            return not self.is_firm_settled and self.ruling.status != Status.CLOSED
        return self.status in WAITING_FOR_SOMEBODY

    @property
    def is_asked_of_nobody(self) -> bool:
        """Whether the policy asks nobody to settle it, and nothing else waits."""
        return self.ruling.status == Status.CLOSED and self.status in LET_BE

    @property
    def is_closed_at_once(self) -> bool:
        """Whether it was closed without anybody."""
        return self.is_asked_of_nobody and not self.is_firm_settled

    @property
    def settling_role(self) -> Role:
        """The role that settled it, or must; the line manager, where nobody must."""
        settled = self.settled_role if self.is_firm_settled else None
        return settled or self.ruling.acts or Role.LINE_MANAGER

    @property
    def excluding(self) -> tuple[Exclusion, ...]:
        """The exclusions that stand. There is more than one while nobody has acted or looked since
        a correction named another service user."""
        if self.status == Status.WITHDRAWN:
            return ()
        return tuple(each for each in self.exclusions if each.stands)

    @property
    def excludes(self) -> bool:
        return bool(self.excluding)

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
        """The moment by which whoever it waits for should act; None if it waits for nobody."""
        if self.question is not None:
            return self.question.due_at
        if self.review is not None:
            return self.review.due_at
        if self.status == Status.AWAITING_ACTION and self.open_actions:
            return close_of(self.open_actions[0].due_on)
        return None if self.is_settled else self.ruling.due_at

    @property
    def next_due_at(self) -> datetime | None:
        """The moment by which the next move should be made, whoever's it is. An answer of the
        worker comes before all else."""
        if self.question is not None:
            return self.due_at
        actions = (close_of(each.due_on) for each in self.open_actions)
        return min((each for each in (self.due_at, *actions) if each is not None), default=None)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        return tuple(sorted(filter(_is_open, self.actions), key=_due_on))

    @property
    def waiting_for(self) -> Role | None:
        """The role that it waits for; None if it waits for nobody."""
        if self.question is not None:
            return Role.WORKER
        if self.review is not None:
            return self.review.role
        if self.status == Status.AWAITING_ACTION and self.open_actions:
            return self.open_actions[0].role
        return None if self.is_settled else self.ruling.acts

    def since(self, version: int) -> tuple[Event, ...]:
        """Its events from a version on."""
        return self.past[version - 1 :]


def _is_open(action: Action) -> bool:
    return action.is_open


def _due_on(action: Action) -> date:
    return action.due_on
