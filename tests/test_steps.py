"""While somebody is silent who is to act, they are reminded, then others are asked as well, in
order; and where there is nobody left to ask, it is said again each week."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.alerts import AlertEscalated, AlertReminded, AlertRepeated, AlertUnreachable
from events.event import Event
from events.names import Step
from register.alerts import alerting
from register.errors import ForbiddenError, NotFoundError
from register.projections import inbox
from register.register import Register
from register.turns.chasing import chase
from tests.cast import left, london
from tests.registers import GIFT, opened_register, telling
from tests.test_clock import Today
from tests.usual import USUAL

MONDAY = london("2026-11-16 10:00")
"""A gift of that day is due in five working days, on Monday the 23rd at 17:00."""
KEEP = {"outcome": "keep", "reason": "A small thing."}
BETWEEN = timedelta(minutes=20)


@dataclass
class Told:
    """A step that somebody was told of, in short."""

    register: Register
    seen: int = 0
    steps: list[str] = field(default_factory=list)

    def read(self) -> list[str]:
        new = list(self.register.log.after(self.seen, words=False))
        self.seen = new[-1].position if new else self.seen
        said = [in_short(each) for each in new]
        self.steps += [each for each in said if each]
        return self.steps


def in_short(event: Event) -> str | None:
    match event:
        case AlertReminded(step=Step.REMIND, person=person, reminded_at=at):
            return f"{at_hour(at)} remind {person}"
        case AlertEscalated(person=person, because=because, escalated_at=at):
            return f"{at_hour(at)} ask {person} ({because})"
        case AlertRepeated(person=person, repeated_at=at):
            return f"{at_hour(at)} again {person}"
    return None


def at_hour(moment: datetime) -> str:
    return f"{moment.astimezone(MONDAY.tzinfo):%a %d %b %H:%M}"


@contextmanager
def silence(url: str, last_resort: tuple[str, ...] = ("ada", "dev")) -> Iterator[Any]:
    today = Today(MONDAY)
    with opened_register(url, clock=today, last_resort=last_resort) as register:
        register.clock.tick()
        yield register, today


def jump(register: Register, today: Today, until: datetime) -> None:
    """The clock goes from one step to the next, and is never late."""
    while True:
        with register.log.database.read() as connection:
            then = inbox.next_step_at(connection)
        if then is None or then > until:
            break
        today.now = max(then, today.now)
        register.clock.tick()
        today.now += timedelta(seconds=11)
    today.now = until
    register.clock.tick()


def declare(register: Register, by: str = "amina") -> str:
    gift = str(uuid4())
    register.declare(by, gift, telling(register, GIFT))
    return gift


@pytest.fixture
def url(tmp_path: Any) -> str:
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


def test_the_one_asked_is_reminded_and_then_others_are_asked_as_well_in_their_order(url: str):
    with silence(url) as (register, today):
        declare(register)
        jump(register, today, london("2026-12-21 12:00"))
        assert Told(register).read() == [
            "Fri 20 Nov 17:00 remind carol",
            "Mon 23 Nov 17:00 remind carol",
            "Tue 24 Nov 17:00 remind carol",
            "Wed 25 Nov 17:00 ask dana (another_director)",
            "Fri 27 Nov 17:00 ask ada (last_resort)",
            "Tue 01 Dec 17:00 ask dev (last_resort)",
            "Tue 08 Dec 17:00 again ada",
            "Tue 08 Dec 17:00 again dev",
            "Tue 15 Dec 17:00 again ada",
            "Tue 15 Dec 17:00 again dev",
        ]


def test_once_somebody_acts_nothing_more_comes(url: str):
    with silence(url) as (register, today):
        gift = declare(register)
        jump(register, today, london("2026-11-26 09:00"))
        said = Told(register)
        before = len(said.read())
        register.decide("carol", gift, KEEP)
        jump(register, today, london("2026-12-21 12:00"))
        assert len(said.read()) == before


def test_whoever_it_went_on_to_sees_it_and_may_act_and_so_may_the_first(url: str):
    with silence(url) as (register, today):
        gifts = [declare(register) for _ in range(2)]
        with pytest.raises(NotFoundError):
            register.read.declaration("dana", gifts[0])
        with pytest.raises(NotFoundError):
            register.decide("dana", gifts[0], KEEP)
        jump(register, today, london("2026-11-25 18:00"))
        assert {str(each.declaration) for each in register.alerts("dana")} == set(gifts)
        assert {each.state for each in register.alerts("dana")} == {"escalated"}
        assert len(register.alerts("carol")) == 2
        register.decide("dana", gifts[0], KEEP)
        register.decide("carol", gifts[1], KEEP)
        assert register.alerts("dana") == register.alerts("carol") == []


def test_whoever_it_went_on_to_may_not_act_once_it_is_settled(url: str):
    with silence(url) as (register, today):
        gift = declare(register)
        jump(register, today, london("2026-11-25 18:00"))
        register.decide("carol", gift, KEEP)
        with pytest.raises(ForbiddenError):
            register.add_note("dana", gift, {"text": "Too late"})


def test_an_action_and_a_question_are_chased_as_well(url: str):
    with silence(url) as (register, today):
        returned, asked = declare(register), declare(register)
        register.decide("carol", returned, {"outcome": "return", "reason": "Too much"})
        register.ask("carol", asked, {"text": "Who else was there?"})
        jump(register, today, london("2026-11-20 18:00"))
        due = london("2026-11-18 17:00")
        assert {each.due_at for each in register.alerts("amina")} == {due}
        told = Told(register).read()
        assert told.count("Fri 20 Nov 17:00 ask carol (named)") == 2
        register.inform("carol", asked, {"text": "I was there"})
        (action,) = register.read.declaration("carol", returned).actions
        back = {"how": "By hand", "returned_on": "2026-11-19", "to": "Her daughter"}
        register.complete("carol", returned, action.id, back)


def test_a_clock_that_stood_still_makes_up_for_what_was_missed_once_and_not_all_at_once(url: str):
    with silence(url) as (register, today):
        declare(register)
        today.now = london("2026-12-10 11:00")
        register.clock.tick()
        jump(register, today, london("2026-12-16 12:00"))
        assert Told(register).read() == [
            "Thu 10 Dec 11:00 remind carol",
            "Fri 11 Dec 17:00 ask dana (another_director)",
            "Tue 15 Dec 17:00 ask ada (last_resort)",
        ]


def test_somebody_new_is_reminded_from_then_on_and_it_goes_on_when_it_would_have(url: str):
    with silence(url) as (register, today):
        declare(register)
        jump(register, today, london("2026-11-21 09:00"))
        register.change_directory([left("carol", today.now.date())])
        assert len(register.alerts("dana")) == 1
        jump(register, today, london("2026-11-28 12:00"))
        assert Told(register).read() == [
            "Fri 20 Nov 17:00 remind carol",
            "Mon 23 Nov 17:00 remind dana",
            "Tue 24 Nov 17:00 remind dana",
            "Wed 25 Nov 17:00 ask ada (last_resort)",
            "Fri 27 Nov 17:00 ask dev (last_resort)",
        ]


def test_whoever_cannot_be_reached_is_not_waited_for(url: str):
    with silence(url) as (register, today):
        declare(register)
        (alert,) = register.alerts("carol")
        said = AlertUnreachable(originator_id=alert.alert, person="carol", noticed_at=today.now)
        register.turns.run(lambda turn: turn.append([said]))
        today.now += timedelta(minutes=1)
        register.clock.tick()
        assert Told(register).read() == ["Mon 16 Nov 10:01 ask dana (another_director)"]


def test_what_is_due_in_long_has_a_step_each_week_that_tells_nobody(url: str):
    with silence(url) as (register, today):
        gift = declare(register)
        far = {"what": "Ring the family", "by": "ben", "due_on": "2027-01-20"}
        acquaintance = telling(register, GIFT)
        register.decide("carol", gift, KEEP)
        eve = str(uuid4())
        at_riverside = {**acquaintance, "service_user": "RV-007"}
        register.declare("eve", eve, at_riverside)
        femi = {"note": "We talked.", "actions": [{**far, "by": "femi"}]}
        register.acknowledge("femi", eve, femi)
        jump(register, today, london("2027-01-18 12:00"))
        assert Told(register).read() == []
        quiet = [e for e in register.log.after(words=False) if isinstance(e, AlertReminded)]
        assert len(quiet) == 9
        assert all(each.next_at - each.reminded_at <= timedelta(days=7) for each in quiet)
        jump(register, today, london("2027-01-19 18:00"))
        assert Told(register).read() == ["Tue 19 Jan 17:00 remind femi"]


def test_what_was_raised_before_there_were_steps_has_them_once_the_clock_looks(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    with silence(url) as (register, today):
        with monkeypatch.context() as before:
            before.setattr(alerting, "next_step_at", lambda *_: None)
            declare(register)
        today.now = london("2026-11-17 10:00")
        register.clock.tick()
        assert Told(register).read() == []
        jump(register, today, london("2026-11-25 18:00"))
        assert Told(register).read() == [
            "Fri 20 Nov 17:00 remind carol",
            "Mon 23 Nov 17:00 remind carol",
            "Tue 24 Nov 17:00 remind carol",
            "Wed 25 Nov 17:00 ask dana (another_director)",
        ]


def test_a_week_has_as_many_hours_when_the_clocks_change(url: str):
    with silence(url) as (register, today):
        today.now = london("2027-03-24 09:00")
        gift = declare(register)
        register.decide("carol", gift, KEEP)
        met = str(uuid4())
        meeting = {**telling(register, USUAL["out-of-hours-encounter"]), "service_user": "RV-007"}
        register.declare("eve", met, {**meeting, "kind": "out-of-hours-encounter"})
        later = {"what": "Talk it over", "by": "femi", "due_on": "2027-05-20"}
        register.acknowledge("femi", met, {"note": "We talked.", "actions": [later]})
        with register.log.database.read() as connection:
            then = inbox.next_step_at(connection)
        assert then is not None
        assert then - today.now.astimezone(UTC) - timedelta(days=7) < timedelta(seconds=1)
        assert register.alert_check.make().found == {}


def test_two_clocks_at_once_take_each_step_once(url: str):
    with silence(url) as (register, today):
        declare(register)
        today.now = london("2026-11-20 17:00")
        assert [register.turns.run(chase)[0] for _ in range(2)] == [1, 0]
        assert len(Told(register).read()) == 1


def test_two_servers_at_once_take_each_step_once(database_url: str):
    today = Today(MONDAY)
    with (
        opened_register(database_url, clock=today) as one,
        opened_register(database_url, clock=today) as other,
    ):
        for _ in range(20):
            declare(one)
        today.now = london("2026-11-20 17:00")
        both = [threading.Thread(target=each.clock.tick) for each in (one, other)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert Told(one).read() == ["Fri 20 Nov 17:00 remind carol"] * 20


def test_where_nobody_else_is_there_it_is_said_again_to_the_one_who_has_it(url: str):
    with silence(url, last_resort=()) as (register, today):
        declare(register)
        register.change_directory([left(each, today.now.date()) for each in ("dana",)])
        jump(register, today, london("2026-12-09 12:00"))
        assert Told(register).read()[3:] == [
            "Tue 01 Dec 17:00 again carol",
            "Tue 08 Dec 17:00 again carol",
        ]
