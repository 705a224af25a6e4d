"""One statement that is a transaction of its own: it is there, or refused, and what comes after it
is as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from events.log.database import Database
from events.log.waiting import BusyError
from tests.logs import by_hand, opened_log

MARK = {"sqlite": ":mark", "postgresql": "%(mark)s"}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened_log(database_url) as log:
        with log.database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE marks (mark INTEGER)")
        yield log.database


def write(database: Database, mark: int, table: str = "marks") -> None:
    statement = f"INSERT INTO {table} VALUES ({MARK[database.dialect]})"
    with database.write_at_once() as execute:
        execute(statement, {"mark": mark})


def written(url: str) -> list[Any]:
    with by_hand(url) as connection:
        return [mark for (mark,) in connection.execute("SELECT mark FROM marks ORDER BY mark")]


def test_it_is_there_at_once(database: Database, database_url: str) -> None:
    write(database, 1)
    assert written(database_url) == [1]


def test_what_the_database_does_not_take_is_refused_and_the_next_is_taken(
    database: Database, database_url: str
) -> None:
    with pytest.raises(BusyError, match="did not take"):
        write(database, 1, "no_such_table")
    write(database, 2)
    assert written(database_url) == [2]


def test_a_transaction_after_it_can_still_be_undone(database: Database, database_url: str) -> None:
    write(database, 1)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO marks VALUES (2)")
        connection.rollback()
    assert written(database_url) == [1]


def test_a_database_that_was_away_is_found_again(postgres_url: str) -> None:
    with opened_log(postgres_url) as log, by_hand(postgres_url) as other:
        other.execute("CREATE TABLE marks (mark INTEGER)")
        write(log.database, 1)
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        write(log.database, 2)
    assert written(postgres_url) == [1, 2]
