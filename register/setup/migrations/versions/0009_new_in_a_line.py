"""Since when a declaration is hidden from whoever comes new above its worker."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("register_list", sa.Column("hidden_before", Moment))
