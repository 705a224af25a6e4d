"""Who was told of which declaration: they keep sight of it."""

from __future__ import annotations

import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade, DeclarationPassed
from register.projections.change import Change, metadata

told = sa.Table(
    "told",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("declaration", sa.Uuid, primary_key=True),
)


def project(connection: sa.Connection, change: Change) -> None:
    match change.event:
        case DeclarationMade(outcome=outcome) | DeclarationCorrected(outcome=outcome):
            people = {each.person for each in outcome.tells}
        case DeclarationPassed(person=person):
            people = {person}
        case _:
            return
    declaration = change.event.originator_id
    known = sa.select(told.c.person).where(told.c.declaration == declaration)
    new = people - set(connection.execute(known).scalars())
    if new:
        rows = [{"person": person, "declaration": declaration} for person in sorted(new)]
        connection.execute(sa.insert(told), rows)
