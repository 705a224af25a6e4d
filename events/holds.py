"""Legal holds: what they are on is not erased while they stand. Each is a stream of its own."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.event import Event
from events.names import HoldOn


class HoldWords(Struct, frozen=True):
    """What it is on is sealed as well: that there is a hold on something of which few may know
    would tell of it."""

    reason: str
    declaration: UUID | None = None
    person: str | None = None
    service_user: str | None = None


class HoldReason(Struct, frozen=True):
    reason: str


class HoldPlaced(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "hold-placed"

    on: HoldOn
    placed_by: str
    words: HoldWords | None = None


class HoldLifted(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "hold-lifted"

    lifted_by: str
    words: HoldReason | None = None
