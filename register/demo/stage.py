"""Plays many stories side by side: each step at its own past moment, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime

from events.log.log import utc_now

Plot = Generator[datetime, datetime, None]
"""A story as it is played: it yields the moment of its next step, and is resumed with it."""


class Clock:
    """The demo's clock: a past moment while the year is played, then the present."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def __call__(self) -> datetime:
        return self.moment or utc_now()


def play(plots: Iterable[Plot], clock: Clock, until: datetime) -> None:
    """Play the stories up to the moment `until`; their later steps are left out."""
    waiting = [(next(plot), number, plot) for number, plot in enumerate(plots)]
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        moment, number, plot = heapq.heappop(waiting)
        clock.moment = moment
        try:
            following = plot.send(moment)
        except StopIteration:
            continue
        heapq.heappush(waiting, (following, number, plot))
