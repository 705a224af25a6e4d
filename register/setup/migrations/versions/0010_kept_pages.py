"""The answers to forms that a browser may go back to, sealed."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "kept_pages",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("session", sa.LargeBinary, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
    )
    op.create_index("ix_kept_pages_session", "kept_pages", ["session"])
    op.create_index("ix_kept_pages_kept_at", "kept_pages", ["kept_at"])
