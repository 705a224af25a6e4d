"""Turns an event into its entry, and back: JSON, with the words sealed."""

from __future__ import annotations

import os
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
from events.log.sealing import Keyring, Sealed, WrappedKey


@dataclass(frozen=True)
class NewEntry(StoredEvent):
    """An entry that is about to be stored, with its moment and the key of its sealed part."""

    recorded_at: datetime
    key: WrappedKey | None


@dataclass(frozen=True)
class Entry(Notification):
    """An entry of the log; `key` is None if it has no words, or if their key is destroyed."""

    recorded_at: datetime
    key: WrappedKey | None


Stored = tuple[int, UUID, int, str, bytes, datetime, WrappedKey | None]
"""An entry as a plain row: its position, stream, version, topic, state, moment and key."""

WORDS = "words"
SALT = 16
"""Random bytes in each stored state. Without them, its content could be guessed from a digest."""


class JSONTranscoder(Transcoder):
    """The stored form: JSON with dates, moments and ids as strings."""

    def encode(self, obj: Any) -> bytes:
        return msgspec.json.encode(obj)

    def decode(self, data: bytes) -> Any:
        return msgspec.json.decode(data)


class SealingMapper(Mapper[UUID]):
    """Turns events into entries and back: seals and opens their words, and brings the state of
    older entries up to date."""

    def __init__(self, keyring: Keyring) -> None:
        super().__init__(JSONTranscoder())
        self.keyring = keyring

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> NewEntry:
        event = cast(Event, domain_event)
        names = _shape(type(event)).names
        state = {stored: getattr(event, name) for name, stored in names.items()}
        if event.class_version > 1:
            state["class_version"] = event.class_version
        state["salt"] = os.urandom(SALT)
        key = self._seal(state, event.originator_id, event.originator_version)
        return NewEntry(
            event.originator_id,
            event.originator_version,
            event.TOPIC,
            self.transcoder.encode(state),
            event.moment,
            key,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        entry = cast(Entry, stored_event)
        event = self.event(
            entry.id,
            cast(UUID, entry.originator_id),
            entry.originator_version,
            entry.topic,
            entry.state,
            entry.recorded_at,
            entry.key,
        )
        return cast(DomainEventProtocol[UUID], event)

    def event(
        self,
        position: int,
        stream: UUID,
        version: int,
        topic: str,
        state: bytes,
        recorded_at: datetime,
        key: WrappedKey | None,
    ) -> Event:
        """The event that a row of the log holds; its words are None if the row has no key."""
        shape = _shape(resolve_topic(topic))
        said = shape.read(state)
        sealed = said.get(WORDS)
        if sealed is not None:
            plain = None if key is None else self.keyring.open(sealed, key, stream, version)
            said[WORDS] = None if plain is None else shape.read_words(plain)
        return shape.kind(
            originator_id=stream,
            originator_version=version,
            position=position,
            recorded_at=recorded_at,
            **shape.today(said),
        )

    def _seal(self, state: dict[str, Any], stream: UUID, version: int) -> WrappedKey | None:
        if state.get("words") is None:
            return None
        words = self.transcoder.encode(state["words"])
        state["words"], key = self.keyring.seal(words, stream, version)
        return key


class StoredShape:
    """How events of one class are read: first the stored state, then the words once opened."""

    def __init__(self, kind: type[Event]) -> None:
        self.kind = kind
        fields = msgspec.structs.fields(kind)
        self.names = {each.name: each.encode_name for each in fields if each.name not in HEADER}
        """The name of each field in the stored state."""
        words = {each.name: each.type for each in fields}.get(WORDS)
        self._stored = msgspec.json.Decoder(_fields_of(kind, words=Sealed | None))
        self._words: msgspec.json.Decoder[Any] = msgspec.json.Decoder(words)

    def read(self, state: bytes) -> dict[str, Any]:
        return msgspec.structs.asdict(self._stored.decode(state))

    def read_words(self, plain: bytes) -> Any:
        return self._words.decode(plain)

    def today(self, said: dict[str, Any]) -> dict[str, Any]:
        """The state with the fields that events of this class have now."""
        return said


class ChangedShape(StoredShape):
    """The shape of a class whose fields have changed: the state is brought up to date first, and
    only then converted to the types of the fields."""

    def read(self, state: bytes) -> dict[str, Any]:
        said: dict[str, Any] = msgspec.json.decode(state)
        if said.get(WORDS) is not None:
            said[WORDS] = msgspec.convert(said[WORDS], Sealed)
        return said

    def read_words(self, plain: bytes) -> Any:
        return msgspec.json.decode(plain)

    def today(self, said: dict[str, Any]) -> dict[str, Any]:
        for version in range(said.pop("class_version", 1), self.kind.class_version):
            getattr(self.kind, f"upcast_v{version}_v{version + 1}")(said)
        return msgspec.structs.asdict(msgspec.convert(said, _fields_of(self.kind)))


@cache
def _shape(kind: type[Event]) -> StoredShape:
    return ChangedShape(kind) if kind.class_version > 1 else StoredShape(kind)


@cache
def _fields_of(kind: type[Event], **types: Any) -> type[msgspec.Struct]:
    """A class with the fields of an event except `HEADER`; `types` replaces some field types."""
    fields = [
        (each.name, types.get(each.name, each.type), _stored_as(each))
        for each in msgspec.structs.fields(kind)
        if each.name not in HEADER
    ]
    return msgspec.defstruct(kind.__name__, fields, kw_only=True)


def _stored_as(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory, name=field.encode_name)
    if field.default is not msgspec.NODEFAULT:
        return msgspec.field(default=field.default, name=field.encode_name)
    return msgspec.field(name=field.encode_name)
