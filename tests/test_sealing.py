"""Words are sealed: nobody reads, moves or changes them without the keys."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from events.declarations import DeclarationPassed
from events.event import SpoiledEntry
from events.log.mapper import Entry, SealingMapper
from events.log.sealing import Keyring, SealBrokenError, WrappedKey
from events.names import Because, Role
from tests.logs import NOON, opened_log, rows, said, some_keys, texts

STREAM = UUID("00000000-0000-4000-8000-000000000001")
OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
PLACE = b"a place"
CANARY = "a silver frame nobody else has"


@pytest.fixture
def mapper() -> SealingMapper:
    return SealingMapper(some_keys())


def stored(mapper: SealingMapper, text: str = CANARY, version: int = 1) -> Entry:
    """An entry as the database would give it back."""
    event = said(STREAM, text)
    placed = {"originator_version": version, "recorded_at": NOON}
    new = mapper.to_stored_event(type(event)(**{**fields(event), **placed}))
    return Entry(
        originator_id=STREAM,
        originator_version=version,
        topic=new.topic,
        state=new.state,
        id=version,
        recorded_at=NOON,
        key=new.key,
    )


def fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def words_of(mapper: SealingMapper, entry: Entry) -> Any:
    return mapper.to_domain_event(entry).words


def why_spoiled(mapper: SealingMapper, entry: Entry) -> str:
    found = mapper.to_domain_event(entry)
    assert isinstance(found, SpoiledEntry)
    return found.why


def test_words_can_be_opened_again(mapper: SealingMapper) -> None:
    assert words_of(mapper, stored(mapper)).text == CANARY


def test_the_stored_state_holds_no_words(mapper: SealingMapper) -> None:
    state = stored(mapper).state
    assert CANARY.encode() not in state
    assert json.loads(state).keys() == {
        *("added_by", "added_at", "for_person", "source", "words", "salt")
    }
    assert json.loads(state)["words"].keys() == {"key", "box"}


def test_the_same_words_are_never_sealed_alike(mapper: SealingMapper) -> None:
    one, other = stored(mapper), stored(mapper)
    assert json.loads(one.state)["words"]["box"] != json.loads(other.state)["words"]["box"]
    assert one.key is not None
    assert other.key is not None
    assert one.key.id != other.key.id
    assert one.key.wrapped != other.key.wrapped


CHANGED = "it or its key was changed"


@pytest.mark.parametrize(
    "moved",
    [
        {"originator_id": UUID(int=7)},
        {"originator_version": 2},
        {"topic": "note-added"},
        {"recorded_at": NOON + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_an_entry_is_bound_to_its_place_and_its_moment(
    mapper: SealingMapper, moved: dict[str, Any]
) -> None:
    assert why_spoiled(mapper, replace(stored(mapper), **moved)) == CHANGED


def test_what_an_entry_says_in_plain_is_bound(mapper: SealingMapper) -> None:
    entry = stored(mapper)
    state = entry.state.replace(b'"added_by":"amina"', b'"added_by":"carol"')
    assert state != entry.state
    assert why_spoiled(mapper, replace(entry, state=state)) == CHANGED


def test_an_entry_without_words_is_bound_as_well(mapper: SealingMapper) -> None:
    told = DeclarationPassed(
        originator_id=STREAM,
        role=Role.LINE_MANAGER,
        person="ben",
        because=Because.NAMED,
        passed_at=NOON,
        originator_version=1,
        recorded_at=NOON,
    )
    new = mapper.to_stored_event(told)
    entry = Entry(STREAM, 1, new.topic, new.state, 1, NOON, new.key)
    assert mapper.to_domain_event(entry) == msgspec.structs.replace(told, position=1)
    other = new.state.replace(b'"person":"ben"', b'"person":"eve"')
    assert why_spoiled(mapper, replace(entry, state=other)) == CHANGED


def test_nothing_can_be_written_differently_even_if_it_means_the_same(
    mapper: SealingMapper,
) -> None:
    entry = stored(mapper)
    for other in (
        entry.state.replace(b",", b", ", 1),
        entry.state.replace(b'"box":', b'"box": '),
        entry.state + b" ",
        entry.state[:-2] + b',"more":1}}',
    ):
        assert why_spoiled(mapper, replace(entry, state=other))


def test_words_under_another_key_s_id_are_spoiled(mapper: SealingMapper) -> None:
    entry = stored(mapper)
    state = json.loads(entry.state)
    state["words"]["key"] = str(uuid4())
    other = msgspec.json.encode(state)
    assert "not the key of this" in why_spoiled(mapper, replace(entry, state=other))


def test_an_entry_is_spoiled_under_any_other_state_or_key(mapper: SealingMapper) -> None:
    one, other = stored(mapper), stored(mapper, version=2)
    assert why_spoiled(mapper, replace(one, state=other.state, key=other.key))
    assert why_spoiled(mapper, replace(one, key=other.key))


def test_without_its_key_row_an_entry_is_spoiled_and_not_erased(mapper: SealingMapper) -> None:
    assert why_spoiled(mapper, replace(stored(mapper), key=None)) == "its key is missing"


# What is destroyed on purpose


def erased(mapper: SealingMapper, entry: Entry) -> Entry:
    return replace(entry, key=mapper.destroyed(entry))


def test_with_its_key_destroyed_an_entry_has_no_words_and_is_not_spoiled(
    mapper: SealingMapper,
) -> None:
    entry = stored(mapper)
    found = mapper.to_domain_event(erased(mapper, entry))
    assert found == msgspec.structs.replace(mapper.to_domain_event(entry), words=None)


def test_what_it_says_in_plain_is_bound_still(mapper: SealingMapper) -> None:
    entry = erased(mapper, stored(mapper))
    state = entry.state.replace(b'"added_by":"amina"', b'"added_by":"carol"')
    assert "not of this" in why_spoiled(mapper, replace(entry, state=state))


def test_nobody_without_the_master_key_can_make_an_entry_look_erased(
    mapper: SealingMapper,
) -> None:
    one, other = stored(mapper), stored(mapper, version=2)
    assert one.key is not None
    mark = mapper.destroyed(other).wrapped
    for forged in (bytes(32), mark, SealingMapper(Keyring({1: NEW}, INDEX))):
        if isinstance(forged, SealingMapper):
            forged = forged.destroyed(stored(forged)).wrapped
        key = WrappedKey(one.key.id, one.key.master, forged)
        assert "not ours" in why_spoiled(mapper, replace(one, key=key))


def test_what_is_spoiled_cannot_be_erased(mapper: SealingMapper) -> None:
    entry = stored(mapper)
    for spoiled in (replace(entry, topic="note-added"), replace(entry, key=None)):
        with pytest.raises(SealBrokenError):
            mapper.destroyed(spoiled)


# Words and their keys


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_changed_byte_is_noticed(place: int) -> None:
    keys = some_keys()
    sealed, key = keys.seal(b"words", PLACE)
    box = bytearray(sealed.box)
    box[place % len(box)] ^= 1
    with pytest.raises(SealBrokenError):
        keys.open(type(sealed)(sealed.key, bytes(box)), key, PLACE)
    wrapped = bytearray(key.wrapped)
    wrapped[place] ^= 1
    with pytest.raises(SealBrokenError):
        keys.open(sealed, WrappedKey(key.id, key.master, bytes(wrapped)), PLACE)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_what_is_cut_short_is_noticed(length: int) -> None:
    keys = some_keys()
    sealed, key = keys.seal(b"words", PLACE)
    with pytest.raises(SealBrokenError):
        keys.open(type(sealed)(sealed.key, sealed.box[:length]), key, PLACE)
    with pytest.raises(SealBrokenError):
        keys.open(sealed, WrappedKey(key.id, key.master, key.wrapped[:length]), PLACE)


def test_a_wrong_master_key_opens_nothing() -> None:
    sealed, key = Keyring({1: OLD}, INDEX).seal(b"words", PLACE)
    with pytest.raises(SealBrokenError) as refused:
        Keyring({1: NEW}, INDEX).open(sealed, key, PLACE)
    assert "words" not in str(refused.value)


def test_a_missing_master_key_is_named() -> None:
    sealed, key = Keyring({1: OLD}, INDEX).seal(b"words", PLACE)
    with pytest.raises(SealBrokenError, match="master key 1 is not among"):
        Keyring({2: NEW}, INDEX).open(sealed, key, PLACE)


def test_the_newest_master_key_seals_and_the_old_ones_still_open() -> None:
    before, after = Keyring({1: OLD}, INDEX), Keyring({2: NEW, 1: OLD}, INDEX)
    sealed, key = before.seal(b"words", PLACE)
    assert after.open(sealed, key, PLACE) == b"words"
    sealed, key = after.seal(b"words", PLACE)
    assert key.master == 2
    assert after.open(sealed, key, PLACE) == b"words"
    with pytest.raises(SealBrokenError, match="master key 2"):
        before.open(sealed, key, PLACE)


def test_a_log_opens_what_older_master_keys_sealed(database_url: str) -> None:
    with opened_log(database_url, Keyring({1: OLD}, INDEX)) as log:
        log.append([said(STREAM, "old")])
    with opened_log(database_url, Keyring({1: OLD, 2: NEW}, INDEX)) as log:
        log.append([said(STREAM, "new")])
        assert texts(log.stream(STREAM)) == ["old", "new"]
    assert rows(database_url, "SELECT master FROM entry_keys ORDER BY originator_version") == [
        (1,),
        (2,),
    ]
    with opened_log(database_url, Keyring({2: NEW}, INDEX)) as log:
        spoiled, new = log.stream(STREAM)
        assert isinstance(spoiled, SpoiledEntry)
        assert spoiled.why == "master key 1 is not among the keys given"
        assert texts([new]) == ["new"]


THING = UUID("00000000-0000-4000-8000-000000000002")


def test_parts_of_one_thing_share_a_key_and_are_bound_to_their_names_and_place() -> None:
    keys = some_keys()
    boxes, key = keys.seal_parts({"front": b"one", "back": b"another"}, STREAM, THING)
    assert keys.open_part("front", boxes["front"], key, STREAM, THING) == b"one"
    assert keys.open_part("back", boxes["back"], key, STREAM, THING) == b"another"
    for name, place in (
        ("back", (STREAM, THING)),
        ("front", (THING, STREAM)),
        ("front", (STREAM,)),
    ):
        with pytest.raises(SealBrokenError):
            keys.open_part(name, boxes["front"], key, *place)
    _, other = keys.seal_parts({"front": b"one"}, STREAM, THING)
    with pytest.raises(SealBrokenError):
        keys.open_part("front", boxes["front"], other, STREAM, THING)
    with pytest.raises(SealBrokenError):
        keys.open_part("front", b"", key, STREAM, THING)


def test_a_fingerprint_knows_the_same_bytes_and_needs_its_key() -> None:
    one, another = Keyring({1: OLD}, INDEX), Keyring({1: OLD}, NEW)
    assert one.fingerprint(b"a") == one.fingerprint(b"a")
    assert len({one.fingerprint(b"a"), one.fingerprint(b"b"), another.fingerprint(b"a")}) == 3


def test_the_blind_index_does_not_mind_case_and_needs_its_key() -> None:
    keys = Keyring({1: OLD}, INDEX)
    assert keys.blind_index("su-1042") == keys.blind_index("SU-1042")
    assert keys.blind_index("SU-1042") != keys.blind_index("SU-1043")
    assert keys.blind_index("SU-1042") != Keyring({1: OLD}, NEW).blind_index("SU-1042")
