"""What every event has in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from eventsourcing.utils import register_topic


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to one stream; never changed once it is stored.

    A subclass names its stored form with `TOPIC`, which stays when the class is renamed.
    Whatever a person wrote, or that names a person, goes into a field called `words`:
    it is sealed under a key of the entry's own, and reads None once that key is destroyed.

    A changed shape raises `class_version` and adds a static method `upcast_vN_vM(state)`
    that mends the dict of an older entry in place.
    """

    TOPIC: ClassVar[str]
    NOT_SAID: ClassVar[tuple[str, ...]] = ()
    """Fields that do not count when it is asked whether the same was said before."""
    class_version: ClassVar[int] = 1

    originator_id: UUID
    """The stream: a declaration, an alert, a person, a service."""
    originator_version: int = 0
    """Its place in the stream, from 1; 0 until the log has taken it."""
    position: int = 0
    """Its place in the register; 0 until the log has taken it."""
    recorded_at: datetime | None = None
    """When the log took it."""

    @property
    def moment(self) -> datetime:
        """When the log took it, of an event that has its place there."""
        if self.recorded_at is None:
            raise ValueError(f"{self.TOPIC} has no moment yet")
        return self.recorded_at

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        register_topic(cls.TOPIC, cls)


HEADER = ("originator_id", "originator_version", "position", "recorded_at")
"""The fields that are columns of the entry and not part of its stored state."""


TICK = timedelta(microseconds=1)
"""The shortest time between two entries."""


def numbered(events: Iterable[Event], after: int) -> list[Event]:
    """Events of one stream with their versions, the first after the one given."""
    return [
        msgspec.structs.replace(event, originator_version=version)
        for version, event in enumerate(events, after + 1)
    ]


def dated(events: Iterable[Event], now: datetime) -> list[Event]:
    """Events with their moments: now, and a tick more for each that follows."""
    return [
        msgspec.structs.replace(event, recorded_at=now + place * TICK)
        for place, event in enumerate(events)
    ]


def says_the_same(one: Event, other: Event) -> bool:
    """Whether two events say the same, but for their entries and the fields in `NOT_SAID`."""
    return type(one) is type(other) and _said(one) == _said(other)


def _said(event: Event) -> dict[str, Any]:
    beside = (*HEADER, *event.NOT_SAID)
    fields = msgspec.structs.asdict(event)
    return {name: value for name, value in fields.items() if name not in beside}
