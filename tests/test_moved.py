"""A thousand sealed parts are moved to another stream, version or key: none of them opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import pytest

from events.event import SpoiledEntry
from events.log.mapper import SEAL_FOLLOWS, SealingMapper
from events.log.sealing import Keyring, SealBrokenError, WrappedKey
from tests.test_every_byte import rows_of
from tests.worlds import World

MOVED = 1_000
MASTER, NEW, INDEX = b"m" * 32, b"n" * 32, b"i" * 32
"""The first and the last are those of the cast."""

Row = tuple[Any, ...]
POSITION, STREAM, VERSION, TOPIC, STATE, AT, KEY = range(7)


def with_parts(row: Row, *parts: tuple[int, Any]) -> Row:
    changed = list(row)
    for place, value in parts:
        changed[place] = value
    return tuple(changed)


def with_sealed_part_of(here: Row, there: Row) -> bytes:
    plain, _, _ = here[STATE].rpartition(SEAL_FOLLOWS)
    _, _, sealed = there[STATE].rpartition(SEAL_FOLLOWS)
    return plain + SEAL_FOLLOWS + sealed


def with_wrapped_of(here: Row, there: Row) -> WrappedKey:
    return WrappedKey(here[KEY].id, there[KEY].master, there[KEY].wrapped)


MOVES: dict[str, Callable[[Row, Row], Row]] = {
    "to another stream": lambda one, other: with_parts(one, (STREAM, other[STREAM])),
    "to another version": lambda one, other: with_parts(one, (VERSION, one[VERSION] + 1)),
    "to another stream and version, with its key": lambda one, other: with_parts(
        one, (STREAM, other[STREAM]), (VERSION, other[VERSION])
    ),
    "under another key": lambda one, other: with_parts(one, (KEY, other[KEY])),
    "under what wraps another": lambda one, other: with_parts(
        one, (KEY, with_wrapped_of(one, other))
    ),
    "beside other facts": lambda one, other: with_parts(
        other, (STATE, with_sealed_part_of(other, one))
    ),
    "beside other facts, with its key": lambda one, other: with_parts(
        other, (STATE, with_sealed_part_of(other, one)), (KEY, one[KEY])
    ),
    "with its facts to another moment": lambda one, other: with_parts(
        other, (STATE, one[STATE]), (TOPIC, one[TOPIC]), (KEY, one[KEY])
    ),
}


@pytest.mark.parametrize("is_rotated", [False, True], ids=["as sealed", "wrapped anew"])
def test_no_sealed_part_of_an_entry_opens_where_it_was_moved_to(
    world: World, *, is_rotated: bool
) -> None:
    log = world.here.log
    rows, mapper = rows_of(log), log.mapper
    if is_rotated:
        keyring = Keyring({1: MASTER, 2: NEW}, INDEX)
        rows = [with_parts(row, (KEY, keyring.wrapped_anew(row[KEY]))) for row in rows]
        mapper = SealingMapper(keyring)
    assert not any(isinstance(mapper.event(*row), SpoiledEntry) for row in rows)
    dice, moved = Random(17), Counter[str]()
    while moved.total() < MOVED:
        one, other = dice.sample(rows, 2)
        name = list(MOVES)[moved.total() % len(MOVES)]
        elsewhere = MOVES[name](one, other)
        if elsewhere in (one, other):
            continue
        found = mapper.event(*elsewhere)
        assert isinstance(found, SpoiledEntry), (name, one[:4], other[:4])
        moved[name] += 1
    assert moved.keys() == MOVES.keys()


def test_no_sealed_part_beside_the_log_opens_where_it_was_moved_to() -> None:
    """Of photographs, ways, passkeys, searches and the rest: bound to their place, name and key."""
    keyring, dice = Keyring({1: MASTER}, INDEX), Random(17)
    kept = []
    for number in range(40):
        place = (UUID(int=number), UUID(int=number + 1000))
        boxes, key = keyring.seal_parts({"picture": b"one", "thumbnail": b"two"}, *place)
        kept.append((place, boxes, key))
    newer = Keyring({1: MASTER, 2: NEW}, INDEX)
    for count in range(MOVED):
        (place, boxes, key), (elsewhere, others, other) = dice.sample(kept, 2)
        moves: list[tuple[str, bytes, WrappedKey, tuple[UUID, ...]]] = [
            ("picture", boxes["picture"], key, elsewhere),
            ("picture", boxes["picture"], key, (place[0], elsewhere[1])),
            ("picture", boxes["picture"], other, place),
            ("picture", boxes["picture"], WrappedKey(key.id, 1, other.wrapped), place),
            ("picture", boxes["thumbnail"], key, place),
            ("picture", others["picture"], key, place),
            ("picture", boxes["picture"], newer.wrapped_anew(other), place),
        ]
        name, box, with_key, where = moves[count % len(moves)]
        with pytest.raises(SealBrokenError):
            newer.open_part(name, box, with_key, *where)
        assert newer.open_part(name, boxes[name], newer.wrapped_anew(key), *place) == b"one"
