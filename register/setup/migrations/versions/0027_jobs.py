"""What auditors asked to be done, and the bundles that were made, sealed."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment

revision = "0027"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("with_words", sa.Boolean, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("begun_at", Moment),
        sa.Column("erased", sa.BigInteger),
        sa.Column("reached", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("end", sa.Text),
        sa.Column("said", sa.Text),
    )
    op.create_table(
        "job_parts",
        sa.Column("job", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
