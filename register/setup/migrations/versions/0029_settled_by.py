"""Who settled what only those see who act: they still do afterwards. Of everything else it stays
empty (`register rebuild --accept` fills it in for what is there already)."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("register_list", sa.Column("settled_by", sa.Text))
