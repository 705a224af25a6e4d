"""What happens to an alert. Each alert is a stream of its own, so that a change of an alert never
conflicts with a change of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.declarations import Source
from events.event import Event
from events.names import Because, Role, Why


class Subject(Struct, frozen=True):
    """What an alert is about: a stream, and the stored name of its sort, such as `declaration`."""

    sort: str
    id: UUID


class AlertRaised(Event, frozen=True, kw_only=True):
    """Somebody is asked to act; `why` says how."""

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
    due_at: datetime
    raised_at: datetime
    source: Source


class AlertOpened(Event, frozen=True, kw_only=True):
    """The person opened the declaration that the alert is about."""

    TOPIC: ClassVar[str] = "alert-opened"

    opened_by: str
    opened_at: datetime


class AlertPassed(Event, frozen=True, kw_only=True):
    """Another person now holds the role, so the alert goes to them."""

    TOPIC: ClassVar[str] = "alert-passed"

    person: str | None
    """None if nobody in the directory could hold the role any more."""
    because: Because | None
    for_person: str | None = None
    passed_at: datetime


class AlertDone(Event, frozen=True, kw_only=True):
    """The alert is over: what it asked for was done, or is no longer needed."""

    TOPIC: ClassVar[str] = "alert-done"

    done_at: datetime
