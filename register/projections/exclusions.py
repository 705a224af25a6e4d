"""Which workers may not be the key worker of which service users; never why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.declarations import (
    DeclarationAcknowledged,
    DeclarationCorrected,
    DeclarationDecided,
    DeclarationMade,
    DeclarationReopened,
    DeclarationReviewed,
    ExclusionLifted,
)
from events.erasing import DeclarationErased
from register.projections.change import Change, metadata
from register.projections.rows import Rows
from register.projections.service_users import service_users

exclusions = sa.Table(
    "exclusions",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("since", sa.Integer, primary_key=True),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("service_user", sa.LargeBinary),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("stands", sa.Boolean, nullable=False),
    sa.Index("exclusions_service", "service", "stands"),
    sa.Index("exclusions_worker", "worker", "stands"),
    sa.Index("exclusions_service_user", "stands", "service_user"),
)
columns = exclusions.c


def project(rows: Rows, change: Change) -> None:
    declaration = change.declaration
    if declaration is None or not isinstance(change.event, MAY_CHANGE_IT):
        return
    standing = declaration.excluding
    for each, index in zip(declaration.exclusions, change.excluded_indexes, strict=True):
        rows.put(
            {
                "declaration": declaration.id,
                "since": each.since,
                "worker": declaration.worker,
                "service_user": index,
                "service": each.service,
                "stands": each in standing,
            }
        )


MAY_CHANGE_IT = (
    DeclarationErased,
    DeclarationMade,
    DeclarationCorrected,
    DeclarationReviewed,
    DeclarationReopened,
    DeclarationAcknowledged,
    DeclarationDecided,
    ExclusionLifted,
)


def read_by(
    connection: sa.Connection, services: Iterable[str], workers: Iterable[str]
) -> Sequence[UUID]:
    """The declarations from which those exclusions stand that are of these workers, or of service
    users at these services; and all others from which the same stand."""
    there = sorted(services)
    at_service = _standing().where(columns.service.in_(there))
    of_worker = _standing().where(columns.worker.in_(sorted(workers)))
    served_there = _standing().join(
        service_users,
        sa.and_(
            service_users.c.service_user == columns.service_user,
            service_users.c.service.in_(there),
        ),
    )
    found = sa.union(at_service, of_worker, served_there).cte("found")
    the_same = sa.select(columns.declaration).where(
        columns.service_user.in_(sa.select(found.c.service_user)), columns.stands
    )
    query = sa.union(sa.select(found.c.declaration), the_same)
    return connection.execute(query).scalars().all()


def about(connection: sa.Connection, service_user: bytes) -> Sequence[UUID]:
    """The declarations from which an exclusion stands for a service user, by blind index."""
    query = sa.select(columns.declaration).where(
        columns.service_user == service_user, columns.stands
    )
    return connection.execute(query).scalars().all()


def _standing() -> sa.Select[tuple[UUID, bytes | None]]:
    return sa.select(columns.declaration, columns.service_user).where(columns.stands)
