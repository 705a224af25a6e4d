"""What whoever keeps the register is told: by `doctor`, by `rebuild`, and when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.keeping import ReadModelsDiffered
from events.log.log import Log
from register import projections
from register.console.doctoring import in_words, looked_through
from register.console.rebuilding import DifferError, differing, rebuild
from register.register import Register
from tests.consoles import said_plainly
from tests.registers import GIFT, opened_register, telling
from tests.server import Installation
from tests.spoiling import Hand, hand

KEEP = {"outcome": "keep", "reason": "A farewell"}


def silently(_done: int, _total: int) -> None: ...


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


@pytest.fixture
def of(register: Register, database_url: str) -> Iterator[Hand]:
    with hand(database_url) as of:
        yield of


@pytest.fixture
def gift(register: Register) -> str:
    gift = str(uuid4())
    register.declare("amina", gift, telling(register, GIFT))
    register.decide("carol", gift, KEEP)
    return gift


def listed(log: Log) -> list[tuple[Any, ...]]:
    with log.database.read() as connection:
        return sorted(map(tuple, connection.execute(sa.select(LIST))), key=repr)


LIST = projections.metadata.tables["register_list"]


# rebuild


def test_what_differs_stops_a_rebuild_and_stays_as_it_is(
    register: Register, gift: str, tmp_path: Path
) -> None:
    with register.log.database.write() as connection:
        connection.execute(sa.update(LIST).values(worker="gus"))
    before, last = listed(register.log), register.log.last_position()
    with pytest.raises(DifferError) as refused:
        rebuild(register.log, tmp_path, silently)
    assert list(differing(refused.value.differences)) == [
        f"register_list is not what the log says about {gift}."
    ]
    assert (listed(register.log), register.log.last_position()) == (before, last)


def test_what_is_accepted_is_recorded_with_its_positions(
    register: Register, gift: str, tmp_path: Path
) -> None:
    was = listed(register.log)
    with register.log.database.write() as connection:
        connection.execute(sa.delete(LIST))
    position = register.read.declaration("amina", gift).position
    rebuild(register.log, tmp_path, silently, accept=True)
    assert listed(register.log) == was
    *_, last = register.log.after()
    assert isinstance(last, ReadModelsDiffered)
    assert (last.models, last.streams, last.positions) == (("register_list",), 1, (position,))
    assert rebuild(register.log, tmp_path, silently) == [], "and nothing differs any more"


def test_an_entry_that_was_edited_does_not_end_a_rebuild_nor_change_the_lists(
    register: Register, gift: str, of: Hand, tmp_path: Path
) -> None:
    made, decided = (each.position for each in register.read.history("amina", gift))
    before = listed(register.log)
    for position in (made, decided):
        with of.instead(position, "entry_keys", "wrapped", 0):
            assert rebuild(register.log, tmp_path, silently) == []
            assert rebuild(register.log, tmp_path, silently, accept=True) == []
            assert listed(register.log) == before


def test_entries_that_were_taken_away_are_noticed(
    register: Register, gift: str, of: Hand, tmp_path: Path
) -> None:
    of.ask("DELETE FROM entries WHERE originator_id = ?", _stored(register, gift))
    with pytest.raises(DifferError) as refused:
        rebuild(register.log, tmp_path, silently)
    assert "register_list" in {each.model for each in refused.value.differences}


def _stored(register: Register, stream: str) -> Any:
    is_sqlite = register.log.database.dialect == "sqlite"
    return UUID(stream).hex if is_sqlite else UUID(stream)


# doctor


def test_the_doctor_finds_nothing_where_nothing_is_wrong(register: Register, gift: str) -> None:
    last = register.log.last_position()
    assert list(in_words(looked_through(register.log, last, silently))) == [
        "Every entry can be read."
    ]


def test_the_doctor_says_which_entry_cannot_be_read_and_why(
    register: Register, gift: str, of: Hand
) -> None:
    _, decided = (each.position for each in register.read.history("amina", gift))
    where = f"(stored as 'declaration-decided', stream {gift})"
    for table, column, why in (
        ("entry_keys", "wrapped", "it or its key was changed"),
        ("entry_keys", "id", "it is not the key of this entry"),
        ("entry_keys", "originator_id", "its key is missing"),
        ("entry_keys", "master", "master key 0 is not among the keys given"),
    ):
        with of.instead(decided, table, column, 0):
            last = register.log.last_position()
            assert list(in_words(looked_through(register.log, last, silently))) == [
                f"Entry {decided} cannot be read {where}: {why}."
            ]


def test_the_doctor_s_exit_status_says_it_too(loaded: Installation) -> None:
    assert loaded.run("doctor") == ["Every entry can be read."]
    with hand(loaded.database_url) as of, of.instead(3, "entries", "state", 1):
        told = loaded.command("doctor")
        assert told.code == 1
        assert told.output.startswith("Entry 3 cannot be read")
        replayed = loaded.command("replay", "--as-at", "9")
        assert replayed.code == 0
        assert "`register doctor` says which" in replayed.errors


# The wrong keys


def test_with_other_keys_nothing_is_opened(loaded: Installation) -> None:
    """Else a register that cannot be read would look like one with nothing in it."""
    file = loaded.data_dir / "keys" / "master"
    file.write_text(f"1:{'0f' * 32}", encoding="ascii")
    assert "None of the first and last entries can be opened with the keys given" in said_plainly(
        loaded.command("doctor")
    )
