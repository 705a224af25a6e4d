"""How many declarations reached the register in each month, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from events.log.log import Log
from register.projections.register_list import Filter, beginning, columns, conditions
from register.reading.reader import Reader

ByMonth = Counter[tuple[str, date]]
"""By the kind, and the first day of the month in London."""


def by_month(log: Log, read: Reader, by: str, wanted: Filter, months: Sequence[date]) -> ByMonth:
    """Count what matches a filter and this person may see, in months that follow each other; each
    is named by its first day. The last one ends where the next begins."""
    ends = [*months[1:], next_month(months[-1])]
    month = sa.case(
        *((columns.received_at < beginning(end), place) for place, end in enumerate(ends)),
        else_=len(months),
    ).label("month")
    within = replace(wanted, received_from=months[0], received_to=ends[-1] - timedelta(days=1))
    query = (
        sa.select(columns.kind, month, sa.func.count().label("declarations"))
        .where(*conditions(within, read.sight(by)))
        .group_by(columns.kind, month)
    )
    with log.database.read() as connection:
        rows = connection.execute(query).all()
    return Counter({(row.kind, months[row.month]): row.declarations for row in rows})


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
