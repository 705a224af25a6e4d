"""Since when people stand above a worker, as they come into the reporting line and leave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Stay:
    """Since when somebody stands above a worker, whether they have left or not, and until when;
    `since` is None if it was so from the beginning."""

    since: datetime | None
    until: datetime | None = None


AT_ONCE = timedelta(seconds=1)
"""A load tells of a new line in several events: whoever is out of it for no longer than this never
was."""


def moved(
    known: Mapping[str, Stay], before: set[str], after: set[str], at: datetime | None
) -> dict[str, Stay]:
    stays = dict(known)
    for person in before - after:
        stays[person] = Stay(stays[person].since if person in stays else None, until=at)
    for person in after - before:
        last = stays.get(person)
        is_back = last is not None and last.until and at and at - last.until < AT_ONCE
        stays[person] = Stay(last.since if last is not None and is_back else at)
    return stays
