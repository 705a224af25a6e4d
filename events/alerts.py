"""What happens to an alert. Each alert is a stream of its own, so that a change of an alert never
conflicts with a change of what it is about. What it is about is told only where another may act.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.declarations import Source
from events.event import Event
from events.names import Because, Channel, Role, Step, Why


class Subject(Struct, frozen=True):
    """What an alert is about: a stream, and the stored name of its sort, such as `declaration`."""

    sort: str
    id: UUID


class AlertRaised(Event, frozen=True, kw_only=True):
    """Somebody is asked to act; `why` says how. `at_once`: somebody is at risk now."""

    TOPIC: ClassVar[str] = "alert-raised"

    subject: Subject
    kind: str
    person: str | None
    """The id of the person alerted; None if nobody in the directory could hold the role."""
    role: Role | None
    because: Because | None
    """Why the role is the person's; None for what is asked of somebody without any role."""
    for_person: str | None = None
    """Whom the person covers for, if they do."""
    why: Why
    at_once: bool = False
    due_at: datetime
    raised_at: datetime
    next_at: datetime | None = None
    """When its first step is due; None for what was raised before there were steps."""
    source: Source


class AlertSent(Event, frozen=True, kw_only=True):
    """A notice of it left the register."""

    TOPIC: ClassVar[str] = "alert-sent"

    person: str
    channel: Channel
    cause: int
    """The position of the entry of which the notice tells."""
    sent_at: datetime


class AlertArrived(Event, frozen=True, kw_only=True):
    """Whoever carries notices says that one of it reached the person's mailbox or phone."""

    TOPIC: ClassVar[str] = "alert-arrived"

    person: str
    channel: Channel
    cause: int
    arrived_at: datetime


class AlertFailed(Event, frozen=True, kw_only=True):
    """A notice of it could not be delivered."""

    TOPIC: ClassVar[str] = "alert-failed"

    person: str
    channel: Channel
    cause: int
    reason: str
    """A code of the channel's, such as `550`: never an address, nor what somebody wrote."""
    is_final: bool
    """Whether it is not tried again."""
    failed_at: datetime


class AlertUnreachable(Event, frozen=True, kw_only=True):
    """No notice can reach the person: it goes on to the next at once."""

    TOPIC: ClassVar[str] = "alert-unreachable"

    person: str
    noticed_at: datetime


class AlertOpened(Event, frozen=True, kw_only=True):
    """The person opened the declaration that the alert is about."""

    TOPIC: ClassVar[str] = "alert-opened"

    opened_by: str
    escalated: bool = False
    """Whether it is one of those to whom it went on, and not the one who was asked first."""
    opened_at: datetime


class AlertPassed(Event, frozen=True, kw_only=True):
    """Another person now holds the role, so the alert goes to them."""

    TOPIC: ClassVar[str] = "alert-passed"

    person: str | None
    """None if nobody in the directory could hold the role any more."""
    because: Because | None
    for_person: str | None = None
    passed_at: datetime


class AlertReminded(Event, frozen=True, kw_only=True):
    """A step of the one who is asked; a quiet one tells nobody. `at_once`: somebody is at risk by
    now, as the worker says since it was raised."""

    TOPIC: ClassVar[str] = "alert-reminded"

    person: str | None
    for_person: str | None = None
    step: Step
    offset: int | None = None
    """How many working days after the alert is due the reminder stands; None for a quiet step."""
    unheard: bool = False
    """Whether no notice reaches anybody who was asked, and there is nobody else."""
    at_once: bool = False
    next_at: datetime
    """When the next step is due; the same in each event of a step."""
    reminded_at: datetime
    source: Source


class AlertEscalated(Event, frozen=True, kw_only=True):
    """Nobody acted in time, so another is asked as well. Whoever was asked before still is.

    `at_once`: they are asked at the same time as the first, as somebody is at risk.
    """

    TOPIC: ClassVar[str] = "alert-escalated"

    subject: Subject
    person: str
    because: Because
    """Why it is them: in which place they come after those before."""
    for_person: str | None = None
    from_person: str | None
    """Who was asked before and did not act; None if there was nobody."""
    rung: int
    """How many were asked in this way, with this one."""
    at_once: bool = False
    next_at: datetime
    escalated_at: datetime
    source: Source


class AlertRepeated(Event, frozen=True, kw_only=True):
    """There is nobody left to ask: somebody who was asked last is asked once more."""

    TOPIC: ClassVar[str] = "alert-repeated"

    person: str | None
    """None if nobody is there at all."""
    round: int
    """How often it was repeated, with this time."""
    next_at: datetime
    repeated_at: datetime
    source: Source


class DeclarationEscalated(Event, frozen=True, kw_only=True):
    """What somebody was to do about a declaration may be done by another as well, who is told;
    `at_once`, at the same time as the first."""

    TOPIC: ClassVar[str] = "declaration-escalated"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("escalated_at",)

    duty: str
    """The key of what is to be done."""
    why: Why
    role: Role | None
    person: str
    because: Because
    for_person: str | None = None
    from_person: str | None
    at_once: bool = False
    escalated_at: datetime
    source: Source


class AlertDone(Event, frozen=True, kw_only=True):
    """The alert is over: what it asked for was done, or is no longer needed."""

    TOPIC: ClassVar[str] = "alert-done"

    done_at: datetime
