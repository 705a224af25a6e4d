"""When something is late, and by when somebody must act."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.deadlines import (
    LONDON,
    close_of,
    is_ahead,
    is_late,
    latest_day,
    london_day,
    working_day_after,
)
from tests.cast import A_DAY, A_MINUTE, NOW, TODAY, days_ago, london

NATIONS = ("ENG", "NIR", "SCT", "WLS")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
offsets = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))


# The day


def test_a_day_in_summer_begins_an_hour_before_it_does_in_utc():
    assert london_day(datetime(2026, 7, 1, 23, 0, tzinfo=UTC)) == date(2026, 7, 2)
    assert london_day(datetime(2026, 11, 1, 23, 59, tzinfo=UTC)) == date(2026, 11, 1)


def test_today_is_londons_where_nothing_is_known_of_the_device():
    assert latest_day(NOW) == TODAY


@pytest.mark.parametrize(
    ("captured_at", "today"),
    [
        ("2026-11-16T20:00:00+00:00", "2026-11-16"),
        ("2026-11-16T10:00:00-10:00", "2026-11-16"),
        ("2026-11-15T23:00:00-11:00", "2026-11-16"),
        ("2026-11-17T00:00:00+14:00", "2026-11-17"),
        ("2026-11-18T00:00:00+14:00", "2026-11-17"),
        ("2026-11-17T09:00:00+23:00", "2026-11-17"),
        ("1999-01-01T00:00:00+00:00", "2026-11-16"),
        ("9998-01-01T00:00:00+00:00", "2026-11-17"),
    ],
)
def test_today_is_the_devices_but_no_later_than_anywhere_on_earth(captured_at, today):
    day = latest_day(NOW, datetime.fromisoformat(captured_at))
    assert day == date.fromisoformat(today)


@given(now=moments, ahead=st.timedeltas(-400 * A_DAY, 400 * A_DAY), offset=offsets)
def test_today_is_londons_day_or_the_one_after(now, ahead, offset):
    captured_at = (now + ahead).astimezone(offset)
    assert latest_day(now, captured_at) - london_day(now) in (timedelta(0), A_DAY)


# Late


@pytest.mark.parametrize(
    ("days", "ago", "late"),
    [(1, 0, False), (1, 1, False), (1, 2, True), (3, 3, False), (3, 4, True), (0, 1, True)],
)
def test_late_is_more_than_the_policys_calendar_days(days, ago, late):
    assert is_late(days, days_ago(ago), NOW, NOW) is late


def test_weekends_count_as_calendar_days():
    assert is_late(1, date(2026, 11, 13), NOW, NOW)


def test_no_word_is_never_late():
    assert not is_late(None, date(1900, 1, 1), NOW, NOW)


def test_days_are_counted_to_when_it_was_taken_down():
    assert not is_late(1, days_ago(11), NOW - 10 * A_DAY, NOW)
    assert is_late(1, days_ago(12), NOW - 10 * A_DAY, NOW)


def test_a_device_that_kept_it_for_over_14_days_is_not_believed():
    a_fortnight_ago = NOW - 14 * A_DAY
    assert not is_late(1, days_ago(14), a_fortnight_ago, NOW)
    assert is_late(1, days_ago(14), a_fortnight_ago - A_MINUTE, NOW)


def test_a_device_that_is_ahead_is_not_believed():
    assert not is_late(1, days_ago(1), NOW + 5 * A_DAY, NOW)
    assert is_late(1, days_ago(2), NOW + 5 * A_DAY, NOW)


def test_a_clock_is_ahead_from_more_than_a_minute_on():
    assert not is_ahead(NOW - A_DAY, NOW)
    assert not is_ahead(NOW + A_MINUTE, NOW)
    assert is_ahead(NOW + A_MINUTE + timedelta(microseconds=1), NOW)


def test_clocks_are_compared_whatever_their_offset():
    there = NOW.astimezone(timezone(timedelta(hours=13)))
    assert not is_ahead(there, NOW)


@given(
    days=st.integers(0, 30), ago=st.integers(0, 60), kept=st.timedeltas(timedelta(0), 30 * A_DAY)
)
def test_what_is_not_late_in_fewer_days_is_not_late_in_more(days, ago, kept):
    happened_on, captured_at = days_ago(ago), NOW - kept
    if not is_late(days, happened_on, captured_at, NOW):
        assert not is_late(days + 1, happened_on, captured_at, NOW)


# Working days


@pytest.mark.parametrize(
    ("now", "days", "day"),
    [
        ("2026-11-16 10:00", 0, "2026-11-16"),
        ("2026-11-16 10:00", 1, "2026-11-17"),
        ("2026-11-16 23:59", 2, "2026-11-18"),
        ("2026-11-16 10:00", 5, "2026-11-23"),
        ("2026-11-13 10:00", 1, "2026-11-16"),
        ("2026-11-14 10:00", 0, "2026-11-16"),
        ("2026-11-14 10:00", 1, "2026-11-16"),
        ("2026-11-15 10:00", 2, "2026-11-17"),
        ("2026-12-24 10:00", 1, "2026-12-29"),
        ("2027-05-28 10:00", 1, "2027-06-01"),
    ],
)
def test_working_days_pass_over_weekends_and_bank_holidays(now, days, day):
    assert working_day_after(london(now), days, "ENG") == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("now", "nation", "day"),
    [
        ("2026-11-27 10:00", "ENG", "2026-11-30"),
        ("2026-11-27 10:00", "SCT", "2026-12-01"),  # St Andrew's Day
        ("2026-03-16 10:00", "WLS", "2026-03-17"),
        ("2026-03-16 10:00", "NIR", "2026-03-18"),  # St Patrick's Day
    ],
)
def test_each_nation_has_its_bank_holidays(now, nation, day):
    assert working_day_after(london(now), 1, nation) == date.fromisoformat(day)


@given(now=moments, days=st.integers(0, 60), nation=st.sampled_from(NATIONS))
def test_nothing_is_due_on_a_weekend_or_before_the_days_are_over(now, days, nation):
    day = working_day_after(now, days, nation)
    assert day.weekday() < 5
    assert day - london_day(now) >= timedelta(days=days)
    assert working_day_after(now, days + 1, nation) >= day
    assert working_day_after(now, days + 2, nation) > day


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_the_day_closes_at_17_00_in_london_summer_and_winter(day):
    assert close_of(day).astimezone(LONDON) == datetime.combine(day, time(17), LONDON)
    assert close_of(day).utcoffset() == timedelta(0)
