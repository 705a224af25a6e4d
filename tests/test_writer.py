"""The one writer: a turn for each, one commit for many, and no answer before it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.event import Event
from events.log.database import Database
from events.log.log import Log
from events.log.writer import GROUP, BusyError, Unit, Writer
from tests.logs import by_hand, is_sqlite, opened_log, rows, said, texts

SECONDS = 10
"""Long enough for anything that happens at all."""


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened_log(database_url) as log:
        yield log


class Watched:
    """A writer on a log, with callers in threads of their own."""

    def __init__(self, log: Log, **options: Any) -> None:
        self.log = log
        self.undone = 0
        self.commits = 0
        self.writer: Writer[Unit] = Writer(self._begin, **options)
        self._callers = ThreadPoolExecutor(100)
        sa.event.listen(log.database.engine, "commit", self._count_commit)

    @contextmanager
    def _begin(self) -> Iterator[Unit]:
        try:
            with self.log.database.write() as connection:
                yield Unit(connection)
        except BaseException:
            self.undone += 1
            raise

    def _count_commit(self, _connection: object) -> None:
        self.commits += 1

    def call(self, command: Callable[[], Any]) -> Future[Any]:
        return self._callers.submit(self.writer.run, lambda _unit: command())

    def append(self, text: str) -> list[Event]:
        return self.log.append([said(uuid4(), text)])

    def call_append(self, text: str) -> Future[Any]:
        return self.call(lambda: self.append(text))

    def hold(self) -> Held:
        """Keeps the writer busy, so that what comes meanwhile shares the commit."""
        held = Held()
        held.answer = self.call(held.command)
        assert held.has_begun.wait(SECONDS)
        return held

    def wait_for_queue(self, size: int) -> None:
        give_up_at = time.monotonic() + SECONDS
        while self.writer.waiting < size:
            assert time.monotonic() < give_up_at, "waited too long"
            time.sleep(0.002)

    def close(self) -> None:
        self.writer.close()
        self._callers.shutdown()


class Held:
    answer: Future[Any]

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def command(self) -> None:
        self.has_begun.set()
        assert self.may_end.wait(SECONDS)

    def release(self) -> None:
        self.may_end.set()


@pytest.fixture
def watched(log: Log) -> Iterator[Watched]:
    with closing(Watched(log)) as watched:
        yield watched


def committed(log: Log) -> list[str]:
    """What somebody else sees: from another connection."""
    with closing(Log(str(log.factory.env["DATABASE_URL"]), log.keyring)) as other:
        return texts(other.after())


def test_a_command_s_result_is_the_answer(watched: Watched) -> None:
    (event,) = watched.writer.run(lambda _unit: watched.append("one"))
    assert [event] == list(watched.log.after())


def test_what_a_command_raises_is_raised_to_its_caller(watched: Watched) -> None:
    with pytest.raises(ZeroDivisionError):
        watched.writer.run(lambda _unit: 1 / 0)


class Panic(BaseException):
    """As a library in Rust panics: it is no `Exception`."""


def test_a_panic_is_refused_takes_no_other_with_it_and_the_writer_goes_on(
    watched: Watched,
) -> None:
    def panic() -> None:
        watched.append("undone")
        raise Panic

    held = watched.hold()
    before = watched.call_append("before")
    watched.wait_for_queue(1)
    panicking = watched.call(panic)
    watched.wait_for_queue(2)
    held.release()
    with pytest.raises(RuntimeError, match="broke off"):
        panicking.result(SECONDS)
    before.result(SECONDS)
    watched.call_append("after").result(SECONDS)
    assert committed(watched.log) == ["before", "after"]


def test_a_panic_in_the_commit_refuses_everybody_and_the_writer_goes_on(watched: Watched) -> None:
    def panic(_connection: object) -> None:
        raise Panic

    sa.event.listen(watched.log.database.engine, "commit", panic)
    with pytest.raises(BusyError):
        watched.call_append("undone").result(SECONDS)
    sa.event.remove(watched.log.database.engine, "commit", panic)
    watched.call_append("after").result(SECONDS)
    assert committed(watched.log) == ["after"]


def test_a_failing_command_takes_no_other_with_it(watched: Watched) -> None:
    def append_and_fail() -> None:
        watched.append("undone")
        raise ZeroDivisionError

    held = watched.hold()
    before = watched.call_append("before")
    watched.wait_for_queue(1)
    failing = watched.call(append_and_fail)
    watched.wait_for_queue(2)
    after = watched.call_append("after")
    watched.wait_for_queue(3)
    held.release()
    (one,), (other,) = before.result(SECONDS), after.result(SECONDS)
    with pytest.raises(ZeroDivisionError):
        failing.result(SECONDS)
    assert committed(watched.log) == ["before", "after"]
    assert one.position < other.position
    assert watched.commits == 1
    assert watched.undone == 0


def test_a_command_whose_statement_fails_takes_no_other_with_it(watched: Watched) -> None:
    def fail_in_the_database() -> None:
        watched.append("undone")
        with watched.log.database.write() as connection:
            connection.exec_driver_sql("UPDATE entries SET topic = 'forged'")

    held = watched.hold()
    failing = watched.call(fail_in_the_database)
    watched.wait_for_queue(1)
    after = watched.call_append("after")
    watched.wait_for_queue(2)
    held.release()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        failing.result(SECONDS)
    after.result(SECONDS)
    assert committed(watched.log) == ["after"]


def test_a_command_sees_what_the_ones_before_it_did(watched: Watched) -> None:
    held = watched.hold()
    watched.call_append("one")
    watched.wait_for_queue(1)
    counting = watched.call(lambda: texts(watched.log.after()))
    watched.wait_for_queue(2)
    held.release()
    assert counting.result(SECONDS) == ["one"]


def test_nobody_is_answered_before_the_commit(watched: Watched) -> None:
    first = watched.hold()
    one = watched.call_append("one")
    watched.wait_for_queue(1)
    second = Held()
    last = watched.call(second.command)
    watched.wait_for_queue(2)
    first.release()
    assert second.has_begun.wait(SECONDS)  # so "one" has been run, in the same transaction
    with pytest.raises(TimeoutError):
        one.result(timeout=0.3)
    assert committed(watched.log) == []
    second.release()
    one.result(SECONDS)
    assert committed(watched.log) == ["one"]
    last.result(SECONDS)


def test_whoever_is_answered_finds_it_committed(watched: Watched) -> None:
    def append_and_look(text: str) -> bool:
        watched.writer.run(lambda _unit: watched.append(text))
        return text in committed(watched.log)

    with ThreadPoolExecutor(4) as callers:
        assert all(callers.map(append_and_look, [str(number) for number in range(20)]))


def test_a_group_shares_one_commit(watched: Watched) -> None:
    held = watched.hold()
    waiting = [watched.call_append(str(number)) for number in range(GROUP - 1)]
    watched.wait_for_queue(GROUP - 1)
    held.release()
    for each in waiting:
        each.result(SECONDS)
    assert watched.commits == 1
    assert len(committed(watched.log)) == GROUP - 1


def test_a_group_is_no_larger_than_it_may_be(watched: Watched) -> None:
    held = watched.hold()
    waiting = [watched.call_append(str(number)) for number in range(GROUP)]
    watched.wait_for_queue(GROUP)
    held.release()
    for each in waiting:
        each.result(SECONDS)
    assert watched.commits == 2


def test_commands_are_run_in_the_order_they_came(watched: Watched) -> None:
    held = watched.hold()
    for number in range(20):
        waiting = watched.call_append(str(number))
        watched.wait_for_queue(number + 1)
    held.release()
    waiting.result(SECONDS)
    assert committed(watched.log) == [str(number) for number in range(20)]


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


def test_a_full_queue_refuses_at_once(log: Log) -> None:
    with closing(Watched(log, capacity=2)) as watched:
        held = watched.hold()
        waiting = [watched.call_append(text) for text in ("one", "two")]
        watched.wait_for_queue(2)
        begun = time.monotonic()
        with pytest.raises(BusyError, match="too many"):
            watched.writer.run(lambda _unit: watched.append("three"))
        assert time.monotonic() - begun < 0.5
        held.release()
        for each in waiting:
            each.result(SECONDS)
        watched.writer.run(lambda _unit: watched.append("four"))
        assert sorted(committed(log)) == ["four", "one", "two"]


def test_closing_finishes_what_waits_and_takes_no_more(log: Log) -> None:
    watched = Watched(log)
    held = watched.hold()
    waiting = [watched.call_append(str(number)) for number in range(5)]
    watched.wait_for_queue(5)
    closing_thread = threading.Thread(target=watched.writer.close)
    closing_thread.start()
    watched.wait_for_queue(6)
    with pytest.raises(BusyError, match="stopped"):
        watched.writer.run(lambda _unit: watched.append("too late"))
    held.release()
    closing_thread.join(SECONDS)
    assert not closing_thread.is_alive()
    for each in waiting:
        each.result(SECONDS)
    assert sorted(committed(log)) == ["0", "1", "2", "3", "4"]
    with pytest.raises(BusyError, match="stopped"):
        watched.writer.run(lambda _unit: watched.append("too late"))
    watched.close()


def test_whoever_comes_while_it_closes_is_answered_one_way_or_the_other(log: Log) -> None:
    for _ in range(30):
        watched = Watched(log)
        together = threading.Barrier(9)

        def come(watched: Watched = watched, together: threading.Barrier = together) -> bool:
            together.wait()
            try:
                watched.writer.run(lambda _unit: None)
            except BusyError:
                return False
            return True

        with ThreadPoolExecutor(8) as callers:
            coming = [callers.submit(come) for _ in range(8)]
            together.wait()
            watched.writer.close()
            assert {each.result(SECONDS) for each in coming} <= {True, False}
        watched.close()


def test_many_callers_each_get_their_own_answer(watched: Watched, database_url: str) -> None:
    waiting = {text: watched.call_append(text) for text in map(str, range(200))}
    answers = {text: each.result(SECONDS)[0].words.text for text, each in waiting.items()}
    assert all(text == answer for text, answer in answers.items())
    assert rows(database_url, "SELECT count(*) FROM entries") == [(200,)]
    assert watched.commits < 200
    assert is_sqlite(database_url) or watched.commits > 0
