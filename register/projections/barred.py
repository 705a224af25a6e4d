"""Whom each declaration is or ever was about, by blind index: they are barred from it."""

from __future__ import annotations

import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade
from register.projections.change import Change, metadata
from register.projections.rows import Rows

barred = sa.Table(
    "barred",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("person", sa.LargeBinary, primary_key=True),
)


def project(rows: Rows, change: Change) -> None:
    if isinstance(change.event, DeclarationMade | DeclarationCorrected):
        for person in change.subject_indexes:
            rows.add_if_new({"declaration": change.event.originator_id, "person": person})
