"""The state of an alert. It is made from the alert's own events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.alerts import (
    AlertDone,
    AlertEscalated,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
    AlertUnreachable,
    Subject,
)
from events.declarations import Source
from events.event import Event
from events.names import Step, Why


class Alert(Struct, frozen=True, kw_only=True):
    """An alert after the entry with this `version`."""

    id: UUID
    version: int
    subject: Subject
    why: Why
    source: Source
    person: str | None
    for_person: str | None
    due_at: datetime
    raised_at: datetime
    next_at: datetime
    """When its next step is due."""
    stepped_at: datetime
    """When the last step was taken, or it was raised."""
    told_at: datetime
    """When somebody was last told by a step, or it was raised."""
    reminded: tuple[int, datetime] | None = None
    """The last reminder: how many working days after it is due it stood, and when it came."""
    asked: tuple[str, ...] = ()
    """To whom it went on, the first before the next."""
    passed_over: frozenset[str] = frozenset()
    """Those for whom one of these covers: they know, and are away."""
    escalated_at: datetime | None = None
    """When it last went on."""
    rounds: int = 0
    """How often it was repeated."""
    unreachable: frozenset[str] = frozenset()
    """Those whom no notice reaches."""
    is_done: bool = False

    @property
    def rung(self) -> int:
        return len(self.asked)

    @property
    def is_unheard(self) -> bool:
        """Whether nobody who was asked can be reached."""
        return {self.person, *self.asked} <= self.unreachable

    def was_asked(self, person: str) -> bool:
        own = (self.person, self.for_person, *self.asked)
        return person in own or person in self.passed_over


class NotAnAlertError(TypeError):
    """The stream does not begin as an alert's does."""


def evolve(alert: Alert | None, event: Event) -> Alert:
    if alert is None:
        return _raised(event)
    return replace(_next(alert, event), version=event.originator_version)


def replay(events: Iterable[Event]) -> Alert | None:
    alert = None
    for event in events:
        alert = evolve(alert, event)
    return alert


def _raised(event: Event) -> Alert:
    if not isinstance(event, AlertRaised):
        raise NotAnAlertError(f"{event.TOPIC} is not how an alert begins")
    return Alert(
        id=event.originator_id,
        version=event.originator_version,
        subject=event.subject,
        why=event.why,
        source=event.source,
        person=event.person,
        for_person=event.for_person,
        due_at=event.due_at,
        raised_at=event.raised_at,
        next_at=event.next_at or event.raised_at,
        stepped_at=event.raised_at,
        told_at=event.raised_at,
    )


def _next(alert: Alert, event: Event) -> Alert:
    match event:
        case AlertPassed():
            return replace(alert, person=event.person, for_person=event.for_person)
        case AlertUnreachable(person=person, noticed_at=at):
            return replace(alert, unreachable=alert.unreachable | {person}, next_at=at)
        case AlertReminded(step=Step.QUIET, reminded_at=at):
            return replace(alert, next_at=event.next_at, stepped_at=at)
        case AlertReminded(reminded_at=at):
            reminded = None if event.offset is None else (event.offset, at)
            told = replace(alert, reminded=reminded, told_at=at)
            return replace(told, next_at=event.next_at, stepped_at=at)
        case AlertEscalated(escalated_at=at):
            away = {event.for_person} if event.for_person else set()
            return replace(
                alert,
                asked=(*alert.asked, event.person),
                passed_over=alert.passed_over | away,
                escalated_at=at,
                next_at=event.next_at,
                stepped_at=at,
                told_at=at,
            )
        case AlertRepeated(repeated_at=at, round=number):
            stepped = replace(alert, next_at=event.next_at, stepped_at=at)
            return replace(stepped, told_at=at, rounds=number)
        case AlertDone():
            return replace(alert, is_done=True)
    return alert
