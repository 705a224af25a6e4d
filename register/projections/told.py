"""Who was told about which declaration, and since when: they may see it from then on. Whoever was
told as they covered for somebody may see it as long as they do."""

from __future__ import annotations

import sqlalchemy as sa

from events.alerts import DeclarationEscalated
from events.declarations import (
    ActionAgreed,
    DeclarationCorrected,
    DeclarationMade,
    DeclarationPassed,
    DeclarationReopened,
    DeclarationReviewed,
)
from events.log.tables import Position
from register.projections.change import Change, metadata
from register.projections.rows import Rows

FOR_GOOD = ""
"""Stands where somebody is told in their own place, and covers for nobody."""

told = sa.Table(
    "told",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("for_person", sa.Text, primary_key=True),
    sa.Column("since", Position, nullable=False),
)


def project(rows: Rows, change: Change) -> None:
    """Whoever is new among those who were told. One event may tell some, or none."""
    if change.declaration is not None and isinstance(change.event, TELLS):
        for_good = ((person, FOR_GOOD) for person in change.declaration.told)
        for person, away in (*for_good, *change.declaration.told_covering):
            rows.add_if_new(
                {
                    "person": person,
                    "declaration": change.declaration.id,
                    "for_person": away,
                    "since": change.event.position,
                }
            )


TELLS = (
    DeclarationMade,
    DeclarationCorrected,
    DeclarationPassed,
    DeclarationEscalated,
    DeclarationReviewed,
    DeclarationReopened,
    ActionAgreed,
)
