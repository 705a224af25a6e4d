"""Chooses moments: managers act in office hours, workers while they are awake."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from register.deadlines import LONDON, working_day_after

NATION = "ENG"
OFFICE = (time(8, 10), time(17, 20))
AWAKE = (time(6, 40), time(22, 20))
SHORTEST = timedelta(minutes=4)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON)


def between(first: datetime, last: datetime, lot: Random) -> datetime:
    return first + (last - first) * lot.random()


def while_awake(day: date, lot: Random) -> datetime:
    return between(at(day, AWAKE[0]), at(day, AWAKE[1]), lot)


def soon(after: datetime, hours: float, lot: Random) -> datetime:
    """A moment within so many hours; if that is at night, a moment on the next morning."""
    moment = between(after + SHORTEST, after + timedelta(hours=hours), lot).astimezone(LONDON)
    if AWAKE[0] <= moment.time() <= AWAKE[1]:
        return moment
    days = 1 if moment.time() > AWAKE[1] else 0
    return at(moment.date() + timedelta(days=days), AWAKE[0]) + timedelta(
        minutes=lot.randint(1, 90)
    )


def in_office(after: datetime, working_days: int, lot: Random) -> datetime:
    """A moment in office hours, so many working days later, and always later than `after`."""
    day = working_day_after(after, working_days, NATION)
    opens, closes = at(day, OFFICE[0]), at(day, OFFICE[1])
    first = max(opens, after + SHORTEST)
    return (
        between(first, closes, lot) if first < closes else in_office(after, working_days + 1, lot)
    )


def last_time(month_and_day: str, today: date) -> date:
    """The last day before today with this month and day, given as `12-25`."""
    this_year = date.fromisoformat(f"{today.year}-{month_and_day}")
    if this_year < today:
        return this_year
    return date.fromisoformat(f"{today.year - 1}-{month_and_day}")
