"""The log, its keys, and the triggers that keep it append-only."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0001"
down_revision = None

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END
    """,
    """
    CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END
    """,
    # INSERT OR REPLACE deletes the old row without a sound while recursive_triggers is off.
    """
    CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
    WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM entries WHERE originator_id = NEW.originator_id
                 AND originator_version = NEW.originator_version)
    BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'entries are append-only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_append_only()
    """,
    # ALWAYS: also for a session that sets session_replication_role to replica.
    "ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only",
)


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", Position, primary_key=True, autoincrement=True),
        sa.Column("originator_id", sa.Uuid, nullable=False),
        sa.Column("originator_version", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.UniqueConstraint("originator_id", "originator_version", name="entries_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_recorded_at", "entries", ["recorded_at"])
    op.create_table(
        "entry_keys",
        sa.Column("originator_id", sa.Uuid, primary_key=True),
        sa.Column("originator_version", sa.BigInteger, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tracking",
        sa.Column("follower", sa.Text, primary_key=True),
        sa.Column("position", Position, nullable=False),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)
