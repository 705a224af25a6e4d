"""Declarations of which not everybody may know who reads the register."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from register.projections.barred import barred
from register.projections.further import further
from register.projections.inbox import inbox
from register.projections.register_list import columns, register_list
from register.projections.sight import is_at_one_of


def restricted(connection: sa.Connection) -> set[UUID]:
    """The declarations of which few may know."""
    few = sa.select(columns.declaration).where(columns.valid_to.is_(None), columns.restricted)
    return set(connection.execute(few).scalars())


def hidden(
    connection: sa.Connection, streams: Iterable[UUID], audited: Collection[str] = ()
) -> dict[UUID, UUID]:
    """Those of the streams that belong to a declaration of which not everybody may know: its own,
    those of its alerts, and that of what was taken further; each with the declaration. For an
    auditor of some services, `audited`, they are also those of all others."""
    asked = list(dict.fromkeys(streams))
    is_barring = sa.exists().where(barred.c.declaration == columns.declaration)
    reasons = [columns.restricted, is_barring]
    if audited:
        reasons.append(sa.not_(is_at_one_of(columns, audited)))
    few = sa.and_(columns.valid_to.is_(None), sa.or_(*reasons))
    own = sa.select(columns.declaration.label("stream"), columns.declaration).where(
        few, columns.declaration.in_(asked)
    )
    alerts = (
        sa.select(inbox.c.alert.label("stream"), columns.declaration)
        .join_from(inbox, register_list, inbox.c.subject == columns.declaration)
        .where(few, inbox.c.alert.in_(asked))
    )
    beside = (
        sa.select(further.c.stream, columns.declaration)
        .join_from(further, register_list, further.c.declaration == columns.declaration)
        .where(few, further.c.stream.in_(asked))
    )
    rows = connection.execute(sa.union_all(own, alerts, beside))
    return {row.stream: row.declaration for row in rows}
