"""Between an event and its entry: the stored JSON, with the words sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, Notification, StoredEvent, Transcoder
from eventsourcing.utils import resolve_topic

from events.event import HEADER, Event
from events.sealing import Keyring, Sealed, WrappedKey


@dataclass(frozen=True)
class NewEntry(StoredEvent):
    """An entry on its way into the log, with the key of its sealed part."""

    key: WrappedKey | None


@dataclass(frozen=True)
class Entry(Notification):
    """An entry of the log; `key` is None when it has no words, or their key is destroyed."""

    recorded_at: datetime
    key: WrappedKey | None


class JSONTranscoder(Transcoder):
    """The stored form: JSON with dates, moments and ids as strings."""

    def encode(self, obj: Any) -> bytes:
        return msgspec.json.encode(obj)

    def decode(self, data: bytes) -> Any:
        return msgspec.json.decode(data)


class SealingMapper(Mapper[UUID]):
    """Seals an event's words on the way in, opens them on the way out, mends old shapes."""

    def __init__(self, keyring: Keyring) -> None:
        super().__init__(JSONTranscoder())
        self.keyring = keyring

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> NewEntry:
        event = cast(Event, domain_event)
        state = msgspec.structs.asdict(event)
        for name in HEADER:
            del state[name]
        if event.class_version > 1:
            state["class_version"] = event.class_version
        key = self._seal(state, event.originator_id, event.originator_version)
        return NewEntry(
            event.originator_id,
            event.originator_version,
            event.TOPIC,
            self.transcoder.encode(state),
            key,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        entry = cast(Entry, stored_event)
        kind: type[Event] = resolve_topic(entry.topic)
        state = self.transcoder.decode(entry.state)
        self._open(state, entry)
        _upcast(kind, state)
        state.update(
            originator_id=entry.originator_id,
            originator_version=entry.originator_version,
            position=entry.id,
            recorded_at=entry.recorded_at,
        )
        return cast(DomainEventProtocol[UUID], msgspec.convert(state, kind))

    def _seal(self, state: dict[str, Any], stream: UUID, version: int) -> WrappedKey | None:
        if state.get("words") is None:
            return None
        words = self.transcoder.encode(state["words"])
        state["words"], key = self.keyring.seal(words, stream, version)
        return key

    def _open(self, state: dict[str, Any], entry: Entry) -> None:
        if state.get("words") is None:
            return
        if entry.key is None:
            state["words"] = None
            return
        sealed = msgspec.convert(state["words"], Sealed)
        stream = cast(UUID, entry.originator_id)
        words = self.keyring.open(sealed, entry.key, stream, entry.originator_version)
        state["words"] = self.transcoder.decode(words)


def _upcast(kind: type[Event], state: dict[str, Any]) -> None:
    version = state.pop("class_version", 1)
    for step in _upcasters(kind)[version - 1 :]:
        step(state)


@cache
def _upcasters(kind: type[Event]) -> list[Any]:
    versions = range(1, kind.class_version)
    return [getattr(kind, f"upcast_v{version}_v{version + 1}") for version in versions]
