"""What every event has in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from eventsourcing.utils import register_topic


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened in one stream. It is never changed once it is stored.

    `TOPIC` is the subclass's name in the log; it stays the same when the class is renamed.
    Text that a person wrote, and anything that names a person, goes into a field called `words`.
    The words are sealed under a key of the entry's own, and are None once that key is destroyed.
    The seal binds all other fields, too.

    To change the fields of a subclass, raise `class_version` and add a static method
    `upcast_vN_vM(state)` that brings the dict of an older entry up to date in place.
    """

    TOPIC: ClassVar[str]
    NOT_SAID: ClassVar[tuple[str, ...]] = ()
    """Fields that `says_the_same` does not compare. The struct of its words may have them too."""
    class_version: ClassVar[int] = 1

    originator_id: UUID
    """The id of the stream: of a declaration, an alert, a person or a service."""
    originator_version: int = 0
    """Its place in the stream, from 1; 0 until it is stored."""
    position: int = 0
    """Its place in the register; 0 until it is stored."""
    recorded_at: datetime | None = None
    """When it was stored."""

    @property
    def moment(self) -> datetime:
        """When it was stored. Raises `ValueError` for an event without a moment."""
        if self.recorded_at is None:
            raise ValueError(f"{self.TOPIC} has no moment yet")
        return self.recorded_at

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if hasattr(cls, "TOPIC"):
            register_topic(cls.TOPIC, cls)


class Deed(Event, frozen=True, kw_only=True):
    """Something that a person does, who may be covering for another. Never stored as such."""

    for_person: str | None = None
    """In whose place it is done; None for what somebody does in their own."""


class SpoiledEntry(Event, frozen=True, kw_only=True):
    """Stands in a stream for an entry that cannot be read, or that is missing. It is never stored.

    Its `topic` is what is stored, and may be wrong like everything else about it.
    """

    TOPIC: ClassVar[str] = "entry-spoiled"

    topic: str
    why: str
    """What is wrong with it, for whoever keeps the register."""


def spoiled(event: Event, why: str) -> SpoiledEntry:
    """What stands for an event that can be read, but not be used."""
    return SpoiledEntry(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        position=event.position,
        recorded_at=event.recorded_at,
        topic=event.TOPIC,
        why=why,
    )


IN_WHOSE_PLACE = ("for_person",)
"""Whoever says the same in another's place, or in their own, says the same."""
HEADER = ("originator_id", "originator_version", "position", "recorded_at")
"""The fields that are columns of the entry and not part of its stored state."""


TICK = timedelta(microseconds=1)
"""The shortest time between two entries."""


def numbered(events: Iterable[Event], after: int) -> list[Event]:
    """The events of one stream with their versions; the first version is `after` + 1."""
    return [
        msgspec.structs.replace(event, originator_version=version)
        for version, event in enumerate(events, after + 1)
    ]


def dated(events: Iterable[Event], now: datetime) -> list[Event]:
    """The events with their moments: the first at `now`, each following one a `TICK` later."""
    return [
        msgspec.structs.replace(event, recorded_at=now + place * TICK)
        for place, event in enumerate(events)
    ]


def says_the_same(one: Event, other: Event) -> bool:
    """Whether two events have the same content, apart from `HEADER` and `NOT_SAID` fields."""
    return type(one) is type(other) and _said(one) == _said(other)


def says_among(past: Sequence[Event], said: Sequence[Event]) -> bool:
    """Whether these events stand among the past ones, with the same content and one after the
    other."""
    runs = (past[start : start + len(said)] for start in range(len(past)))
    return any(len(run) == len(said) and all(map(says_the_same, run, said)) for run in runs)


def _said(event: Event) -> dict[str, Any]:
    said = _without(event, (*HEADER, *IN_WHOSE_PLACE, *event.NOT_SAID))
    words = said.get("words")
    return said if words is None else {**said, "words": _without(words, _not_said(words))}


def _not_said(words: msgspec.Struct) -> tuple[str, ...]:
    return getattr(words, "NOT_SAID", ())


def _without(struct: msgspec.Struct, names: tuple[str, ...]) -> dict[str, Any]:
    fields = msgspec.structs.asdict(struct)
    return {name: value for name, value in fields.items() if name not in names}
