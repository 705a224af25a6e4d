"""Whom those cover for who are told or alerted; `register rebuild` fills it."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Position

revision = "0017"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("for_person", sa.Text))
    op.rename_table("told", "told_before")
    op.create_table(
        "told",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("declaration", sa.Uuid, primary_key=True),
        sa.Column("for_person", sa.Text, primary_key=True),
        sa.Column("since", Position, nullable=False),
    )
    op.execute(
        "INSERT INTO told (person, declaration, for_person, since)"
        " SELECT person, declaration, '', since FROM told_before"
    )
    op.drop_table("told_before")
