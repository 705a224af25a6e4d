"""Sessions of browsers, the codes that begin them, and which service users are known."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "invites",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("ix_invites_person", "invites", ["person"])
    op.create_table(
        "sessions",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "service_users",
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("service_user", sa.LargeBinary, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
    )
    op.create_index("ix_service_users_service_user", "service_users", ["service_user"])
