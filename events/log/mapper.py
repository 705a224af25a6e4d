"""Turns an event into its entry, and back: JSON, with the words sealed and the rest bound.

This is the one place where entries are opened. What cannot be read becomes a `SpoiledEntry`, so
that one spoiled entry spoils no list.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, Notification, StoredEvent, Transcoder
from eventsourcing.utils import TopicError, resolve_topic

from events.event import HEADER, Event, SpoiledEntry
from events.log.sealing import Keyring, SealBrokenError, Sealed, WrappedKey
from events.log.spoiled import Spoiled


@dataclass(frozen=True)
class NewEntry(StoredEvent):
    """An entry that is about to be stored, with its moment and the key of its sealed part."""

    recorded_at: datetime
    key: WrappedKey


@dataclass(frozen=True)
class Entry(Notification):
    """An entry of the log; `key` is None if the database has none for it."""

    recorded_at: datetime | None
    key: WrappedKey | None


Stored = tuple[int, UUID, int, str, bytes, datetime | None, WrappedKey | None]
"""An entry as a plain row: its position, stream, version, topic, state, moment and key."""

WORDS = "words"
SALT = 16
"""Random bytes in each stored state. Without them, its content could be guessed from a digest."""
SEAL_FOLLOWS = b',"words":'
"""What stands in a stored state between the plain part and the sealed one, which is the last."""
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


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
        self.spoiled = Spoiled()

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> NewEntry:
        event = cast(Event, domain_event)
        names = _shape(type(event)).names
        state = {stored: getattr(event, name) for name, stored in names.items()}
        if event.class_version > 1:
            state["class_version"] = event.class_version
        state["salt"] = os.urandom(SALT)
        said = state.pop(WORDS, None)
        return self.sealed(
            event.originator_id,
            event.originator_version,
            event.TOPIC,
            self.transcoder.encode(state),
            b"" if said is None else self.transcoder.encode(said),
            event.moment,
        )

    def sealed(
        self, stream: UUID, version: int, topic: str, plain: bytes, words: bytes, at: datetime
    ) -> NewEntry:
        """An entry of its plain part, a JSON object, and of its words, which may be empty."""
        plain = plain[:-1]
        box, key = self.keyring.seal(words, _bound(stream, version, topic, at, plain))
        state = b"%b%b%b}" % (plain, SEAL_FOLLOWS, msgspec.json.encode(box))
        return NewEntry(stream, version, topic, state, at, key)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        return cast(DomainEventProtocol[UUID], self.event(*as_row(cast(Entry, stored_event))))

    def event(
        self,
        position: int,
        stream: UUID,
        version: int,
        topic: str,
        state: bytes,
        recorded_at: datetime | None,
        key: WrappedKey | None,
        words: bool = True,
    ) -> Event:
        """The event that a row of the log holds. Its words are None if their key is destroyed, or
        if no `words` are wanted; the seal is looked at all the same."""
        try:
            plain, said = self._open(stream, version, topic, state, recorded_at, key)
            shape = _shape(resolve_topic(topic))
            return shape.kind(
                originator_id=stream,
                originator_version=version,
                position=position,
                recorded_at=recorded_at,
                **shape.read(plain + b"}", said if words else None),
            )
        except Exception as error:  # whatever it is, it is about this entry alone
            return self.spoiled.found(
                SpoiledEntry(
                    originator_id=stream,
                    originator_version=version,
                    position=position,
                    recorded_at=recorded_at or EPOCH,
                    topic=topic,
                    why=_why(error),
                )
            )

    def destroyed(self, entry: Entry) -> WrappedKey:
        """What stands in the place of an entry's key once it is destroyed. Raises
        `SealBrokenError` if the entry cannot be opened."""
        return self.keyring.destroyed(*_sealed_with(entry))

    def marked_anew(self, entry: Entry) -> WrappedKey:
        """The mark of an entry's destroyed key as the current master key makes it. Raises
        `SealBrokenError` if the mark is not ours."""
        return self.keyring.marked_anew(*_sealed_with(entry))

    def taken_out(self, entry: Entry) -> tuple[bytes, bytes] | None:
        """The key of an entry's own and the words that it opens, which may be none, for whoever
        takes both along; None if the key is destroyed. Raises `SealBrokenError`."""
        sealed, key, bound = _sealed_with(entry)
        said = self.keyring.open(sealed, key, bound)
        return None if said is None else (self.keyring.unwrapped(key), said)

    def check(
        self,
        stream: UUID,
        version: int,
        topic: str,
        state: bytes,
        recorded_at: datetime | None,
        key: WrappedKey | None,
    ) -> None:
        """Raises an error if an entry or its key was changed, or a key is gone without a mark."""
        self._open(stream, version, topic, state, recorded_at, key)

    def _open(
        self,
        stream: UUID,
        version: int,
        topic: str,
        state: bytes,
        recorded_at: datetime | None,
        key: WrappedKey | None,
    ) -> tuple[bytes, bytes | None]:
        """The plain part of a state, and its words. Raises an error if either was changed."""
        if key is None:
            raise SealBrokenError(KEY_MISSING)
        plain, sealed = _parted(state)
        bound = _bound(stream, version, topic, recorded_at, plain)
        return plain, self.keyring.open(sealed, key, bound) or None


KEY_MISSING = "its key is missing"


def as_row(entry: Entry) -> Stored:
    stream = cast(UUID, entry.originator_id)
    version, at = entry.originator_version, entry.recorded_at
    return entry.id, stream, version, entry.topic, entry.state, at, entry.key


def _sealed_with(entry: Entry) -> tuple[Sealed, WrappedKey, bytes]:
    """The sealed part of an entry, its key, and what the seal binds."""
    if entry.key is None:
        raise SealBrokenError(KEY_MISSING)
    _, stream, version, topic, state, recorded_at, _ = as_row(entry)
    plain, sealed = _parted(state)
    return sealed, entry.key, _bound(stream, version, topic, recorded_at, plain)


def _parted(state: bytes) -> tuple[bytes, Sealed]:
    """The plain part of a stored state, and the sealed one. Raises an error if the sealed one is
    written in any other way than ours: nothing binds how it is written."""
    plain, _, written = state.rpartition(SEAL_FOLLOWS)
    sealed = SEALED.decode(written[:-1])
    if msgspec.json.encode(sealed) + b"}" != written:
        raise SealBrokenError("its sealed part was changed")
    return plain, sealed


SEALED = msgspec.json.Decoder(Sealed)


def _bound(stream: UUID, version: int, topic: str, at: datetime | None, plain: bytes) -> bytes:
    """What the seal of an entry binds besides its words and the id of its key."""
    if at is None:
        raise SealBrokenError("its moment cannot be read")
    moment = (at - EPOCH) // MICROSECOND
    return b"%b%d|%d|%b|%b" % (stream.bytes, version, moment, topic.encode(), plain)


def _why(error: Exception) -> str:
    if isinstance(error, SealBrokenError):
        return str(error)
    if isinstance(error, TopicError):
        return "it is of a sort that this version of the register does not know"
    return "it is not in a form that this version of the register knows"


class StoredShape:
    """How events of one class are read: first the stored state, then the words once opened."""

    def __init__(self, kind: type[Event]) -> None:
        self.kind = kind
        fields = msgspec.structs.fields(kind)
        self.names = {each.name: each.encode_name for each in fields if each.name not in HEADER}
        """The name of each field in the stored state."""
        words = {each.name: each.type for each in fields}.get(WORDS)
        self._plain = msgspec.json.Decoder(_fields_of(kind, words=None))
        self._words: msgspec.json.Decoder[Any] = msgspec.json.Decoder(words)

    def read(self, plain: bytes, words: bytes | None) -> dict[str, Any]:
        """The fields of the event, from the plain part of its state and its words."""
        said = msgspec.structs.asdict(self._plain.decode(plain))
        if words is not None:
            said[WORDS] = self._words.decode(words)
        return said


class ChangedShape(StoredShape):
    """The shape of a class whose fields have changed: the state is brought up to date first, and
    only then converted to the types of the fields."""

    def read(self, plain: bytes, words: bytes | None) -> dict[str, Any]:
        said: dict[str, Any] = msgspec.json.decode(plain)
        said[WORDS] = None if words is None else msgspec.json.decode(words)
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
