"""Which workers may not be the key worker of which service users, and since when; never why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.declarations import DeclarationMade, ExclusionLifted
from events.log.tables import Moment, Position
from register.projections.change import Change, metadata
from register.projections.rows import Rows

exclusions = sa.Table(
    "exclusions",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("first_position", Position, nullable=False),
    sa.Column("lifted_at", Moment),
    sa.Index("exclusions_service", "service", "first_position"),
)


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case DeclarationMade(ruling=ruling) if ruling.excludes:
            rows.add(
                {
                    "declaration": change.event.originator_id,
                    "worker": change.event.worker,
                    "service": change.event.service,
                    "first_position": change.event.position,
                    "lifted_at": None,
                }
            )
        case ExclusionLifted(originator_id=declaration, lifted_at=moment):
            rows.change(declaration, lifted_at=moment)


def standing(connection: sa.Connection, services: Iterable[str]) -> Sequence[UUID]:
    """The declarations with an exclusion that is not lifted, at these services, oldest first."""
    query = (
        sa.select(exclusions.c.declaration)
        .where(exclusions.c.service.in_(sorted(services)), exclusions.c.lifted_at.is_(None))
        .order_by(exclusions.c.first_position)
    )
    return connection.execute(query).scalars().all()
