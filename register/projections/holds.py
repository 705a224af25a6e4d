"""The legal holds that stand, and on what, by blind index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.holds import HoldLifted, HoldPlaced
from register.projections.change import Change, metadata
from register.projections.rows import Rows

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("about", sa.LargeBinary),
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Index("holds_about", "about", "stands"),
)
"""`about` is None once the words that say it are erased."""


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case HoldPlaced(originator_id=stream):
            rows.add({"stream": stream, "about": change.held_index, "stands": True})
        case HoldLifted(originator_id=stream):
            rows.change(stream, stands=False)


def standing(connection: sa.Connection, about: Collection[bytes]) -> Sequence[UUID]:
    """The holds that stand on one of these."""
    query = sa.select(holds.c.stream).where(holds.c.about.in_(about), holds.c.stands)
    return connection.execute(query).scalars().all()


def every(connection: sa.Connection) -> Sequence[UUID]:
    """The holds that stand."""
    return connection.execute(sa.select(holds.c.stream).where(holds.c.stands)).scalars().all()
