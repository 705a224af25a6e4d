"""What a worker says about what somebody else entered for them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from events.declarations import Source
from events.event import Event


class DeclarationConfirmed(Event, frozen=True, kw_only=True):
    """What somebody entered for the worker is what the worker told."""

    TOPIC: ClassVar[str] = "declaration-confirmed"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("confirmed_at", "source")

    confirmed_by: str
    confirmed_at: datetime
    source: Source
