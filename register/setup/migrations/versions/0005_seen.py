"""How far workers have looked; what was there before this counts as looked at."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Position

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "seen",
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("position", Position, nullable=False),
    )
    op.execute(
        "INSERT INTO seen (declaration, position)"
        " SELECT declaration, last_position FROM worker_record"
    )
