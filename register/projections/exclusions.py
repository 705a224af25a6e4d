"""Which workers may not be the key worker of which service users, and since when; never why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.declarations import (
    DeclarationCorrected,
    DeclarationMade,
    DeclarationReopened,
    DeclarationReviewed,
    ExclusionLifted,
)
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
    declaration = change.declaration
    if declaration is None or not isinstance(change.event, MAY_CHANGE_IT):
        return
    if declaration.excludes:
        rows.put(
            {
                "declaration": declaration.id,
                "worker": declaration.worker,
                "service": declaration.service,
                "first_position": declaration.position_of(1),
                "lifted_at": None,
            }
        )
    else:
        rows.change(declaration.id, lifted_at=change.event.moment)


MAY_CHANGE_IT = (
    DeclarationMade,
    DeclarationCorrected,
    DeclarationReviewed,
    DeclarationReopened,
    ExclusionLifted,
)


def standing(connection: sa.Connection, services: Iterable[str]) -> Sequence[UUID]:
    """The declarations with an exclusion that is not lifted, at these services, oldest first."""
    query = (
        sa.select(exclusions.c.declaration)
        .where(exclusions.c.service.in_(sorted(services)), exclusions.c.lifted_at.is_(None))
        .order_by(exclusions.c.first_position)
    )
    return connection.execute(query).scalars().all()
