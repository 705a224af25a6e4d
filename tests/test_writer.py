"""The one writer: a turn for each, one commit for many, and no answer before it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa

from events.log.log import Log
from events.log.writer import GROUP, BusyError
from tests.logs import is_sqlite, rows, texts
from tests.writers import SECONDS, Held, Watched, committed


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
