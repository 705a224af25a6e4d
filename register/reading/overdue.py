"""What somebody should have done by now, and with whom it waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from events.log.log import Log
from events.names import AlertState, Why
from register.declarations.declaration import Declaration
from register.projections.asked_as_well import asked_as_well
from register.projections.inbox import Place, inbox
from register.projections.register_list import Filter, columns, conditions, register_list
from register.reading.reader import Reader


@dataclass(frozen=True)
class Overdue:
    """An open alert of which the deadline is over, and what it is about."""

    declaration: Declaration
    why: Why
    person: str | None
    """With whom it waits; None if nobody in the directory could hold the role."""
    asked_at: datetime
    due_at: datetime
    as_well: Sequence[str]
    """To whom it went on, the first before the next."""


@dataclass(frozen=True)
class OverduePage:
    items: Sequence[Overdue]
    next: Place | None
    """The `after` of the next page; None on the last page."""
    total: int


alerts = inbox.alias("alerts")
"""The inbox under a name of its own: whether one may see a declaration is asked of it as well."""
ORDER = (alerts.c.due_at, alerts.c.raised_at, alerts.c.alert)
OPEN = (AlertState.RAISED, AlertState.OPENED)
AS_WELL = (
    sa.select(asked_as_well.c.alert, asked_as_well.c.person)
    .where(asked_as_well.c.alert.in_(sa.bindparam("alerts", expanding=True)))
    .order_by(asked_as_well.c.escalated_at)
)


class OverdueNow:
    """What is overdue of some services and what one person may see, without what they declared."""

    def __init__(self, log: Log, read: Reader, by: str, services: Collection[str]) -> None:
        self._log = log
        self._read = read
        self._by = by
        self._services = services

    def count(self) -> int:
        with self._log.database.read() as connection:
            return self._count(connection)

    def page(self, after: Place | None, limit: int) -> OverduePage:
        """One page of it, what has been overdue longest first."""
        query = self._query(alerts).order_by(*ORDER).limit(limit + 1)
        if after is not None:
            place = (sa.literal(getattr(after, each.name), each.type) for each in ORDER)
            query = query.where(sa.tuple_(*ORDER) > sa.tuple_(*place))
        with self._log.database.read() as connection:
            rows = connection.execute(query).all()
            total, shown = self._count(connection), rows[:limit]
            asked = connection.execute(AS_WELL, {"alerts": [each.alert for each in shown]}).all()
            known = self._read.visible(self._by, [each.subject for each in shown])
        last = shown[-1] if len(rows) > limit else None
        following = None if last is None else Place(last.due_at, last.raised_at, last.alert)
        return OverduePage(
            [_overdue(row, known[row.subject], asked) for row in shown if row.subject in known],
            following,
            total,
        )

    def _count(self, connection: sa.Connection) -> int:
        total: int = connection.execute(self._query(sa.func.count())).scalar_one()
        return total

    def _query(self, *selected: Any) -> sa.Select[Any]:
        visible = conditions(Filter(not_of=self._by), self._read.sight(self._by))
        return (
            sa.select(*selected)
            .join_from(alerts, register_list, columns.declaration == alerts.c.subject)
            .where(alerts.c.state.in_(OPEN), alerts.c.due_at < self._log.clock())
            .where(*visible, columns.service.in_(self._services))
        )


def _overdue(row: Any, declaration: Declaration, asked: Sequence[Any]) -> Overdue:
    return Overdue(
        declaration=declaration,
        why=Why(row.why),
        person=row.person,
        asked_at=row.raised_at,
        due_at=row.due_at,
        as_well=[each.person for each in asked if each.alert == row.alert],
    )
