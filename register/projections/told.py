"""Who was told about which declaration: they may see it from then on."""

from __future__ import annotations

import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade, DeclarationPassed
from register.projections.change import Change, metadata
from register.projections.rows import Rows

told = sa.Table(
    "told",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("declaration", sa.Uuid, primary_key=True),
)


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case DeclarationMade(ruling=ruling) | DeclarationCorrected(ruling=ruling):
            people = [each.person for each in ruling.tells]
        case DeclarationPassed(person=person):
            people = [person]
        case _:
            return
    for person in people:
        row = {"person": person, "declaration": change.event.originator_id}
        rows.add_if_new(row)
