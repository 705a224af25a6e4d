"""Words are sealed: nobody reads, moves or changes them without the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.declarations import DeclarationMade
from events.log.log import Log
from events.log.mapper import Entry, SealingMapper
from events.log.sealing import Keyring, SealBrokenError, WrappedKey
from events.log.tables import entry_keys
from register.console.rebuilding import rebuild
from register.declarations.folding import replay
from register.declarations.replaying import declarations_at
from register.projections import register_list
from register.register import Register
from tests.cast import GIVEN_BACK
from tests.logs import NOON, by_hand, is_sqlite, opened_log, rows, said, some_keys, texts
from tests.registers import GIFT, opened_register, telling

STREAM = UUID("00000000-0000-4000-8000-000000000001")
OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
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
        recorded_at=datetime(2026, 5, 4, tzinfo=UTC),
        key=new.key,
    )


def fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def words_of(mapper: SealingMapper, entry: Entry) -> Any:
    return mapper.to_domain_event(entry).words


def test_words_can_be_opened_again(mapper: SealingMapper) -> None:
    assert words_of(mapper, stored(mapper)).text == CANARY


def test_the_stored_state_holds_no_words(mapper: SealingMapper) -> None:
    state = stored(mapper).state
    assert CANARY.encode() not in state
    assert json.loads(state).keys() == {"added_by", "added_at", "source", "words", "salt"}
    assert json.loads(state)["words"].keys() == {"key", "box"}


def test_the_same_words_are_never_sealed_alike(mapper: SealingMapper) -> None:
    one, other = stored(mapper), stored(mapper)
    assert json.loads(one.state)["words"]["box"] != json.loads(other.state)["words"]["box"]
    assert one.key is not None
    assert other.key is not None
    assert one.key.id != other.key.id
    assert one.key.wrapped != other.key.wrapped


def test_words_moved_to_another_stream_are_refused(mapper: SealingMapper) -> None:
    with pytest.raises(SealBrokenError, match="cannot be opened"):
        words_of(mapper, replace(stored(mapper), originator_id=uuid4()))


def test_words_moved_to_another_version_are_refused(mapper: SealingMapper) -> None:
    with pytest.raises(SealBrokenError, match=r"entry 2 of stream .* cannot be opened"):
        words_of(mapper, replace(stored(mapper), originator_version=2))


def test_words_under_another_key_s_id_are_refused(mapper: SealingMapper) -> None:
    entry = stored(mapper)
    state = json.loads(entry.state)
    state["words"]["key"] = str(uuid4())
    with pytest.raises(SealBrokenError):
        words_of(mapper, replace(entry, state=json.dumps(state).encode()))


def test_words_of_another_entry_are_refused_even_with_their_key(mapper: SealingMapper) -> None:
    one, other = stored(mapper), stored(mapper, version=2)
    with pytest.raises(SealBrokenError):
        words_of(mapper, replace(one, state=other.state, key=other.key))


def test_the_key_of_another_entry_does_not_open_it(mapper: SealingMapper) -> None:
    one, other = stored(mapper), stored(mapper, version=2)
    with pytest.raises(SealBrokenError):
        words_of(mapper, replace(one, key=other.key))


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_changed_byte_is_noticed(place: int) -> None:
    keys = some_keys()
    sealed, key = keys.seal(b"words", STREAM, 1)
    box = bytearray(sealed.box)
    box[place % len(box)] ^= 1
    with pytest.raises(SealBrokenError):
        keys.open(type(sealed)(sealed.key, bytes(box)), key, STREAM, 1)
    wrapped = bytearray(key.wrapped)
    wrapped[place] ^= 1
    with pytest.raises(SealBrokenError):
        keys.open(sealed, WrappedKey(key.id, key.master, bytes(wrapped)), STREAM, 1)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_what_is_cut_short_is_noticed(length: int) -> None:
    keys = some_keys()
    sealed, key = keys.seal(b"words", STREAM, 1)
    with pytest.raises(SealBrokenError):
        keys.open(type(sealed)(sealed.key, sealed.box[:length]), key, STREAM, 1)
    with pytest.raises(SealBrokenError):
        keys.open(sealed, WrappedKey(key.id, key.master, key.wrapped[:length]), STREAM, 1)


def test_a_wrong_master_key_opens_nothing() -> None:
    sealed, key = Keyring({1: OLD}, INDEX).seal(b"words", STREAM, 1)
    with pytest.raises(SealBrokenError) as refused:
        Keyring({1: NEW}, INDEX).open(sealed, key, STREAM, 1)
    assert "words" not in str(refused.value)


def test_a_missing_master_key_is_named() -> None:
    sealed, key = Keyring({1: OLD}, INDEX).seal(b"words", STREAM, 1)
    with pytest.raises(SealBrokenError, match="master key 1 is not among"):
        Keyring({2: NEW}, INDEX).open(sealed, key, STREAM, 1)


def test_the_newest_master_key_seals_and_the_old_ones_still_open() -> None:
    before, after = Keyring({1: OLD}, INDEX), Keyring({2: NEW, 1: OLD}, INDEX)
    sealed, key = before.seal(b"words", STREAM, 1)
    assert after.open(sealed, key, STREAM, 1) == b"words"
    sealed, key = after.seal(b"words", STREAM, 2)
    assert key.master == 2
    assert after.open(sealed, key, STREAM, 2) == b"words"
    with pytest.raises(SealBrokenError, match="master key 2"):
        before.open(sealed, key, STREAM, 2)


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
    with (
        opened_log(database_url, Keyring({2: NEW}, INDEX)) as log,
        pytest.raises(SealBrokenError),
    ):
        log.stream(STREAM)


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


# In a register


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


@pytest.fixture
def gift(register: Register) -> str:
    """A gift that was declared, asked about, answered, corrected and sent back."""
    gift = str(uuid4())
    details = {**GIFT, "item": CANARY}
    register.declare("amina", gift, telling(register, details))
    register.ask("carol", gift, {"text": f"Is it really {CANARY}?"})
    register.inform("amina", gift, {"text": f"Yes: {CANARY}"})
    dearer = {**details, "worth": "61.00"}
    register.correct("amina", gift, {"details": dearer, "reason": f"It was {CANARY}"})
    register.decide("carol", gift, {"outcome": "return", "reason": f"Not {CANARY}"})
    return gift


def everything_in_the_log(url: str) -> bytes:
    """Each column of each entry, as bytes, hex and text."""
    columns = [value for row in rows(url) for value in row]
    return b"\n".join(
        value + b"\n" + value.hex().encode() if isinstance(value, bytes) else str(value).encode()
        for value in columns
    )


PERSONAL = [CANARY, "SU-1042", "Amina Yusuf", "amina@example.org", "M. K."]


@pytest.mark.usefixtures("gift")
def test_no_entry_holds_words_or_a_reference_or_a_name(
    register: Register, database_url: str
) -> None:
    held = everything_in_the_log(database_url)
    assert b"declaration-corrected" in held
    assert [each for each in PERSONAL if each.encode() in held] == []
    assert register.read.name("amina") == "Amina Yusuf"


@pytest.mark.usefixtures("gift")
def test_no_table_and_no_file_holds_words(database_url: str, tmp_path: Path) -> None:
    if is_sqlite(database_url):
        held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    else:
        with by_hand(database_url) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            held = b""
            for (name,) in names:
                with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                    held += b"".join(copy)
    assert b"declaration-corrected" in held
    assert [each for each in PERSONAL if each.encode() in held] == []


@pytest.mark.usefixtures("gift")
def test_the_blind_index_is_in_a_read_model_and_never_in_the_log(
    register: Register, database_url: str
) -> None:
    index = register.log.keyring.blind_index("SU-1042")
    held = everything_in_the_log(database_url)
    assert index not in held
    assert index.hex().encode() not in held
    listed = rows(database_url, "SELECT service_user FROM register_list")
    assert {bytes(each) for (each,) in listed} == {index}


def destroy_keys(log: Log) -> None:
    """As an erasure does."""
    with log.database.write() as connection:
        connection.execute(sa.delete(entry_keys))


def test_without_its_key_an_entry_has_no_words_and_the_rest_of_it_stays(
    register: Register, gift: str
) -> None:
    before = register.read.declaration("amina", gift)
    destroy_keys(register.log)
    after = register.read.declaration("amina", gift)
    assert (after.details, after.service_user) == (None, None)
    assert after.decision is not None
    assert after.decision.reason is None
    assert [action.what for action in after.actions] == ["return"]  # nobody's own words
    assert all(getattr(event, "words", None) is None for event in after.past)
    assert (after.status, after.ruling) == (before.status, before.ruling)
    assert (after.told, after.position) == (before.told, before.position)


def test_without_keys_lists_and_replays_and_names_still_work(register: Register, gift: str) -> None:
    destroy_keys(register.log)
    everything = register_list.Filter()
    for person in ("amina", "ben", "carol", "dev"):
        listed = register.read.declarations(person, everything).items
        assert [str(each.id) for each in listed] == [gift]
    assert [alert.why for alert in register.read.alerts("amina")] == ["complete"]
    assert register.read.name("amina") == "amina"
    at_the_end = list(declarations_at(register.log, register.log.last_position()))
    assert at_the_end == [register.read.declaration("amina", gift)]


def test_without_keys_a_declaration_can_still_be_acted_on(register: Register, gift: str) -> None:
    (action,) = register.read.declaration("amina", gift).actions
    destroy_keys(register.log)
    done = register.complete("amina", gift, action.id, GIVEN_BACK)
    assert done.status == "closed"
    assert done.actions[0].evidence == GIVEN_BACK


@pytest.mark.usefixtures("gift")
def test_a_rebuild_after_an_erasure_forgets_the_blind_index(
    register: Register, database_url: str, tmp_path: Path
) -> None:
    destroy_keys(register.log)
    assert rebuild(register.log, tmp_path, lambda done, total: None) == [
        "register_list",
        "service_users",
    ]
    assert set(rows(database_url, "SELECT service_user FROM register_list")) == {(None,)}


def test_a_log_with_another_master_key_tells_so_and_gives_no_words(database_url: str) -> None:
    with opened_log(database_url) as log:
        log.append([said(STREAM)])
    with opened_log(database_url, Keyring({1: NEW}, INDEX)) as log:
        with pytest.raises(SealBrokenError):
            list(log.after())
        assert [event.words for event in log.after(words=False)] == [None]


def test_a_declaration_folds_alike_with_and_without_words(register: Register, gift: str) -> None:
    log = register.log
    sealed = [e for e in log.after(words=False) if e.originator_id == UUID(gift)]
    assert isinstance(sealed[0], DeclarationMade)
    folded = replay(None, sealed)
    known = register.unguarded.declaration(UUID(gift))
    assert folded is not None
    assert known is not None
    assert folded.happened_on == known.happened_on
    assert (folded.status, folded.ruling, folded.told) == (
        known.status,
        known.ruling,
        known.told,
    )
