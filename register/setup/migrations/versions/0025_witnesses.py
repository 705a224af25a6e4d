"""What witnesses signed of checkpoints, and what became of asking them."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "cosignatures",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("size", Position, primary_key=True, autoincrement=False),
        sa.Column("witness", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("cosigned_at", Moment, nullable=False),
    )
    op.create_table(
        "witnesses",
        sa.Column("witness", sa.Text, primary_key=True),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("word", sa.Text),
    )
