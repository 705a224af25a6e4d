"""Of all processes one does what is done in the background; when it is gone, the next one does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from events.log.database import Database
from register.turns.leading import LOCK, Leader, nobody_leads
from tests.registers import opened_register
from tests.server import Installation

SECONDS = 10


class Diary:
    """Works that only write down when they begin and end."""

    def __init__(self) -> None:
        self.at_work = False
        self.times = 0

    def start(self) -> None:
        self.at_work = True
        self.times += 1

    def stop(self) -> None:
        self.at_work = False


@contextmanager
def candidate(database: Database) -> Iterator[tuple[Leader, Diary]]:
    diary = Diary()
    leader = Leader(database, lambda: [diary])
    leader.start()
    try:
        yield leader, diary
    finally:
        leader.stop()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def test_only_one_leads_and_the_next_does_within_a_second_of_its_stop(database: Database) -> None:
    assert nobody_leads(database) == ["nobody_leads"]
    with candidate(database) as (first, at_first):
        assert within(SECONDS, lambda: at_first.at_work)
        assert nobody_leads(database) == []
        with candidate(database) as (_, at_second):
            time.sleep(0.6)
            assert at_second.times == 0
            first.stop()
            assert not at_first.at_work
            assert within(1, lambda: at_second.at_work)
    # The server lets go of a lock once it has noticed that its connection is closed.
    assert within(SECONDS, lambda: nobody_leads(database) == ["nobody_leads"])


def test_a_leader_whose_connection_is_lost_stops_and_may_lead_again(database: Database) -> None:
    with candidate(database) as (leader, diary):
        assert within(SECONDS, lambda: leader.is_leading)
        with database.engine.begin() as connection:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            connection.execute(sa.text(f"{ended} AND objid = {LOCK & 0xFFFFFFFF}"))
        assert within(1, lambda: diary.times == 2 or not diary.at_work)
        assert within(SECONDS, lambda: diary.times == 2 and diary.at_work)


def test_a_work_that_does_not_start_is_tried_again(database: Database) -> None:
    tried = []

    def works() -> list[Diary]:
        tried.append(1)
        if len(tried) == 1:
            raise RuntimeError
        return [Diary()]

    leader = Leader(database, works)
    leader.start()
    try:
        assert within(SECONDS, lambda: leader.is_leading)
    finally:
        leader.stop()


def test_on_sqlite_the_one_process_leads(tmp_path) -> None:
    with opened_register(f"sqlite:///{tmp_path}/register.sqlite") as register:
        database = register.log.database
        with candidate(database) as (leader, diary):
            assert within(SECONDS, lambda: nobody_leads(database, leader) == [])
            assert diary.at_work
        assert not diary.at_work
        assert nobody_leads(database, leader) == ["nobody_leads"]


def test_a_clock_that_was_stopped_may_be_started_again(tmp_path) -> None:
    with opened_register(f"sqlite:///{tmp_path}/register.sqlite") as register:
        ticks: list[int] = []
        register.clock.tick = lambda: ticks.append(1)
        for _ in range(2):
            ticks.clear()
            register.clock.start()
            assert within(SECONDS, lambda: bool(ticks))
            register.clock.stop()


@pytest.mark.parametrize("words", [("background",), ("serve", "--no-background")])
def test_on_sqlite_nothing_is_done_elsewhere(
    new_installation: Callable[..., Installation], words: tuple[str, ...]
) -> None:
    installation = new_installation("sqlite")
    installation.set_up()
    done = installation.command(*words)
    assert done.code == 1
    assert "run `register serve` alone" in done.errors
