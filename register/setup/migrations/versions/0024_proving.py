"""The tree over the log, and the checkpoints that were signed."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0024"
down_revision = "0023"

ONLY_ADDED_TO = {
    "tree_leaves": '"index" = NEW."index" OR position = NEW.position',
    "tree_nodes": 'level = NEW.level AND "index" = NEW."index"',
    "checkpoints": "number = NEW.number OR (key = NEW.key AND size = NEW.size)",
    "successions": "key = NEW.key",
}
"""The tables to which rows are added and nothing else, each with what makes two rows the same."""


def upgrade() -> None:
    op.create_table(
        "tree_leaves",
        sa.Column("index", Position, primary_key=True, autoincrement=False),
        sa.Column("position", Position, nullable=False, unique=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tree_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", Position, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", Position, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("size", Position, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sa.UniqueConstraint("key", "size", name="checkpoints_key_size"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "successions",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
    )
    op.create_table(
        "signing",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("said_at", Moment, nullable=False),
        sa.Column("word", sa.Text),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, same in ONLY_ADDED_TO.items():
        for statement in _on_sqlite(table, same) if is_sqlite else _on_postgresql(table):
            op.execute(statement)


def _on_sqlite(table: str, same: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without a sound while recursive_triggers is off.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}",
    ]


def _on_postgresql(table: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
        # ALWAYS: also for a session that sets session_replication_role to replica.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
    ]
