"""The check of alerts finds what would fall silent, whatever brought it about, in two minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.alerts import AlertDone, AlertUnreachable
from register.deadlines import Pace
from register.projections import inbox as inbox_of
from register.projections.inbox import inbox
from register.projections.register_list import register_list
from register.reading.unattended import Fault, unattended
from register.register import Register
from tests.cast import left, london
from tests.registers import opened_register
from tests.test_clock import Today
from tests.test_steps import MONDAY, declare, jump, silence

TWO_MINUTES = timedelta(seconds=120)


def found(register: Register, now: datetime) -> dict[Fault, int]:
    with register.log.database.read() as connection:
        return {
            str(k): v for k, v in unattended(connection, register.read.directory(), now).items()
        }


def change(register: Register, **values: Any) -> None:
    """By somebody who reaches the tables."""
    with register.log.database.write() as connection:
        connection.execute(sa.update(inbox).values(**values))


@pytest.fixture
def url(tmp_path: Any) -> str:
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


def lose_the_step(register: Register, today: Today) -> None:
    change(register, next_at=None)


def stop_the_clock(register: Register, today: Today) -> None:
    with register.log.database.read() as connection:
        today.now = connection.execute(sa.select(sa.func.min(inbox.c.next_at))).scalar_one()


def set_it_for_2099(register: Register, today: Today) -> None:
    change(register, next_at=datetime(2099, 1, 1, tzinfo=UTC))


def put_it_off_again_and_again(register: Register, today: Today) -> None:
    today.now += timedelta(days=7)
    change(register, next_at=today.now + timedelta(days=6))


def end_the_alert(register: Register, today: Today) -> None:
    (alert,) = register.alerts("carol")
    done = AlertDone(originator_id=alert.alert, done_at=today.now)
    register.turns.run(lambda turn: turn.append([done]))


def lose_the_row(register: Register, today: Today) -> None:
    with register.log.database.write() as connection:
        connection.execute(sa.delete(inbox))


def give_it_to_another_role(register: Register, today: Today) -> None:
    change(register, role="line_manager")


def lose_everybody(register: Register, today: Today) -> None:
    change(register, person=None)


def let_them_leave_unseen(register: Register, today: Today) -> None:
    register.turns.run(lambda turn: turn.append([left("carol", today.now.date())]))


def reach_nobody(register: Register, today: Today) -> None:
    (alert,) = register.alerts("carol")
    for person in ("carol", "dana", "ada", "dev"):
        said = AlertUnreachable(originator_id=alert.alert, person=person, noticed_at=today.now)
        register.turns.run(lambda turn, said=said: turn.append([said]))
    for _ in range(8):
        today.now += timedelta(seconds=11)
        register.clock.tick()


def keep_quiet(register: Register, today: Today) -> None:
    """As a pack without any steps would, if there could be one."""
    never = Pace(nation="ENG", remind=(), escalate=10_000, repeat=7)
    register.turns._paces = lambda _source, _why: never
    jump(register, today, london("2026-12-07 17:01"))


def forget_the_last_resort(register: Register, today: Today) -> None:
    jump(register, today, london("2026-12-08 17:30"))
    today.now += timedelta(days=7)
    change(register, next_at=today.now + timedelta(days=1), stepped_at=today.now)


def fail_at_each_step(register: Register, today: Today) -> None:
    """Whatever the rule stumbles over in this one."""

    def fails(_source: object, _why: object) -> Pace:
        raise ZeroDivisionError

    register.turns._paces = fails
    with register.log.database.read() as connection:
        today.now = connection.execute(sa.select(sa.func.min(inbox.c.next_at))).scalar_one()
    register.clock.tick()


BREAKING: list[tuple[Callable[[Register, Today], None], Fault]] = [
    (lose_the_step, Fault.NO_STEP),
    (stop_the_clock, Fault.LATE_STEP),
    (set_it_for_2099, Fault.FAR_STEP),
    (put_it_off_again_and_again, Fault.NO_STEP_IN_A_WEEK),
    (end_the_alert, Fault.DONE_WHILE_WAITING),
    (lose_the_row, Fault.DONE_WHILE_WAITING),
    (give_it_to_another_role, Fault.DONE_WHILE_WAITING),
    (lose_everybody, Fault.NOBODY_THERE),
    (let_them_leave_unseen, Fault.NOBODY_THERE),
    (reach_nobody, Fault.NOBODY_REACHED),
    (keep_quiet, Fault.NOBODY_TOLD),
    (forget_the_last_resort, Fault.NOT_REPEATED),
    (fail_at_each_step, Fault.LATE_STEP),
]


@pytest.mark.parametrize(("breaks", "fault"), BREAKING, ids=[each.__name__ for each, _ in BREAKING])
def test_what_is_broken_is_found_within_two_minutes(url: str, breaks, fault: Fault) -> None:
    with silence(url) as (register, today):
        declare(register)
        register.clock.tick()
        assert found(register, today.now) == {}
        breaks(register, today)
        later = today.now + TWO_MINUTES + timedelta(seconds=1)
        assert fault in found(register, later)


def test_what_fails_for_one_alert_holds_up_no_other(url: str) -> None:
    with silence(url) as (register, today):
        declare(register)
        (first,) = register.alerts("carol")
        declare(register)
        good, seen = register.turns._paces, []

        def fails_once(source: Any, why: Any) -> Pace:
            seen.append(why)
            if len(seen) == 1:
                raise ZeroDivisionError
            return good(source, why)

        register.turns._paces = fails_once
        today.now = london("2026-11-20 17:00")
        register.clock.tick()
        with register.log.database.read() as connection:
            late = inbox_of.due(connection, today.now, 10)
        assert len(late) == 1, "the other has its next step"
        assert first.alert in {each.alert for each in register.alerts("carol")}


def test_a_row_that_says_what_its_entries_do_not_stops_nothing(url: str) -> None:
    with silence(url) as (register, today):
        declare(register)
        change(register, next_at=today.now - timedelta(days=1))
        today.now += timedelta(seconds=11)
        register.clock.tick()
        assert Fault.LATE_STEP in found(register, today.now)


def test_the_status_the_administrator_and_the_heartbeat_tell_of_it(url: str) -> None:
    beats: list[datetime] = []
    with silence(url) as (register, today):
        register.clock.heartbeat = lambda: beats.append(today.now)
        declare(register)
        today.now += timedelta(minutes=1)
        register.clock.tick()
        assert len(beats) == 1
        assert register.alert_check.made().found == {}
        set_it_for_2099(register, today)
        today.now += timedelta(minutes=1)
        register.clock.tick()
        assert len(beats) == 1
        assert register.alert_check.made().found == {Fault.FAR_STEP: 1}
        assert register.alert_check.made().in_words == [
            "alerts with a next step that is more than a week away: 1"
        ]


@pytest.mark.long
def test_a_hundred_thousand_open_alerts_are_checked_in_a_second(database_url: str) -> None:
    with opened_register(database_url, clock=Today(MONDAY)) as register:
        declare(register)
        _multiply(register, 100_000)
        now = MONDAY + timedelta(minutes=1)
        took = min(_timed(register, now) for _ in range(3))
        print(f"the check of 100,000 open alerts took {took:.3f} s")
        assert took < 1


def _timed(register: Register, now: datetime) -> float:
    begun = time.perf_counter()
    assert found(register, now) == {}
    return time.perf_counter() - begun


def _multiply(register: Register, count: int) -> None:
    """As many open declarations, each with its alert, as if they had been declared."""
    with register.log.database.write() as connection:
        for table, key in ((inbox, "alert"), (register_list, "declaration")):
            row = dict(connection.execute(sa.select(table)).mappings().first() or {})
            for start in range(0, count, 1000):
                rows = [
                    {**row, key: UUID(int=number), SUBJECT[key]: UUID(int=number)}
                    for number in range(start + 1, start + 1001)
                ]
                connection.execute(sa.insert(table), rows)


SUBJECT = {"alert": "subject", "declaration": "declaration"}
