"""The services that a declaration concerns, if they are more than one: a correction named the
service user of another."""

from __future__ import annotations

import sqlalchemy as sa

from events.declarations import DeclarationCorrected
from register.projections.change import Change, metadata
from register.projections.rows import Rows

elsewhere = sa.Table(
    "elsewhere",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
)


def project(rows: Rows, change: Change) -> None:
    declaration = change.declaration
    if declaration is None or not isinstance(change.event, DeclarationCorrected):
        return
    if declaration.matter.also:
        for service in declaration.matter.services:
            rows.add_if_new({"declaration": declaration.id, "service": service})
