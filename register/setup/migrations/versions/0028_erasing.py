"""The tombstones that were published, and the ids of declarations that they name."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0028"
down_revision = "0027"

ONLY_ADDED_TO = {
    "tombstones": "number = NEW.number OR erasure = NEW.erasure",
    "tombstoned": "declaration = NEW.declaration",
}
"""The tables to which rows are added and nothing else, each with what makes two rows the same."""


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("number", Position, primary_key=True, autoincrement=False),
        sa.Column("erasure", sa.Uuid, nullable=False, unique=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("published_at", Moment, nullable=False),
    )
    op.create_table("tombstoned", sa.Column("declaration", sa.Uuid, primary_key=True))
    op.create_table(
        "erasures",
        sa.Column("stream", sa.Uuid, primary_key=True),
        sa.Column("asked", Position, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("erasures_asked", "erasures", ["asked"])
    op.create_index("erasures_state", "erasures", ["state"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, same in ONLY_ADDED_TO.items():
        for statement in _on_sqlite(table, same) if is_sqlite else _on_postgresql(table):
            op.execute(statement)


def _on_sqlite(table: str, same: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}",
    ]


def _on_postgresql(table: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
    ]
