"""Sessions with the ways by which their owners came in; all earlier ones are over."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("provider", sa.Text),
        sa.Column("provider_session", sa.LargeBinary),
        sa.Column("provider_subject", sa.LargeBinary),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("ways", sa.Text, nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
        sa.Column("verified_at", Moment),
    )
    for column in ("person", "provider_session", "provider_subject"):
        op.create_index(f"ix_sessions_{column}", "sessions", [column])
