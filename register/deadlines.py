"""Whether a declaration is late, by when somebody must act, when their silence is answered, and how
long what is over is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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


def is_late(
    days: int | None,
    happened_on: date,
    captured_at: datetime,
    now: datetime,
    told: date | None = None,
) -> bool:
    """Whether more than `days` calendar days passed before a declaration was made.

    What counts is the moment when the device saved it: being without a signal is not being late.
    If the device's clock is ahead, or the device kept it for over 14 days, the moment of receipt
    counts. Where the worker `told` somebody who entered it, that day does, and nothing else.
    """
    if days is None:
        return False
    return (told or told_on(captured_at, now)) - happened_on > timedelta(days=days)


def told_on(captured_at: datetime, now: datetime) -> date:
    """The day on which it counts that a declaration was made."""
    believed = not is_ahead(captured_at, now) and now - captured_at <= LONGEST_WITHOUT_SIGNAL
    return captured_at.date() if believed else london_day(now)


def written_on(captured_at: datetime, now: datetime) -> date:
    """The day on which a declaration was written down, however long it waited for a signal."""
    return london_day(now) if is_ahead(captured_at, now) else captured_at.date()


def written_since(captured_at: datetime, now: datetime) -> datetime:
    """The moment before which a declaration was not written down: by a clock that is ahead, it was
    up to fourteen days ago."""
    return now - LONGEST_WITHOUT_SIGNAL if is_ahead(captured_at, now) else captured_at


def close_of(day: date) -> datetime:
    return datetime.combine(day, CLOSE_OF_DAY, LONDON).astimezone(UTC)


def working_day_after(now: datetime, days: int, nation: str) -> date:
    """The day that is `days` working days after today in London; with 0, today or the next
    working day."""
    return working_day_from(london_day(now), days, nation)


def working_day_from(day: date, days: int, nation: str) -> date:
    """The day that is `days` working days after another; with 0, that day or the next working
    day."""
    free = _bank_holidays(nation)
    while days > 0 or day.weekday() >= 5 or day in free:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in free:
            days -= 1
    return day


def working_days_from(moment: datetime, days: int, nation: str, at: datetime) -> datetime:
    """The working day that is so many after the day of a moment in London, or before it, at the
    hour that `at` has there; with 0, that day itself, whatever day it is."""
    day, free = london_day(moment), _bank_holidays(nation)
    one, left = (1 if days > 0 else -1), abs(days)
    while left:
        day += timedelta(days=one)
        left -= day.weekday() < 5 and day not in free
    return datetime.combine(day, at.astimezone(LONDON).time(), LONDON).astimezone(UTC)


@lru_cache(maxsize=50_000)
def working_days_between(first: date, last: date, nation: str) -> int:
    """How many working days come after the first day, up to the last one."""
    free, days = _bank_holidays(nation), (last - first).days
    after = (first + timedelta(days=each) for each in range(1, days + 1))
    return sum(day.weekday() < 5 and day not in free for day in after)


def a_year_after(day: date) -> date:
    """The day after twelve months; a year after 29 February is 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _count_of(unit: str, least: int, most: int) -> BeforeValidator:
    """Reads `+2wd` or `7d`: so many of a unit of time."""

    def read(written: object) -> object:
        found = re.fullmatch(rf"([+-]?[0-9]{{1,2}}){unit}", str(written))
        if found is None or not least <= int(found[1]) <= most:
            raise ValueError(f"this is from {least}{unit} to {most}{unit}, such as {most}{unit}")
        return int(found[1])

    return BeforeValidator(read)


class StepsInstead(BaseModel):
    """The steps of one sort of duty. What is left out is as for the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remind: tuple[Annotated[int, _count_of("wd", -20, 20)], ...] | None = None
    escalate: Annotated[int, _count_of("wd", 1, 5)] | None = None
    repeat: Annotated[int, _count_of("d", 1, 7)] | None = None


class Steps(BaseModel):
    """What happens while somebody is silent who is to act: docs/alerts.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remind: tuple[Annotated[int, _count_of("wd", -20, 20)], ...] = (-1, 0, 1)
    """On which working days they are reminded, counted from the day on which it is due."""
    escalate: Annotated[int, _count_of("wd", 1, 5)] = 2
    """How many working days later the next person is asked as well, and the one after them."""
    repeat: Annotated[int, _count_of("d", 1, 7)] = 7
    """After how many days it is said again, where there is nobody left to ask."""
    acknowledge: StepsInstead = StepsInstead()
    decide: StepsInstead = StepsInstead()
    answer: StepsInstead = StepsInstead()
    inform: StepsInstead = StepsInstead()
    complete: StepsInstead = StepsInstead()
    review: StepsInstead = StepsInstead()
    confirm: StepsInstead = StepsInstead()


Days = Annotated[int, Field(ge=1, le=36_525)]


class KeptFor(BaseModel):
    """How many days one kind is kept. What is left out is as for all kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Days | None = None
    outcomes: dict[str, Days] = {}
    """Those that came out so are kept for so many days."""


class Retention(BaseModel):
    """How many days a declaration is kept, from the day since which nothing is left to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Days
    outcomes: dict[str, Days] = {}
    kinds: dict[str, KeptFor] = {}
    clause: str | None = None
    house: str | None = None
    """What of it the policy does not say itself."""
    goes_by_itself: bool = False
    """Whether what is due is erased without the word of a data protection officer."""

    @model_validator(mode="after")
    def _says_whence(self) -> Retention:
        if not (self.clause or self.house):
            raise ValueError("it has a `clause`, or says why it is a `house` rule")
        return self

    def days_for(self, kind: str, outcome: str) -> int:
        """What is said of a kind goes before what is said of all."""
        its = self.kinds.get(kind, KeptFor())
        said = (its.outcomes.get(outcome), its.days, self.outcomes.get(outcome))
        return next((days for days in said if days is not None), self.days)


@dataclass(frozen=True)
class Pace:
    """When the steps of an alert come: working days of a nation, and days."""

    nation: str
    remind: tuple[int, ...]
    escalate: int
    repeat: int


@cache
def _bank_holidays(nation: str) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv=nation)
