"""Whom those cover for who are told or alerted (`register rebuild --accept` fills it); links by
administrators, those to which a second person agreed, and who ever signed in."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0013"
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
    op.create_table(
        "links",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("asks_number", sa.Boolean, nullable=False),
        sa.Column("works_from", Moment, nullable=False),
        sa.Column("works_until", Moment, nullable=False),
    )
    op.create_index("ix_links_person", "links", ["person"])
    op.create_table(
        "agreed_links",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("asked_by", sa.Text, primary_key=True),
        sa.Column("agreed_at", Moment, nullable=False),
    )
    op.create_table(
        "came_in",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("first_at", Moment, nullable=False),
    )
