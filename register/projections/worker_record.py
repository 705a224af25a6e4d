"""Each worker's own declarations, in their present state."""

from __future__ import annotations

import sqlalchemy as sa

from events.declarations import DeclarationMade
from events.log.tables import Moment, Position
from register.projections.change import Change, metadata
from register.projections.rows import Rows

worker_record = sa.Table(
    "worker_record",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("waiting_for", sa.Text),
    sa.Column("first_position", Position, nullable=False),
    sa.Column("last_position", Position, nullable=False),
    sa.Index("worker_record_worker", "worker", "first_position"),
)


def project(rows: Rows, change: Change) -> None:
    declaration = change.declaration
    if declaration is None:
        return
    standing = {
        "status": declaration.status,
        "waiting_for": declaration.waiting_for,
        "last_position": declaration.position,
    }
    if isinstance(change.event, DeclarationMade):
        rows.add(
            {
                "declaration": declaration.id,
                "worker": declaration.worker,
                "kind": declaration.kind,
                "received_at": declaration.received_at,
                "first_position": declaration.position,
                **standing,
            }
        )
    else:
        rows.change(declaration.id, **standing)
