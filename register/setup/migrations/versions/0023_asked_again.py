"""When whoever carries a message is asked next what became of it."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("ask_at", Moment))
    to_ask = sa.text("ask_at IS NOT NULL")
    op.create_index(
        "outbox_to_ask", "outbox", ["ask_at"], sqlite_where=to_ask, postgresql_where=to_ask
    )
