"""Sessions and tokens with what is known of each; all earlier ones are over."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0012"
down_revision = "0011"


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
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
        sa.Column("verified_at", Moment),
    )
    for column in ("person", "provider_session", "provider_subject"):
        op.create_index(f"ix_sessions_{column}", "sessions", [column])
    op.drop_table("tokens")
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])
    op.create_table(
        "account_seen",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("position", Position, nullable=False),
    )
