"""The declarations that are over: since which day, under which policy, and how they came out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from register.deadlines import london_day
from register.declarations.came_out import came_out
from register.projections.change import Change, metadata
from register.projections.rows import Rows

settled = sa.Table(
    "settled",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("policy", sa.Text),
    sa.Column("version", sa.Date),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("over_on", sa.Date),
    sa.Index("settled_over_on", "policy", "version", "kind", "outcome", "over_on"),
)
"""`over_on` is None for what goes on again, for what is erased, and while an exclusion stands that
came of it."""
columns = settled.c


def project(rows: Rows, change: Change) -> None:
    declaration = change.declaration
    if declaration is None:
        return
    is_gone = declaration.erased_at is not None
    if declaration.over_since is None or declaration.excludes or is_gone:
        if len(declaration.past) > 1:
            rows.change(declaration.id, over_on=None)
        return
    source = declaration.ruling.source
    rows.put(
        {
            "declaration": declaration.id,
            "policy": source.policy,
            "version": source.version,
            "kind": declaration.kind,
            "outcome": came_out(declaration),
            "over_on": london_day(declaration.over_since),
        }
    )


def sorts(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    """Under which policies, of which kinds, and with which outcomes there is anything."""
    query: sa.Select[Any] = sa.select(
        columns.policy, columns.version, columns.kind, columns.outcome
    ).distinct()
    return connection.execute(query).all()


Place = tuple[date, UUID]
"""Of something that is over: since which day, and its id. So all of a sort have an order."""


def place(row: sa.Row[Any]) -> Place:
    return row.over_on, row.declaration


def over_by(
    connection: sa.Connection, sort: sa.Row[Any], last: date, most: int, after: Place | None = None
) -> Sequence[sa.Row[Any]]:
    """Those of one sort that are over since a day, or longer, from a place on; the oldest first."""
    query: sa.Select[Any] = (
        sa.select(columns.declaration, columns.over_on)
        .where(
            columns.policy == sort.policy,
            columns.version == sort.version,
            columns.kind == sort.kind,
            columns.outcome == sort.outcome,
            columns.over_on <= last,
        )
        .order_by(columns.over_on, columns.declaration)
        .limit(most)
    )
    if after is not None:
        day, declaration = after
        same_day = sa.and_(columns.over_on == day, columns.declaration > declaration)
        query = query.where(sa.or_(columns.over_on > day, same_day))
    return connection.execute(query).all()
