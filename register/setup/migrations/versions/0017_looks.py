"""Who has looked: sealed rows, and blind indexes of what each look was at."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Id, Moment, Position

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("number", Position, primary_key=True, autoincrement=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("again_of", Position),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("same", sa.LargeBinary),
        sa.Column("by", sa.LargeBinary),
        sa.Column("box", sa.LargeBinary),
        sa.Column("key", Id),
        sa.Column("master", sa.Integer),
        sa.Column("wrapped", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_looks_again_of", "looks", ["again_of"])
    op.create_index("ix_looks_at", "looks", ["at"])
    op.create_index("looks_same", "looks", ["same", "at"])
    op.create_index("looks_by", "looks", ["by", "number"])
    op.create_table(
        "looked_at",
        sa.Column("look", Position, primary_key=True, autoincrement=False),
        sa.Column("declaration", sa.LargeBinary, primary_key=True),
        sa.Column("worker", sa.LargeBinary, nullable=False),
    )
    op.create_index("looked_at_declaration", "looked_at", ["declaration", "look"])
    op.create_index("looked_at_worker", "looked_at", ["worker", "look"])
