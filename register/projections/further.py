"""Which streams hold what workers noted beside their declarations: those of what few may know."""

from __future__ import annotations

import sqlalchemy as sa

from events.further import DeclarationTakenFurther
from register.projections.change import Change, metadata
from register.projections.rows import Rows

further = sa.Table(
    "further",
    metadata,
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("declaration", sa.Uuid, nullable=False),
)


def project(rows: Rows, change: Change) -> None:
    if isinstance(change.event, DeclarationTakenFurther):
        event = change.event
        rows.add_if_new({"stream": event.originator_id, "declaration": event.declaration})
