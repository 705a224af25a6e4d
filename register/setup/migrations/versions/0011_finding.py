"""What people looked for, sealed; and declarations in the order of the day on which it happened."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sought",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_sought_person", "sought", ["person"])
    op.create_index("register_list_happened_on", "register_list", ["happened_on", "first_position"])
