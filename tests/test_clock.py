"""What is due by the day is done by the clock, whether anybody looks or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.directory import PersonLeft
from events.ids import own_id
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.registers import GIFT, opened_register, telling
from tests.server import Installation

MORNING = datetime(2026, 5, 4, 9, tzinfo=UTC)
SECONDS = 20
"""Long enough for anything that happens at all."""


class Today:
    """A clock that stands until it is set."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def carol_leaves_tomorrow(url: str, gifts: int) -> Iterator[tuple[Register, Today]]:
    """So many gifts of Amina's wait for her."""
    today = Today()
    with opened_register(url, clock=today) as register:
        fill(register, gifts)
        yield register, today


def fill(register: Register, gifts: int) -> None:
    for _ in range(gifts):
        register.declare("amina", str(uuid4()), telling(register, GIFT))
    register.change_directory([left("carol", register.now() + timedelta(days=1))])


def left(person: str, moment: datetime | None) -> PersonLeft:
    left_on = None if moment is None else moment.date()
    return PersonLeft(originator_id=own_id("person", person), person=person, left_on=left_on)


def statements_of(register: Register, work: Callable[[], None]) -> int:
    sent: list[str] = []

    def remember(_connection, _cursor, text: str, *_more: object) -> None:
        sent.append(text)

    engine = register.log.database.engine
    sa.event.listen(engine, "before_cursor_execute", remember)
    work()
    sa.event.remove(engine, "before_cursor_execute", remember)
    return len(sent)


def test_what_a_leaver_leaves_passes_on_with_as_many_statements_however_much_it_is(
    database_url: str,
) -> None:
    with carol_leaves_tomorrow(database_url, 50) as (register, today):
        today.now += timedelta(days=1)
        few = statements_of(register, register.clock.tick)
        assert len(register.alerts("dana")) == 50
        register.change_directory([left("carol", None)])
        assert len(register.alerts("carol")) == 50
        fill(register, 450)
        today.now += timedelta(days=1)
        many = statements_of(register, register.clock.tick)
        assert len(register.alerts("dana")) == 500
        assert register.alerts("carol") == []
    assert many == few


def test_the_clock_does_once_a_day_what_is_due(database_url: str) -> None:
    with carol_leaves_tomorrow(database_url, 1) as (register, today):
        before = register.log.last_position()
        register.clock.tick()
        assert register.log.last_position() == before
        today.now += timedelta(days=1)
        register.clock.tick()
        after = register.log.last_position()
        assert after > before
        assert statements_of(register, register.clock.tick) == 0
        assert register.log.last_position() == after


def test_a_clock_that_was_put_back_does_nothing_again(database_url: str) -> None:
    with carol_leaves_tomorrow(database_url, 1) as (register, today):
        today.now += timedelta(days=1)
        register.clock.tick()
        before = register.log.last_position()
        today.now -= timedelta(days=1)
        register.clock.tick()
        assert register.log.last_position() == before
        assert statements_of(register, register.clock.tick) == 0


def test_whoever_looks_at_an_inbox_stores_nothing(database_url: str) -> None:
    with carol_leaves_tomorrow(database_url, 1) as (register, today):
        today.now += timedelta(days=1)
        before = register.log.last_position()
        assert register.alerts("dana") == []
        assert register.log.last_position() == before


def test_a_server_passes_on_what_a_leaver_leaves_while_nobody_looks(
    new_installation: Callable[..., Installation], tmp_path: Path
) -> None:
    installation, time_file = new_installation("sqlite"), tmp_path / "now"
    installation.set_up()
    noon = datetime.now(UTC).replace(hour=12) + timedelta(days=1)
    settings = Settings(data_dir=installation.data_dir)
    with closing(open_register(settings, clock=Today(noon))) as register:
        fill(register, 1)
    time_file.write_text(noon.isoformat(), encoding="ascii")
    with installation.serving("tests.serving", str(time_file)):
        assert alerts_of(installation, "carol") == 1
        time_file.write_text((noon + timedelta(days=1)).isoformat(), encoding="ascii")
        give_up_at = time.monotonic() + SECONDS
        while alerts_of(installation, "carol"):
            assert time.monotonic() < give_up_at, "waited too long"
            time.sleep(0.05)
        assert alerts_of(installation, "dana") == 1


def alerts_of(installation: Installation, person: str) -> int:
    """As they stand in the database: nobody asks the server."""
    with installation.connected() as connection:
        query = sa.text("SELECT count(*) FROM inbox WHERE person = :person AND state <> 'done'")
        return connection.execute(query, {"person": person}).scalar_one()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that looks a hundred times a second."""
    monkeypatch.setattr("register.turns.clock.PAUSE", 0.01)


def test_a_clock_that_is_started_goes_by_itself(database_url: str, quick: None) -> None:
    with carol_leaves_tomorrow(database_url, 1) as (register, today):
        register.clock.start()
        today.now += timedelta(days=1)
        give_up_at = time.monotonic() + SECONDS
        while not register.alerts("dana"):
            assert time.monotonic() < give_up_at, "waited too long"
            time.sleep(0.01)


def test_a_clock_that_is_stopped_does_no_more(database_url: str, quick: None) -> None:
    with carol_leaves_tomorrow(database_url, 1) as (register, today):
        register.clock.start()
        register.clock.stop()
        today.now += timedelta(days=1)
        time.sleep(0.3)
        assert register.alerts("dana") == []
