"""How far workers have looked at what became of their declarations: no part of the register."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from events.tables import Position, metadata
from register.projections.worker_record import worker_record

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("position", Position, nullable=False),
)
record = worker_record.c


looked = sa.func.coalesce(seen.c.position, record.first_position)
UNSEEN = (
    sa.select(record.declaration, looked.label("position"))
    .join_from(worker_record, seen, seen.c.declaration == record.declaration, isouter=True)
    .where(record.last_position > looked)
)
UNSEEN_BY = (
    UNSEEN.where(record.worker == sa.bindparam("whose"))
    .order_by(record.last_position.desc())
    .limit(sa.bindparam("most"))
)
UNSEEN_OF = UNSEEN.where(record.declaration == sa.bindparam("about"))


def unseen(connection: sa.Connection, worker: str, most: int) -> dict[UUID, int]:
    """A worker's declarations that have gone on since they looked, the latest first, each with
    how far they had looked."""
    found = connection.execute(UNSEEN_BY, {"whose": worker, "most": most})
    return {row.declaration: row.position for row in found}


def is_unseen(connection: sa.Connection, declaration: UUID) -> bool:
    return connection.execute(UNSEEN_OF, {"about": declaration}).first() is not None


def note(
    connection: sa.Connection, worker: str, up_to: int, declaration: UUID | None = None
) -> None:
    """A worker has seen one of their declarations, or all; what went on after `up_to` has not
    been seen."""
    shown = sa.select(record.declaration, record.last_position).where(
        record.worker == worker, record.last_position <= up_to
    )
    if declaration is not None:
        shown = shown.where(record.declaration == declaration)
    those = sa.select(shown.subquery().c.declaration)
    connection.execute(sa.delete(seen).where(seen.c.declaration.in_(those)))
    connection.execute(sa.insert(seen).from_select(["declaration", "position"], shown))
