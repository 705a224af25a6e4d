"""Whoever waits in the queue waits no longer than a person does, and no order is left behind."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from events.log.waiting import BusyError, left, waited, waiting_at_most
from tests.writers import SECONDS, Watched, committed


def test_a_command_whose_caller_gave_up_is_never_carried_out(watched: Watched) -> None:
    held = watched.hold()
    with waiting_at_most(0.1), pytest.raises(BusyError, match="in time"):
        watched.writer.run(lambda _unit: watched.append("too late"))
    kept = watched.call_append("in time")
    watched.wait_for_queue(1)
    held.release()
    kept.result(SECONDS)
    assert committed(watched.log) == ["in time"]


def test_a_command_that_was_begun_when_its_caller_gave_up_is_unknown_to_them(
    watched: Watched,
) -> None:
    may_end = threading.Event()

    def slow() -> None:
        assert may_end.wait(SECONDS)
        watched.append("stored all the same")

    with waiting_at_most(0.1), pytest.raises(BusyError, match="in time"):
        watched.writer.run(lambda _unit: slow())
    may_end.set()
    watched.call(lambda: None).result(SECONDS)
    assert committed(watched.log) == ["stored all the same"]


def test_those_who_wait_behind_a_database_that_is_away_are_refused_at_once(
    watched: Watched,
) -> None:
    gone = sa.exc.OperationalError("a statement", {}, Exception("away"))
    begun, may_fail = threading.Event(), threading.Event()

    def fail() -> None:
        begun.set()
        assert may_fail.wait(SECONDS)
        raise gone

    failing = watched.call(fail)
    assert begun.wait(SECONDS)
    behind = [watched.call_append(f"behind {place}") for place in range(80)]
    watched.wait_for_queue(80)
    may_fail.set()
    for each in (failing, *behind):
        with pytest.raises(BusyError, match="did not take"):
            each.result(SECONDS)
    assert watched.undone == 1
    watched.call_append("well again").result(SECONDS)
    assert committed(watched.log) == ["well again"]


def test_waits_of_one_request_are_counted_together() -> None:
    assert left() is None
    with waiting_at_most(5):
        waited(2)
        assert left() == 3
        with waiting_at_most(None):
            assert left() is None
        waited(7)
        assert left() == 0
