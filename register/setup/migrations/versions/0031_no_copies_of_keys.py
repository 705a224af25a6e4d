"""What is destroyed stays nowhere else in PostgreSQL's files: it makes no statistics of keys and
sealed words any more, those that it has go, and tables from which something went are rewritten.

The first `register erase` after this rewrites them all, for what went before.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

SEALED = {
    "entry_keys": ("wrapped",),
    "job_parts": ("box", "wrapped"),
    "kept_pages": ("box",),
    "looks": ("box", "wrapped"),
    "passkeys": ("box", "wrapped"),
    "passwords": ("box", "wrapped"),
    "provisioned": ("box", "wrapped"),
    "sought": ("box", "wrapped"),
    "ways": ("box", "wrapped"),
}
"""The columns with what was wrapped or sealed, by their tables."""
LOST = (*SEALED, "pg_statistic")
"""The tables from which something went, or may have."""


def upgrade() -> None:
    to_rewrite = op.create_table(
        "to_rewrite",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in SEALED.items():
        # The same type again rewrites nothing, but drops what PostgreSQL noted of the column.
        changes = (
            f"ALTER COLUMN {each} TYPE bytea, ALTER COLUMN {each} SET STATISTICS 0"
            for each in columns
        )
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
    op.bulk_insert(to_rewrite, [{"id": uuid4(), "name": each} for each in LOST])
