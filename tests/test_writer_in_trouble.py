"""Whatever breaks the commit, all of the group are refused, and the next are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from events.log.database import Database
from events.log.writer import BusyError
from tests.logs import by_hand, opened_log
from tests.writers import SECONDS, Watched, committed


def test_a_commit_that_fails_refuses_all_of_the_group(watched: Watched, database_url: str) -> None:
    fail_at_commit = something_that_fails_at_commit(database_url)

    def broken() -> None:
        with watched.log.database.write() as connection:
            connection.exec_driver_sql(fail_at_commit)

    refused_then_well(watched, broken)


def something_that_fails_at_commit(url: str) -> str:
    """A statement that goes well, with a check that the database puts off to the commit."""
    with by_hand(url) as connection:
        connection.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.execute(
            "CREATE TABLE children (parent INTEGER REFERENCES parents (id)"
            " DEFERRABLE INITIALLY DEFERRED)"
        )
    return "INSERT INTO children VALUES (1)"


def refused_then_well(watched: Watched, broken: Callable[[], None]) -> None:
    """The broken command's whole group is refused, and told of; the next is taken."""
    held = watched.hold()
    before = watched.call_append("before")
    watched.wait_for_queue(1)
    breaking = watched.call(broken)
    watched.wait_for_queue(2)
    held.release()
    for each in (held.answer, before, breaking):
        with pytest.raises(BusyError, match="did not take") as refused:
            each.result(SECONDS)
        assert isinstance(refused.value.__cause__, sa.exc.DBAPIError)
    assert watched.undone == 1
    assert committed(watched.log) == []
    watched.call_append("well again").result(SECONDS)
    assert committed(watched.log) == ["well again"]
    assert watched.undone == 1


@pytest.fixture
def watched_postgresql(postgres_url: str) -> Iterator[Watched]:
    with opened_log(postgres_url) as log, closing(Watched(log)) as watched:
        yield watched


@pytest.fixture
def watched_sqlite(tmp_path) -> Iterator[Watched]:
    with (
        opened_log(f"sqlite:///{tmp_path / 'register.sqlite'}") as log,
        closing(Watched(log)) as watched,
    ):
        yield watched


@pytest.mark.parametrize("then", ["append", "nothing"])
def test_a_connection_that_is_ended_refuses_all_of_the_group(
    watched_postgresql: Watched, postgres_url: str, then: str
) -> None:
    def end_own_connection() -> None:
        with watched_postgresql.log.database.write() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with by_hand(postgres_url) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        if then == "append":
            watched_postgresql.append("undone")

    refused_then_well(watched_postgresql, end_own_connection)


def test_a_server_that_was_away_is_found_again(
    watched_postgresql: Watched, postgres_url: str
) -> None:
    watched_postgresql.writer.run(lambda _unit: watched_postgresql.append("before"))
    with by_hand(postgres_url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    watched_postgresql.writer.run(lambda _unit: watched_postgresql.append("after"))
    assert committed(watched_postgresql.log) == ["before", "after"]


def test_a_full_disk_refuses_all_of_the_group(watched_sqlite: Watched) -> None:
    log = watched_sqlite.log
    unlimited = 1_000_000_000

    def limit(pages: int) -> None:
        with log.database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill_the_disk() -> None:
        limit(1)  # as many as there are
        try:
            watched_sqlite.append("long " * 100_000)
        finally:
            limit(unlimited)

    refused_then_well(watched_sqlite, fill_the_disk)


def test_a_database_that_stays_locked_refuses_all_of_the_group(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    with opened_log(url) as log:
        log.database.engine.dispose()
        wait_no_longer_than(log.database, milliseconds=100)
        with closing(Watched(log)) as watched:
            with by_hand(url) as other:
                other.execute("BEGIN IMMEDIATE")
                refused = [watched.call_append(text) for text in ("one", "two")]
                for each in refused:
                    with pytest.raises(BusyError, match="did not take"):
                        each.result(SECONDS)
            assert watched.undone >= 1
            watched.call_append("well again").result(SECONDS)
            assert committed(log) == ["well again"]


def wait_no_longer_than(database: Database, milliseconds: int) -> None:
    @sa.event.listens_for(database.engine, "connect")
    def shorten(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
