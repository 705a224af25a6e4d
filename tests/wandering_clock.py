"""A clock for random histories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta


class Clock:
    """Goes on by seconds, hours or days; now and then it is put back."""

    def __init__(self, chance: random.Random) -> None:
        self.shows = datetime(2026, 5, 4, 9, tzinfo=UTC)
        self._chance = chance

    def __call__(self) -> datetime:
        return self.shows

    def go_on(self) -> None:
        steps = [timedelta(seconds=5), timedelta(hours=3), timedelta(days=1), timedelta(hours=-1)]
        self.shows += self._chance.choices(steps, weights=(6, 3, 2, 1))[0]
