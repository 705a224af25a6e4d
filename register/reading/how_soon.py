"""How soon declarations were opened and acted on, by service and by the month of receipt.

The moments are read to the hour. A wait of less than a day is told in hours, as the hour in which
it ended; a longer one in the working days that came after the day of receipt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from events.log.log import Log
from events.names import Why
from register.deadlines import london_day, working_days_between
from register.directory.directory import Directory
from register.projections.inbox import inbox
from register.projections.register_list import OVER, Filter, columns, conditions
from register.reading.by_month import next_month
from register.reading.reader import Reader

SETTLING = (Why.ACKNOWLEDGE, Why.DECIDE, Why.ANSWER)
A_DAY = 24
HALF, NINE_IN_TEN = 50, 90
"""Of a hundred."""


class Wait(NamedTuple):
    """How long something took: working days, or for less than a day hours, and no days then."""

    days: int
    hours: int


@dataclass
class Waits:
    """How often each wait came to an end, and how many have not ended yet."""

    ended: Counter[Wait] = field(default_factory=Counter)
    open: int = 0

    @property
    def total(self) -> int:
        return self.ended.total() + self.open

    def within(self, share: int) -> Wait | None:
        """The shortest wait within which so many of a hundred ended; None if fewer have ended so
        far. Those that are open count among the slowest."""
        left = -(-self.total * share // 100)
        for wait in sorted(self.ended):
            left -= self.ended[wait]
            if left <= 0:
                return wait
        return None

    def __iadd__(self, other: Waits) -> Waits:
        self.ended += other.ended
        self.open += other.open
        return self


@dataclass
class HowSoon:
    """How soon some declarations were opened, and acted on."""

    until_opened: Waits = field(default_factory=Waits)
    until_acted: Waits = field(default_factory=Waits)
    asked_nobody: int = 0
    """How many were over without anybody: closed at once, or taken back."""

    def __iadd__(self, other: HowSoon) -> HowSoon:
        self.until_opened += other.until_opened
        self.until_acted += other.until_acted
        self.asked_nobody += other.asked_nobody
        return self


def services_in_view(person: str, directory: Directory) -> set[str]:
    """The services of which somebody sees how soon people act: those that they direct, and those
    that they audit."""
    services, known = directory.directs(person), directory.people[person]
    if known.audits(directory.today):
        services |= set(known.auditing.services or directory.services)
    return services


ByServiceAndMonth = Mapping[tuple[str, date], HowSoon]
"""By the service's id, and the first day of the month in London."""


def how_soon(
    log: Log,
    read: Reader,
    by: str,
    services: Collection[str],
    months: Sequence[date],
    nation: Callable[[str], str],
) -> ByServiceAndMonth:
    """What this person may see of these services, without their own declarations, in months that
    follow each other. `nation` gives the one whose bank holidays a service keeps."""
    last = next_month(months[-1]) - timedelta(days=1)
    wanted = Filter(not_of=by, received_from=months[0], received_to=last)
    with log.database.read() as connection:
        query = _query(connection.dialect.name, conditions(wanted, read.sight(by)), services)
        rows = connection.execute(query).all()
    found: dict[tuple[str, date], HowSoon] = {}
    for row in rows:
        received = _hour(row.received)
        month = received.day.replace(day=1)
        _count(found.setdefault((row.service, month), HowSoon()), row, nation(row.service))
    return found


def _query(
    dialect: str, visible: Collection[sa.ColumnElement[bool]], services: Collection[str]
) -> sa.Select[Any]:
    """How many declarations there are with the same hours, and in the same service."""
    first_opened = (
        sa.select(sa.func.min(inbox.c.opened_at))
        .where(inbox.c.subject == columns.declaration, inbox.c.why.in_(SETTLING))
        .scalar_subquery()
    )
    alike = (
        sa.select(
            columns.service,
            columns.status.in_(OVER).label("is_over"),
            hour_of(columns.received_at, dialect).label("received"),
            hour_of(first_opened, dialect).label("first_opened"),
            hour_of(columns.acted_at, dialect).label("acted"),
        )
        .where(*visible, columns.service.in_(services))
        .subquery()
    )
    return sa.select(*alike.c, sa.func.count().label("declarations")).group_by(*alike.c)


def hour_of(moment: sa.ColumnElement[Any], dialect: str) -> sa.ColumnElement[str]:
    """The hour of a moment as text, such as `2026-11-16 09`, in UTC."""
    if dialect == "sqlite":
        return sa.func.substr(moment, 1, len("2026-11-16 09"), type_=sa.Text)
    in_utc = sa.func.timezone("UTC", moment)
    return sa.func.to_char(in_utc, "YYYY-MM-DD HH24", type_=sa.Text)


class _Hour(NamedTuple):
    number: int
    day: date
    """The day in London."""


@lru_cache(maxsize=50_000)
def _hour(text: str) -> _Hour:
    moment = datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)
    return _Hour(int(moment.timestamp()) // 3600, london_day(moment))


def _count(found: HowSoon, row: Any, nation: str) -> None:
    if row.is_over and row.acted is None:
        found.asked_nobody += row.declarations
        return
    known = [each for each in (row.first_opened, row.acted) if each is not None]
    opened = min(known, default=None)  # whoever acts has opened it, be it with a program
    for waits, until in ((found.until_opened, opened), (found.until_acted, row.acted)):
        if until is None:
            waits.open += row.declarations
        else:
            waits.ended[_wait(row.received, until, nation)] += row.declarations


@lru_cache(maxsize=50_000)
def _wait(received: str, until: str, nation: str) -> Wait:
    begun, ended = _hour(received), _hour(until)
    hours = max(ended.number - begun.number, 0) + 1
    if hours <= A_DAY:
        return Wait(0, hours)
    return Wait(max(working_days_between(begun.day, ended.day, nation), 1), 0)
