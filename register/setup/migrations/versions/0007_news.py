"""News for those who read what others declare, and who has seen what.

`register rebuild --accept` fills the new read models. What workers had seen is kept.
"""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Position

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("position", Position, primary_key=True, autoincrement=False),
        sa.Column("declaration", sa.Uuid, nullable=False),
        sa.Column("done_by", sa.Text),
        sa.Column("only_for", sa.Text),
    )
    op.create_index("news_declaration", "news", ["declaration"])
    op.create_table(
        "named",
        sa.Column("since", Position, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Uuid, nullable=False),
        sa.Column("above", sa.Text),
    )
    op.create_index("named_stream", "named", ["stream"])
    op.create_table(
        "seen_up_to",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("position", Position, nullable=False),
    )
    _change_told()
    _change_seen()


def _change_told() -> None:
    """From here on with the position since which somebody is told."""
    op.rename_table("told", "told_before")
    op.create_table(
        "told",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("since", Position, nullable=False),
    )
    op.execute(
        "INSERT INTO told (person, declaration, since)"
        " SELECT person, declaration, 0 FROM told_before"
    )
    op.drop_table("told_before")


def _change_seen() -> None:
    """From here on by person, as not only the worker looks."""
    op.rename_table("seen", "seen_before")
    op.create_table(
        "seen",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("position", Position, nullable=False),
    )
    op.execute(
        "INSERT INTO seen (person, declaration, position)"
        " SELECT worker, declaration, position FROM seen_before"
        " JOIN worker_record USING (declaration)"
    )
    op.drop_table("seen_before")
