"""A statement that is sent now and answered later is there or refused, whoever asks for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from events.log.database import Database
from events.log.sending import Sending, Sent
from events.log.waiting import BusyError, waiting_at_most
from tests.logs import by_hand, opened_log

OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    with opened_log(postgres_url) as log:
        with log.database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE marks (mark INTEGER PRIMARY KEY)")
        yield log.database


@pytest.fixture
def sending(database: Database) -> Iterator[Sending]:
    with closing(database.sending("INSERT INTO marks VALUES ($1)")) as sending:
        yield sending


def sent(sending: Sending, mark: int) -> Sent:
    found = sending.send([str(mark)])
    assert found is not None
    return found


def written(url: str) -> list[Any]:
    with by_hand(url) as connection:
        return [mark for (mark,) in connection.execute("SELECT mark FROM marks ORDER BY mark")]


@contextmanager
def nothing_gets_through(url: str) -> Iterator[Any]:
    with by_hand(url) as connection:
        connection.execute("BEGIN; LOCK TABLE marks IN EXCLUSIVE MODE")
        yield connection
        connection.execute("COMMIT")


def until_written(url: str, marks: list[int]) -> None:
    give_up_at = time.monotonic() + 10
    while written(url) != marks:
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_once_it_is_answered_it_is_there(sending: Sending, postgres_url: str) -> None:
    for mark in (1, 2):
        sent(sending, mark).wait()
        assert written(postgres_url)[-1] == mark


def test_while_one_is_on_its_way_no_other_is_sent(sending: Sending, postgres_url: str) -> None:
    sent(sending, 1).wait()
    with nothing_gets_through(postgres_url):
        waiting = sent(sending, 2)
        assert sending.send(["3"]) is None
    waiting.wait()
    assert written(postgres_url) == [1, 2]


def test_it_is_committed_whether_or_not_anybody_asks_and_the_next_takes_the_answer(
    sending: Sending, postgres_url: str
) -> None:
    forgotten = sent(sending, 1)
    until_written(postgres_url, [1])
    sent(sending, 2).wait()
    forgotten.wait()
    assert written(postgres_url) == [1, 2]


def test_whoever_asks_late_is_told_that_theirs_was_refused(
    sending: Sending, postgres_url: str
) -> None:
    sent(sending, 1).wait()
    refused = sent(sending, 1)
    following = None
    give_up_at = time.monotonic() + 10
    while following is None and time.monotonic() < give_up_at:
        following = sending.send(["2"])
    assert following is not None
    following.wait()
    with pytest.raises(BusyError, match="did not take"):
        refused.wait()
    assert written(postgres_url) == [1, 2]


def test_nobody_waits_longer_than_they_may(sending: Sending, postgres_url: str) -> None:
    sent(sending, 1).wait()
    with nothing_gets_through(postgres_url):
        late = sent(sending, 2)
        with pytest.raises(BusyError), waiting_at_most(0.3):
            late.wait()
    sent(sending, 3).wait()
    assert 3 in written(postgres_url)


def test_a_database_that_was_away_is_found_again(sending: Sending, postgres_url: str) -> None:
    sent(sending, 1).wait()
    with by_hand(postgres_url) as other:
        other.execute(OTHERS)
    sent(sending, 2).wait()
    with nothing_gets_through(postgres_url) as other:
        lost = sent(sending, 3)
        other.execute(OTHERS)
    with pytest.raises(BusyError):
        lost.wait()
    sent(sending, 4).wait()
    assert written(postgres_url) == [1, 2, 4]
