"""Whether a declaration is late, and by when somebody must act."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
CLOSE_OF_DAY = time(17)
LONGEST_WITHOUT_SIGNAL = timedelta(days=14)
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far a device's clock may be ahead without being called ahead."""
EASTERNMOST = timedelta(hours=14)


def london_day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def latest_day(now: datetime, captured_at: datetime | None = None) -> date:
    """The last day that is not in the future for the person who declares.

    The next day may have begun already where they are. It is never later than the present day
    in the easternmost time zone on Earth.
    """
    there = captured_at.date() if captured_at is not None else london_day(now)
    return max(london_day(now), min(there, (now.astimezone(UTC) + EASTERNMOST).date()))


def is_ahead(captured_at: datetime, now: datetime) -> bool:
    return captured_at > now + CLOCK_TOLERANCE


def is_late(days: int | None, happened_on: date, captured_at: datetime, now: datetime) -> bool:
    """Whether more than `days` calendar days passed before a declaration was made.

    What counts is the moment when the device saved it: being without a signal is not being late.
    If the device's clock is ahead, or the device kept it for over 14 days, the moment of receipt
    counts.
    """
    if days is None:
        return False
    return told_on(captured_at, now) - happened_on > timedelta(days=days)


def told_on(captured_at: datetime, now: datetime) -> date:
    """The day on which it counts that a declaration was made."""
    believed = not is_ahead(captured_at, now) and now - captured_at <= LONGEST_WITHOUT_SIGNAL
    return captured_at.date() if believed else london_day(now)


def close_of(day: date) -> datetime:
    return datetime.combine(day, CLOSE_OF_DAY, LONDON).astimezone(UTC)


def working_day_after(now: datetime, days: int, nation: str) -> date:
    """The day that is `days` working days after today in London; with 0, today or the next
    working day."""
    day, free = london_day(now), _bank_holidays(nation)
    while days > 0 or day.weekday() >= 5 or day in free:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in free:
            days -= 1
    return day


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@cache
def _bank_holidays(nation: str) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv=nation)
