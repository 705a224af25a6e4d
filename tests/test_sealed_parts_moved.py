"""A thousand sealed parts, each moved to another stream, version or key by somebody who owns the
database: none opens."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from events.event import SpoiledEntry
from events.log.mapper import Entry, SealingMapper
from events.log.photographs import SIZES
from events.log.sealing import SealBrokenError, WrappedKey
from tests.logs import NOON, said, some_keys

MOVES, STREAMS, VERSIONS = 1_000, 8, 5

Move = Callable[[Entry, Entry], Entry]
"""Gives the second entry with something of the first in it."""


@pytest.fixture(scope="module")
def mapper() -> SealingMapper:
    return SealingMapper(some_keys())


def some_entries(mapper: SealingMapper) -> list[Entry]:
    """Entries as the database would give them back, no two alike."""
    found = []
    for stream in (uuid4() for _ in range(STREAMS)):
        for version in range(1, VERSIONS + 1):
            at = NOON + timedelta(seconds=len(found))
            event = msgspec.structs.replace(
                said(stream, f"words {len(found)}"), originator_version=version, recorded_at=at
            )
            new = mapper.to_stored_event(event)
            placed: dict[str, Any] = {"originator_id": stream, "originator_version": version}
            found.append(
                Entry(
                    **placed,
                    topic=new.topic,
                    state=new.state,
                    id=len(found) + 1,
                    recorded_at=at,
                    key=new.key,
                )
            )
    return found


def with_words(state: bytes, words: Any) -> bytes:
    return msgspec.json.encode({**json.loads(state), "words": words})


def words_of(entry: Entry) -> dict[str, str]:
    found: dict[str, str] = json.loads(entry.state)["words"]
    return found


def to_another_place(one: Entry, other: Entry) -> Entry:
    """The whole entry with its key, where the other was."""
    return replace(other, state=one.state, key=one.key, topic=one.topic)


def to_another_stream(one: Entry, other: Entry) -> Entry:
    stream = other.originator_id
    return replace(one, originator_id=uuid4() if stream == one.originator_id else stream)


def to_another_version(one: Entry, other: Entry) -> Entry:
    version = other.originator_version
    return replace(one, originator_version=version + (version == one.originator_version))


def into_another_state(one: Entry, other: Entry) -> Entry:
    """The sealed part alone, beside what the other says in plain."""
    return replace(other, state=with_words(other.state, words_of(one)))


def into_another_state_with_its_key(one: Entry, other: Entry) -> Entry:
    return replace(into_another_state(one, other), key=one.key)


def to_another_key(one: Entry, other: Entry) -> Entry:
    return replace(one, key=other.key)


def to_another_key_that_is_named(one: Entry, other: Entry) -> Entry:
    """The sealed part says that it is under the other's key."""
    state = with_words(one.state, {**words_of(one), "key": words_of(other)["key"]})
    return replace(one, state=state, key=other.key)


def to_a_key_of_its_name(one: Entry, other: Entry) -> Entry:
    """The other's key takes on the id of this one's."""
    assert one.key is not None
    assert other.key is not None
    return replace(one, key=WrappedKey(one.key.id, other.key.master, other.key.wrapped))


WAYS: list[Move] = [
    *(to_another_place, to_another_stream, to_another_version, into_another_state),
    *(into_another_state_with_its_key, to_another_key, to_another_key_that_is_named),
    to_a_key_of_its_name,
]


def test_wherever_a_sealed_part_is_moved_it_does_not_open(mapper: SealingMapper) -> None:
    chance = random.Random(17)
    entries = some_entries(mapper)
    assert not any(isinstance(mapper.to_domain_event(each), SpoiledEntry) for each in entries)
    for number in range(MOVES):
        way = WAYS[number % len(WAYS)]
        one, other = chance.sample(entries, 2)
        moved = way(one, other)
        assert isinstance(mapper.to_domain_event(moved), SpoiledEntry), way.__name__
        with pytest.raises(SealBrokenError):
            mapper.check(*_as_stored(moved))


def _as_stored(entry: Entry) -> tuple[UUID, int, str, bytes, Any, WrappedKey | None]:
    stream = entry.originator_id
    assert isinstance(stream, UUID)
    return stream, entry.originator_version, entry.topic, entry.state, entry.recorded_at, entry.key


def test_wherever_a_part_of_a_photograph_is_moved_it_does_not_open() -> None:
    """To another photograph, declaration, size or key."""
    keyring, chance = some_keys(), random.Random(17)
    taken = []
    for _ in range(10):
        declaration, photograph = uuid4(), uuid4()
        boxes, key = keyring.seal_parts(dict.fromkeys(SIZES, b"a picture"), declaration, photograph)
        taken.append((declaration, photograph, boxes, key))
    for _ in range(MOVES // 10):
        (declaration, photograph, boxes, key), (other, another, theirs, their_key) = chance.sample(
            taken, 2
        )
        name, size = chance.sample(sorted(SIZES), 2)
        assert keyring.open_part(name, boxes[name], key, declaration, photograph) == b"a picture"
        for box, with_key, *place in (
            (boxes[name], key, other, photograph),
            (boxes[name], key, declaration, another),
            (boxes[size], key, declaration, photograph),
            (theirs[name], key, declaration, photograph),
            (boxes[name], their_key, declaration, photograph),
        ):
            with pytest.raises(SealBrokenError):
                keyring.open_part(name, box, with_key, *place)
