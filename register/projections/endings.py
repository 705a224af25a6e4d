"""What the lists know of how the work with service users ended, and of what was declared about
them lately: by blind index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from events.log.tables import entries
from events.names import Status
from register.projections.register_list import columns
from register.projections.service_users import service_users


def endings(
    connection: sa.Connection,
    kinds: Collection[str],
    about: Collection[bytes],
    up_to: int | None = None,
) -> Sequence[sa.Row[Any]]:
    """The declarations of these kinds about these service users, now or as at a position; without
    those that are withdrawn, and those of which few may know."""
    held: sa.ColumnElement[bool] = columns.valid_to.is_(None)
    if up_to is not None:
        held = sa.and_(columns.valid_from <= up_to, sa.or_(held, columns.valid_to > up_to))
    query: sa.Select[Any] = sa.select(
        columns.declaration, columns.worker, columns.service_user, columns.happened_on
    ).where(
        columns.service_user.in_(about),
        columns.kind.in_(kinds),
        columns.status != Status.WITHDRAWN,
        sa.not_(columns.restricted),
        held,
    )
    return connection.execute(query).all()


def declared_since(
    connection: sa.Connection, worker: str, since: datetime
) -> Sequence[sa.Row[Any]]:
    """About whom a worker declared since a moment, and of which kinds."""
    query: sa.Select[Any] = (
        sa.select(columns.service_user, columns.kind)
        .where(
            columns.worker == worker,
            columns.valid_to.is_(None),
            columns.received_at >= since,
            columns.service_user.is_not(None),
            columns.status != Status.WITHDRAWN,
        )
        .distinct()
    )
    return connection.execute(query).all()


def changed(connection: sa.Connection, about: Collection[bytes], since: datetime) -> Sequence[Any]:
    """The streams of those of these service users of whom the directory told something anew since a
    moment."""
    anew = sa.exists().where(
        entries.c.originator_id == service_users.c.stream,
        entries.c.originator_version > 1,
        entries.c.recorded_at >= since,
    )
    query = sa.select(service_users.c.stream).where(service_users.c.service_user.in_(about), anew)
    return connection.execute(query).scalars().all()
