"""What identity providers write of people, sealed; and groups of their own."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "provisioned",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column("user_name", sa.LargeBinary, nullable=False),
        sa.Column("external_id", sa.LargeBinary),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "provisioned_groups",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("members", sa.JSON, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )
