"""Chooses who tells which story, when and about whom: at random, but the same in every demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from register.deadlines import london_day
from register.demo.cast import Cast
from register.demo.moments import last_time, while_awake
from register.demo.stories import Story

SERVICES = {"elm-house": 0.46, "riverside": 0.39, "orchard-court": 0.15}
"""The share of the stories that each service tells."""
MANAGERS_SHARE = 0.2
"""How often a line manager or a director tells a story, relative to a worker."""
FIRST_DAY, LAST_DAY = 362, 2
"""Stories without a day of their own are spread between these days, counted back from today."""
DAYS_BEFORE = (0, 0, 0, 0, 1)
"""Days between what happened and its telling, to choose from where the story does not say."""
TOLD_TODAY = "personal-number"
"""A kind that always happened on the day on which it is told."""
FRIENDSHIP = "post-service-friendship"


@dataclass(frozen=True)
class Part:
    """A story, with everything that the story leaves open chosen at random."""

    story: Story
    id: UUID
    worker: str
    service: str
    service_user: str
    moment: datetime
    happened_on: date
    details: dict[str, Any]
    lot: Random
    """A random source of this story's own, so that other stories do not change it."""


def parts(stories: Sequence[Story], cast: Cast, now: datetime, seed: int) -> Iterator[Part]:
    days = iter(_days(stories, cast.today, Random(seed)))
    for number, story in enumerate(stories):
        lot = Random(f"{seed} {number}")
        yield _part(story, _moment(story, days, now, lot), cast, lot)


def _days(stories: Sequence[Story], today: date, lot: Random) -> list[date]:
    """A day for each story that names none, spread over the year and shuffled."""
    free = sum(map(_names_no_day, stories))
    span = FIRST_DAY - LAST_DAY
    days = [today - timedelta(days=LAST_DAY + round(span * place / free)) for place in range(free)]
    lot.shuffle(days)
    return days


def _names_no_day(story: Story) -> bool:
    return story.days_ago is None and story.hours_ago is None and story.around is None


def _moment(story: Story, days: Iterator[date], now: datetime, lot: Random) -> datetime:
    today = london_day(now)
    if story.hours_ago is not None:
        return now - timedelta(hours=story.hours_ago)
    if story.days_ago is not None:
        return while_awake(today - timedelta(days=story.days_ago), lot)
    return while_awake(last_time(story.around, today) if story.around else next(days), lot)


def _part(story: Story, moment: datetime, cast: Cast, lot: Random) -> Part:
    day = london_day(moment)
    service = cast.service_of(story.worker) if story.worker else _drawn_service(lot)
    worker = story.worker or _drawn_worker(service, day, cast, lot)
    service_user = story.service_user or lot.choice(_candidates(story, service, day, cast))
    happened_on = day - timedelta(days=_days_before(story, lot))
    return Part(
        story=story,
        id=UUID(int=lot.getrandbits(128), version=4),
        worker=worker,
        service=service,
        service_user=service_user,
        moment=moment,
        happened_on=happened_on,
        details=with_days(story.details, happened_on) | _ended(story, day, service_user, cast),
        lot=lot,
    )


def _drawn_service(lot: Random) -> str:
    return lot.choices(list(SERVICES), list(SERVICES.values()))[0]


def _drawn_worker(service: str, day: date, cast: Cast, lot: Random) -> str:
    workers, managers = cast.workers(service, day), cast.managers(day)
    shares = [MANAGERS_SHARE if each in managers else 1 for each in workers]
    return lot.choices(workers, shares)[0]


def _candidates(story: Story, service: str, day: date, cast: Cast) -> list[str]:
    if story.details.get("still_receiving_service") is False:
        return list(cast.no_longer_served(service, day))
    return cast.served(service, day)


def _days_before(story: Story, lot: Random) -> int:
    if story.days_before is not None:
        return story.days_before
    return 0 if story.kind == TOLD_TODAY else lot.choice(DAYS_BEFORE) + story.offline_days


def with_days(details: dict[str, Any], happened_on: date) -> dict[str, Any]:
    """The details, with each `{days_before = 30}` replaced by a day."""
    return {name: _with_day(value, happened_on) for name, value in details.items()}


def _with_day(value: Any, happened_on: date) -> Any:
    match value:
        case {"days_before": days}:
            return _day_before(happened_on, days_before=days)
        case dict():
            return with_days(value, happened_on)
        case list():
            return [_with_day(each, happened_on) for each in value]
    return value


def _day_before(day: date, *, days_before: int) -> str:
    return (day - timedelta(days=days_before)).isoformat()


def _ended(story: Story, day: date, service_user: str, cast: Cast) -> dict[str, Any]:
    """For a story about a friendship: the day on which the service ended."""
    if story.kind != FRIENDSHIP or story.details["still_receiving_service"]:
        return {}
    ended_on = cast.ended_on(service_user, day)
    return {"service_ended_on": ended_on.isoformat() if ended_on else None}
