"""Who was told about which declaration, and since when: they may see it from then on."""

from __future__ import annotations

import sqlalchemy as sa

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

told = sa.Table(
    "told",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("since", Position, nullable=False),
)


def project(rows: Rows, change: Change) -> None:
    """Whoever is new among those who were told. One event may tell some, or none."""
    if change.declaration is not None and isinstance(change.event, TELLS):
        for person in change.declaration.told:
            rows.add_if_new(
                {
                    "person": person,
                    "declaration": change.declaration.id,
                    "since": change.event.position,
                }
            )


TELLS = (
    DeclarationMade,
    DeclarationCorrected,
    DeclarationPassed,
    DeclarationReviewed,
    DeclarationReopened,
    ActionAgreed,
)
