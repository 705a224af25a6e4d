"""What is late, whose clock is believed, and by when whoever must act should have acted."""

from __future__ import annotations

import pytest

from tests.cast import (
    A_DAY,
    A_MINUTE,
    A_TOKEN,
    NOW,
    SUPPORTED_LIVING,
    amended,
    days_ago,
    london,
)
from tests.spec import declared, given

# Lateness: the day it happened, the device's clock, and receipt


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, False), (2, True), (42, True)])
def test_immediately_is_a_day(days, late):
    given(declared("gift", by="amina", happened_on=days_ago(days))).then_state(late=late)


@pytest.mark.parametrize("answers", [A_TOKEN, {"offer": "declined"}])
def test_what_no_clause_gives_a_deadline_is_never_late(answers):
    given(declared("gift", by="amina", happened_on="2026-01-05", **answers)).then_state(late=False)


def test_004_names_no_deadline_for_a_gift():
    given(declared("gift", by="eve", happened_on="2026-01-05")).then_state(late=False)


def test_being_without_signal_is_not_being_late():
    captured = NOW - 14 * A_DAY
    step = declared("gift", by="amina", happened_on=days_ago(15), captured_at=captured)
    given(step).then_state(late=False, received_at=NOW, captured_at=captured)


def test_a_clock_more_than_14_days_behind_is_not_believed():
    captured = NOW - 14 * A_DAY - A_MINUTE
    step = declared("gift", by="amina", happened_on=days_ago(15), captured_at=captured)
    given(step).then_state(late=True)


def test_the_day_it_was_taken_down_is_the_devices_own():
    """23:30 in London is the day after in Athens: two days after the Thursday."""
    step = declared(
        "gift", by="amina", happened_on="2026-11-12", captured_at="2026-11-14T01:30:00+02:00"
    )
    given(step).then_state(late=True)


def test_a_clock_that_is_ahead_is_taken_and_marked():
    step = declared("gift", by="amina", captured_at=NOW + 2 * A_MINUTE)
    given(step).then_state(clock_ahead=True, flags=(), late=False)


def test_a_clock_that_is_ahead_makes_nothing_late():
    step = declared("gift", by="amina", captured_at=NOW + 300 * A_DAY)
    given(step).then_state(clock_ahead=True, late=False)


def test_a_clock_that_is_ahead_excuses_nothing():
    step = declared("gift", by="amina", happened_on=days_ago(9), captured_at=NOW + 2 * A_MINUTE)
    given(step).then_state(clock_ahead=True, late=True)


@pytest.mark.parametrize("ahead", [0 * A_MINUTE, A_MINUTE])
def test_clocks_may_differ_by_a_minute(ahead):
    step = declared("gift", by="amina", captured_at=NOW + ahead)
    given(step).then_state(clock_ahead=False)


def test_why_it_is_late_is_kept():
    step = declared("gift", by="amina", happened_on=days_ago(9), late_reason="I was on leave")
    given(step).then_state(late=True, late_reason="I was on leave")


# By when whoever must act should have acted


def test_a_decision_is_due_at_17_00_after_five_working_days():
    given(declared("gift", by="amina")).then_state(due_at=london("2026-11-23 17:00"))


def test_an_acknowledgement_is_due_at_17_00_after_two_working_days():
    given(declared("gift", by="eve")).then_state(due_at=london("2026-11-18 17:00"))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-13 18:00", "2026-11-17 17:00"),  # a Friday evening
        ("2026-11-14 09:00", "2026-11-17 17:00"),  # a Saturday
        ("2026-12-24 10:00", "2026-12-30 17:00"),  # Christmas, and Boxing Day kept on a Monday
        ("2026-07-01 23:30", "2026-07-03 17:00"),  # summer time
        ("2027-03-25 10:00", "2027-03-31 17:00"),  # Good Friday and Easter Monday
    ],
)
def test_weekends_and_bank_holidays_do_not_count(received, due):
    given(declared("gift", by="eve", at=london(received))).then_state(due_at=london(due))


def test_bank_holidays_are_those_of_the_policys_nation(tmp_path):
    scottish = amended(tmp_path, SUPPORTED_LIVING, 'nation = "ENG"', 'nation = "SCT"')
    step = declared("gift", by="eve", at=london("2026-12-31 10:00"))
    given(step).then_state(due_at=london("2027-01-05 17:00"))
    given(step, policies=scottish).then_state(due_at=london("2027-01-06 17:00"))


def test_what_is_closed_at_once_is_due_by_no_day():
    given(declared("gift", by="amina", **A_TOKEN)).then_state(due_at=None)
