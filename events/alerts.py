"""The life of an alert: a stream of its own, so that a reminder never meets a correction."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from events.declarations import Source
from events.event import Event
from events.names import Role, Why


class AlertRaised(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "alert-raised"

    declaration: UUID
    kind: str
    person: str | None
    """None where there is nobody to be alerted: the directory names no other director."""
    role: Role | None
    why: Why
    due_at: datetime
    raised_at: datetime
    source: Source


class AlertOpened(Event, frozen=True, kw_only=True):
    """The person looked at what the alert is about."""

    TOPIC: ClassVar[str] = "alert-opened"

    opened_by: str
    opened_at: datetime


class AlertPassed(Event, frozen=True, kw_only=True):
    """The role is now another person's, and the alert with it."""

    TOPIC: ClassVar[str] = "alert-passed"

    person: str
    passed_at: datetime


class AlertDone(Event, frozen=True, kw_only=True):
    """Nothing is asked any more: it was done, or it is no longer wanted."""

    TOPIC: ClassVar[str] = "alert-done"

    done_at: datetime
