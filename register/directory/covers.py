"""Who covers for whom, and on which days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from events.directory import CoverEnded, CoverNamed
from register.deadlines import london_day

REMEMBERED = timedelta(days=30)
"""How long a cover that is over stays in the directory. It stays in the log for good."""


@dataclass(frozen=True)
class Cover:
    id: UUID
    person: str
    """Who is away."""
    covered_by: str
    first_on: date
    last_on: date
    """The last day is one of the days."""
    named_by: str
    ended_on: date | None = None
    """The day on which somebody ended it before its last day."""
    ended_by: str | None = None

    def runs_on(self, day: date) -> bool:
        return self.ended_on is None and self.first_on <= day <= self.last_on

    def is_over(self, day: date) -> bool:
        return self.ended_on is not None or self.last_on < day

    @property
    def over_on(self) -> date:
        """The last day on which it was, or will be, so."""
        return self.ended_on or self.last_on

    def overlaps(self, first_on: date, last_on: date) -> bool:
        return self.ended_on is None and self.first_on <= last_on and first_on <= self.last_on


Covers = Mapping[UUID, Cover]


def evolve(covers: Covers, event: CoverNamed | CoverEnded) -> Covers:
    if isinstance(event, CoverNamed):
        return _with_one(covers, event)
    known = covers.get(event.originator_id)
    if known is None:  # the entry that named it cannot be read
        return covers
    ended = replace(known, ended_on=london_day(event.ended_at), ended_by=event.ended_by)
    return {**covers, known.id: ended}


def _with_one(covers: Covers, event: CoverNamed) -> Covers:
    new = Cover(
        event.originator_id,
        event.person,
        event.covered_by,
        event.first_on,
        event.last_on,
        event.named_by,
    )
    since = event.recorded_at and london_day(event.recorded_at) - REMEMBERED
    kept = {each.id: each for each in covers.values() if since is None or each.over_on >= since}
    return {**kept, new.id: new}


def running(covers: Covers, day: date) -> Iterator[Cover]:
    """Those of a day. Nobody covers for themselves, whatever an entry says."""
    return (
        each for each in covers.values() if each.runs_on(day) and each.person != each.covered_by
    )


def not_over(covers: Covers, day: date) -> Iterator[Cover]:
    """Those that run on a day, or will later."""
    return (each for each in covers.values() if not each.is_over(day))
