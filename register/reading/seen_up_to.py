"""How far people have seen the news of declarations. This is not part of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.tables import Position
from register.projections.register_list import OVER
from register.projections.rows import putting
from register.projections.worker_record import worker_record

metadata = sa.MetaData()

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("position", Position, nullable=False),
)
seen_up_to = sa.Table(
    "seen_up_to",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("position", Position, nullable=False),
)
"""Up to here, people have seen all the news of what others declared."""
record = worker_record.c


looked = sa.func.coalesce(seen.c.position, record.first_position)
goes_on = sa.or_(record.status.not_in(OVER), record.last_position > looked)
WITH_SEEN = sa.join(
    worker_record,
    seen,
    sa.and_(seen.c.declaration == record.declaration, seen.c.person == record.worker),
    isouter=True,
)
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
    shown = sa.select(record.worker, record.declaration, record.last_position).where(
        record.worker == worker, record.last_position <= up_to
    )
    if declaration is not None:
        shown = shown.where(record.declaration == declaration)
    those = sa.select(shown.subquery().c.declaration)
    mine = sa.and_(seen.c.person == worker, seen.c.declaration.in_(those))
    connection.execute(sa.delete(seen).where(mine))
    columns = ["person", "declaration", "position"]
    connection.execute(sa.insert(seen).from_select(columns, shown))


def mark_of(connection: sa.Connection, person: str) -> int:
    """The position up to which a person has seen all that others declared."""
    query = sa.select(seen_up_to.c.position).where(seen_up_to.c.person == person)
    return connection.execute(query).scalar() or 0


def mark(connection: sa.Connection, person: str, each: dict[UUID, int]) -> None:
    """Note that a person has seen these declarations of others, each up to a position."""
    if each:
        rows = [
            {"person": person, "declaration": declaration, "position": position}
            for declaration, position in each.items()
        ]
        connection.execute(putting(seen, connection.dialect.name), rows)


def mark_all(connection: sa.Connection, person: str, up_to: int) -> None:
    """Note that a person has seen all that others declared, up to a position."""
    row = {"person": person, "position": up_to}
    connection.execute(putting(seen_up_to, connection.dialect.name), [row])
