"""Small things add up: a token is none where all that a worker received about one service user in
twelve months comes to more than the policy lets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as whenever
from hypothesis import strategies as st

from register.declarations.declaration import Declaration
from register.register import Register
from register.ruling.adding_up import Received, a_year_after, most_besides
from tests.cast import A_DAY, GIVEN_BACK, NOW, TODAY, days_ago, gift, told
from tests.registers import opened_register
from tests.shaped import shaped_sqlite

SMALL = {"token": True, "worth": "9.00"}


# The twelve months


def received(*pairs: tuple[int, str]) -> list[Received]:
    return [Received(days_ago(days), Decimal(worth)) for days, worth in pairs]


@pytest.mark.parametrize(
    ("others", "most"),
    [
        ([], "0"),
        ([(0, "5"), (10, "7.50")], "12.50"),
        ([(364, "20")], "20"),
        ([(365, "20")], "0"),
        ([(-364, "20")], "20"),
        ([(-365, "20")], "0"),
        ([(300, "20"), (-300, "30")], "30"),
        ([(300, "20"), (100, "4"), (-50, "5"), (-200, "30")], "39"),
    ],
)
def test_it_is_what_the_fullest_twelve_months_around_the_day_hold(others, most):
    assert most_besides(received(*others), TODAY) == Decimal(most)


def test_twelve_months_from_a_leap_day_end_with_february():
    leap_day = date(2028, 2, 29)
    assert a_year_after(leap_day) == date(2029, 3, 1)
    others = [Received(date(2029, 2, 28), Decimal(3)), Received(date(2029, 3, 1), Decimal(5))]
    assert most_besides(others, leap_day) == 3


@whenever(st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 99))), st.integers(-366, 366))
def test_no_twelve_months_that_hold_the_day_come_to_more(pairs, shift):
    others = [Received(days_ago(days), Decimal(worth)) for days, worth in pairs]
    first = TODAY - shift * A_DAY
    if first <= TODAY < a_year_after(first):
        inside = [each.worth for each in others if first <= each.on < a_year_after(first)]
        assert most_besides(others, TODAY) >= sum(inside)


# In a register


@contextmanager
def register_on(url: str) -> Iterator[Register]:
    with opened_register(url, clock=lambda: NOW) as register:
        yield register


@pytest.fixture
def register(tmp_path) -> Iterator[Register]:
    file = tmp_path / "register.sqlite"
    file.write_bytes(shaped_sqlite().read_bytes())
    with register_on(f"sqlite:///{file}") as opened:
        yield opened


def declare(register: Register, by: str = "amina", **said: Any) -> Declaration:
    return register.declare(by, str(uuid4()), told("gift", by, **said)).state


def correct(register: Register, declaration: Declaration, **answers: Any) -> Declaration:
    body = {"details": gift(**answers), "reason": "I looked again"}
    return register.correct(declaration.worker, str(declaration.id), body)


def is_token(register: Register, **said: Any) -> bool:
    """Whether a small gift, declared now, is a token."""
    state = declare(register, **{**SMALL, **said})
    assert (state.ruling.case == "token") is ("adds-up" not in state.ruling.flags)
    return state.ruling.case == "token"


def test_what_was_received_before_counts_whoever_gave_it_and_of_whatever_form(database_url):
    with register_on(database_url) as register:
        declare(register, worth="20.00", giver="relative_or_carer")
        declare(register, worth="21.00", form="cash", happened_on=days_ago(300))
        assert is_token(register)
        assert not is_token(register, worth="1.00")


def test_it_may_come_to_as_much_as_the_policy_lets(register):
    declare(register, worth="41.00")
    assert is_token(register)


def test_what_adds_up_goes_to_the_director_and_is_never_late(register):
    declare(register, worth="45.00")
    state = declare(register, **SMALL, happened_on=days_ago(30))
    assert (state.status, state.ruling.late) == ("awaiting_decision", False)
    assert state.ruling.source.clause == "6.0 F"
    assert "small gifts" in (state.ruling.source.house or "")


def test_a_reference_is_the_same_whatever_its_case(register):
    declare(register, worth="45.00", service_user="SU-1042")
    assert not is_token(register, service_user="su-1042")


@pytest.mark.parametrize(
    "other",
    [
        {"offer": "declined", "worth": "45.00"},
        {"worth": None},
        {"worth": "45.00", "service_user": "SU-2001"},
        {"worth": "45.00", "happened_on": days_ago(365)},
    ],
)
def test_what_does_not_count(register, other):
    declare(register, **other)
    assert is_token(register)


def test_what_another_worker_received_does_not_count(register):
    declare(register, by="gus", worth="45.00")
    assert is_token(register)


def test_what_was_withdrawn_counts_until_somebody_agreed_to_it(register):
    other = declare(register, worth="45.00")
    register.withdraw("amina", str(other.id), {"reason": "By mistake"})
    assert not is_token(register)
    register.review("carol", str(other.id), {"stands": False, "reason": "It was"})
    declare(register, worth="2.00", token=True)
    assert is_token(register)


def test_what_was_given_back_was_received_all_the_same(register):
    other = str(declare(register, worth="45.00").id)
    register.decide("carol", other, {"outcome": "return", "reason": "Too much"})
    (action,) = register.read.declaration("amina", other).actions
    register.complete("amina", other, action.id, GIVEN_BACK)
    assert not is_token(register)


def test_a_correction_is_added_up_anew_without_its_own_older_facts(register):
    declare(register, worth="40.00")
    small = declare(register, **SMALL)
    assert small.ruling.case == "token"
    assert correct(register, small, token=True, worth="9.50").ruling.case == "token"
    after = correct(register, declare(register, token=True, worth="0.50"), token=True, worth="3.00")
    assert (after.ruling.case, after.status) == ("received", "awaiting_decision")


def test_a_corrected_one_counts_as_it_stands(register):
    kept = declare(register, worth="45.00")
    register.decide("carol", str(kept.id), {"outcome": "keep", "reason": "A farewell"})
    correct(register, kept, worth="4.00")
    assert not is_token(register)
    register.review("carol", str(kept.id), {"stands": False, "settled": True, "reason": "Four"})
    assert is_token(register)


def test_what_a_worker_is_told_before_sending_is_what_follows(register):
    declare(register, worth="45.00")
    preview = register.preview("amina", told("gift", "amina", **SMALL))
    assert "adds-up" in preview.ruling.flags


def test_none_is_missed_of_many_that_are_sent_at_once(register):
    """Six tokens of nine pounds come to more than fifty: the writer takes them together."""

    async def all_at_once() -> list[Any]:
        bodies = [told("gift", "amina", **SMALL, item=f"Gift {number}") for number in range(6)]
        sent = (register.declare_async("amina", str(uuid4()), body) for body in bodies)
        return await asyncio.gather(*sent)

    done = asyncio.run(all_at_once())
    assert sum("adds-up" in each.state.ruling.flags for each in done) == 1
