"""How far each worker has seen the news of their declarations. This is not part of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.tables import Position
from register.projections.register_list import OVER
from register.projections.worker_record import worker_record

metadata = sa.MetaData()

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("position", Position, nullable=False),
)
record = worker_record.c


looked = sa.func.coalesce(seen.c.position, record.first_position)
goes_on = sa.or_(record.status.not_in(OVER), record.last_position > looked)
WITH_SEEN = sa.join(worker_record, seen, seen.c.declaration == record.declaration, isouter=True)
UNSEEN_OF = (
    sa.select(record.declaration)
    .select_from(WITH_SEEN)
    .where(record.declaration == sa.bindparam("about"), record.last_position > looked)
)
RECORD_OF = (
    sa.select(record.declaration, record.status, record.last_position, looked.label("looked_up_to"))
    .select_from(WITH_SEEN)
    .where(record.worker == sa.bindparam("whose"))
    .order_by(goes_on.desc(), record.first_position.desc())
    .limit(sa.bindparam("most"))
)


def record_of(
    connection: sa.Connection, worker: str, most: int
) -> Sequence[sa.Row[Any, Any, Any, Any]]:
    """A worker's declarations, each with the position up to which the worker has seen it.

    First come those that are open or have news, then the others; each group newest first.
    """
    return connection.execute(RECORD_OF, {"whose": worker, "most": most}).all()


def is_unseen(connection: sa.Connection, declaration: UUID) -> bool:
    return connection.execute(UNSEEN_OF, {"about": declaration}).first() is not None


def note(worker: str, up_to: int, declaration: UUID | None, connection: sa.Connection) -> None:
    """Note that a worker has seen one of their declarations, or all, up to a position."""
    shown = sa.select(record.declaration, record.last_position).where(
        record.worker == worker, record.last_position <= up_to
    )
    if declaration is not None:
        shown = shown.where(record.declaration == declaration)
    those = sa.select(shown.subquery().c.declaration)
    connection.execute(sa.delete(seen).where(seen.c.declaration.in_(those)))
    connection.execute(sa.insert(seen).from_select(["declaration", "position"], shown))
