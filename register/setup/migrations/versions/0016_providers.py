"""Who signs in as whom at a provider; and what is taken only once."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "bindings",
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("bound_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment, nullable=False),
    )
    op.create_index("ix_bindings_person", "bindings", ["person", "provider"], unique=True)
    op.create_table(
        "used_once",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("kept_until", Moment, nullable=False),
    )
    op.create_index("ix_used_once_kept_until", "used_once", ["kept_until"])
