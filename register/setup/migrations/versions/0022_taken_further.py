"""Which streams hold what was taken further, and who was asked at the same time as the first."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "further",
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("declaration", sa.Uuid, nullable=False),
    )
    op.add_column("asked_as_well", sa.Column("at_once", sa.Boolean))
    op.execute("UPDATE asked_as_well SET at_once = false")
