"""What people did with declarations that may be news to others: which entry, and by whom."""

from __future__ import annotations

import sqlalchemy as sa

from events.alerts import DeclarationEscalated
from events.declarations import DeclarationPassed
from events.log.tables import Position
from register.declarations.history import actor_of
from register.declarations.news_to_others import SAYS
from register.projections.change import Change, metadata
from register.projections.rows import Rows

news = sa.Table(
    "news",
    metadata,
    sa.Column("position", Position, primary_key=True, autoincrement=False),
    sa.Column("declaration", sa.Uuid, nullable=False),
    sa.Column("done_by", sa.Text),
    sa.Column("only_for", sa.Text),
    sa.Index("news_declaration", "declaration"),
)
"""`only_for` is the one person to whom it is news; None if it may be news to many."""
ONLY_FOR = (DeclarationPassed, DeclarationEscalated)


def project(rows: Rows, change: Change) -> None:
    event = change.event
    if change.declaration is None or type(event) not in SAYS:
        return
    done_by = actor_of(event)
    only_for = event.person if isinstance(event, ONLY_FOR) else None
    if done_by is not None or only_for is not None:  # what the policy itself did is no news
        rows.add(
            {
                "position": event.position,
                "declaration": change.declaration.id,
                "done_by": done_by,
                "only_for": only_for,
            }
        )
