"""Entries are added and never changed: on SQLite by no statement, pragma or setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.log.sqlite import driver
from tests.forgeries import ON_BOTH, SAME_ID, SAME_VERSION, unchanged
from tests.logs import by_hand, opened_log, said, texts


@pytest.fixture
def url(database_url: str) -> str:
    """Three entries, which every test finds again as they were."""
    with opened_log(database_url) as log:
        log.append([said(uuid4(), text) for text in ("one", "two", "three")])
    return database_url


def test_an_entry_may_still_be_added(url: str) -> None:
    with opened_log(url) as log:
        log.append([said(uuid4(), "four")])
        assert texts(log.after()) == ["one", "two", "three", "four"]


# SQLite

ON_SQLITE = [
    *(statement.replace("IN two", "IN (SELECT id FROM two)") for statement in ON_BOTH),
    *(
        f"UPDATE OR {conflict} entries SET id = 1, topic = 'forged' WHERE id = 2"
        for conflict in ("REPLACE", "IGNORE", "ROLLBACK", "FAIL", "ABORT")
    ),
    *(
        f"INSERT OR {conflict} {same}"
        for conflict in ("REPLACE", "IGNORE", "ROLLBACK", "FAIL", "ABORT")
        for same in (SAME_ID, SAME_VERSION)
    ),
    f"REPLACE {SAME_ID}",
    f"REPLACE {SAME_VERSION}",
    f"REPLACE {SAME_ID.replace('(id,', '(rowid,')}",
    f"INSERT {SAME_ID} ON CONFLICT DO UPDATE SET topic = 'forged'",
    "UPDATE entries SET rowid = 999 WHERE id = 2",
    "UPDATE main.entries SET topic = 'forged'",
]


PRAGMAS = [
    "user_version = 0",  # as good as none
    "recursive_triggers = OFF",
    "foreign_keys = OFF",
    "defer_foreign_keys = ON",
    "ignore_check_constraints = ON",
    "legacy_alter_table = ON",
    "trusted_schema = OFF",
    "writable_schema = ON",
    "writable_schema = RESET",
    "cell_size_check = OFF",
    "count_changes = ON",
    "case_sensitive_like = ON",
    "automatic_index = OFF",
    "journal_mode = DELETE",
    "journal_mode = MEMORY",
    "journal_mode = OFF",
    "locking_mode = EXCLUSIVE",
    "read_uncommitted = ON",
    "reverse_unordered_selects = ON",
    "secure_delete = ON",
    "synchronous = OFF",
    "full_column_names = ON",
    "empty_result_callbacks = ON",
    "query_only = OFF",
]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'register.sqlite'}"
    with opened_log(address) as log:
        log.append([said(uuid4(), text) for text in ("one", "two", "three")])
    return address


def refusal(connection: Any, statement: str) -> str:
    """What SQLite says to a statement that it must refuse."""
    with pytest.raises(driver.DatabaseError) as refused:
        connection.execute(statement)
    return str(refused.value)


def is_no_sqlite(statement: str) -> bool:
    return statement.startswith(("TRUNCATE", "MERGE"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("pragma", PRAGMAS)
def test_sqlite_refuses_it_whatever_the_pragma(sqlite_url: str, pragma: str) -> None:
    with unchanged(sqlite_url), by_hand(sqlite_url) as connection:
        for statement in ON_SQLITE:
            connection.execute(f"PRAGMA {pragma}")
            said = refusal(connection, statement)
            expected = "syntax error" if is_no_sqlite(statement) else "entries are append-only"
            assert expected in said, statement


def test_sqlite_refuses_it_under_all_pragmas_at_once(sqlite_url: str) -> None:
    with unchanged(sqlite_url), by_hand(sqlite_url) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for statement in ON_SQLITE:
            refusal(connection, statement)


def test_sqlite_refuses_it_from_another_file(sqlite_url: str, tmp_path: Path) -> None:
    with unchanged(sqlite_url), by_hand(f"sqlite:///{tmp_path / 'other.sqlite'}") as connection:
        connection.execute(f"ATTACH '{tmp_path / 'register.sqlite'}' AS log")
        for statement in (
            "UPDATE log.entries SET topic = 'forged'",
            "DELETE FROM log.entries",
            "REPLACE INTO log.entries SELECT * FROM log.entries WHERE id = 2",
        ):
            assert "append-only" in refusal(connection, statement)


def test_sqlite_refuses_it_from_a_trigger(sqlite_url: str) -> None:
    with unchanged(sqlite_url), by_hand(sqlite_url) as connection:
        connection.execute(
            "CREATE TEMP TRIGGER sly AFTER INSERT ON tracking BEGIN DELETE FROM entries; END"
        )
        insert = "INSERT INTO tracking (follower, position) VALUES ('sly', 1)"
        assert "append-only" in refusal(connection, insert)


def test_sqlite_refuses_it_in_the_middle_of_a_transaction(sqlite_url: str) -> None:
    with unchanged(sqlite_url), by_hand(sqlite_url) as connection:
        connection.execute("BEGIN")
        for statement in ("DELETE FROM entries", f"REPLACE {SAME_ID}"):
            assert "append-only" in refusal(connection, statement)
        connection.execute("COMMIT")


def test_sqlite_gives_no_position_twice_when_its_counter_is_turned_back(sqlite_url: str) -> None:
    with by_hand(sqlite_url) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 0")
        connection.execute("DELETE FROM sqlite_sequence")
    with opened_log(sqlite_url) as log:
        (event,) = log.append([said(uuid4(), "four")])
        assert event.position == 4
        assert texts(log.after()) == ["one", "two", "three", "four"]
