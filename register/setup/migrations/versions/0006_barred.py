"""Whom declarations are about, by blind index."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "barred",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("person", sa.LargeBinary, primary_key=True),
    )
