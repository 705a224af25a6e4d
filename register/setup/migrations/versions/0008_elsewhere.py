"""The services that declarations concern, if they are more than one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "elsewhere",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
    )
