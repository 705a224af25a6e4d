"""Sessions say by which ways they began; a row that signs somebody in has a mark that takes the
keys. What was there before has none: it is over."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("DELETE FROM passkeys")  # each is sealed for its person by now
    op.drop_table("invites")
    op.create_table(
        "invites",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )
    op.create_index("ix_invites_person", "invites", ["person"])
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, nullable=False),
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
    _tokens_links_and_bindings()


def _tokens_links_and_bindings() -> None:
    op.drop_table("tokens")
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, nullable=False),
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
    op.drop_table("links")
    op.create_table(
        "links",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("asks_number", sa.Boolean, nullable=False),
        sa.Column("works_from", Moment, nullable=False),
        sa.Column("works_until", Moment, nullable=False),
    )
    op.create_index("ix_links_person", "links", ["person"])
    op.drop_table("bindings")
    op.create_table(
        "bindings",
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("bound_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment, nullable=False),
    )
    op.create_index("ix_bindings_person", "bindings", ["person", "provider"], unique=True)
