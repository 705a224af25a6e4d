"""What people asked for that a data protection officer answers, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.names import OfficersSort
from events.requests import (
    ComplaintAnswered,
    ComplaintReceived,
    RequestAnswered,
    RequestReceived,
)
from register.projections.change import Change, metadata
from register.projections.rows import Rows

for_officers = sa.Table(
    "for_officers",
    metadata,
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("is_answered", sa.Boolean, nullable=False),
    sa.Index("for_officers_due_on", "sort", "is_answered", "due_on"),
)
columns = for_officers.c
SORTS = {
    RequestReceived: OfficersSort.REQUEST,
    ComplaintReceived: OfficersSort.COMPLAINT,
}


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case (
            RequestReceived(originator_id=stream, due_on=due_on)
            | ComplaintReceived(originator_id=stream, due_on=due_on)
        ):
            sort = SORTS[type(change.event)]
            rows.add({"stream": stream, "sort": sort, "due_on": due_on, "is_answered": False})
        case RequestAnswered(originator_id=stream) | ComplaintAnswered(originator_id=stream):
            rows.change(stream, is_answered=True)


def listed(
    connection: sa.Connection, sort: OfficersSort, most: int, *, is_answered: bool
) -> Sequence[UUID]:
    """Those that wait, by the day on which they are due; or the latest of those answered."""
    by = columns.due_on.desc() if is_answered else columns.due_on
    query = (
        sa.select(columns.stream)
        .where(columns.sort == sort, columns.is_answered == is_answered)
        .order_by(by, columns.stream)
        .limit(most)
    )
    return connection.execute(query).scalars().all()


def waiting(
    connection: sa.Connection, streams: Sequence[UUID] | None = None
) -> Sequence[sa.Row[Any]]:
    """Everything that is not answered, or what of these is not."""
    query: sa.Select[Any] = sa.select(columns.stream, columns.sort, columns.due_on)
    query = query.where(sa.not_(columns.is_answered)).order_by(columns.due_on, columns.stream)
    if streams is not None:
        query = query.where(columns.stream.in_(streams))
    return connection.execute(query).all()
