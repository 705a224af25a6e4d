"""When each alert was first opened, and when somebody first acted on each declaration (`register
rebuild` fills both in for what is there already)."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("opened_at", Moment))
    op.create_index("inbox_due_at", "inbox", ["state", "due_at"])
    op.add_column("register_list", sa.Column("acted_at", Moment))
    op.create_index("register_list_received_at", "register_list", ["valid_to", "received_at"])
