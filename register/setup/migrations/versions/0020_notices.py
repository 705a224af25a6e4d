"""What is to be told to whom, the messages that carry it, and how people are reached."""

import sqlalchemy as sa
from alembic import op

from events.log.tables import Moment, Position

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("alert", sa.Uuid),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("position", Position),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("spread_at", Moment),
    )
    op.create_index("ix_notices_alert", "notices", ["alert"])
    to_spread = sa.text("spread_at IS NULL")
    op.create_index(
        "notices_to_spread",
        "notices",
        ["made_at"],
        sqlite_where=to_spread,
        postgresql_where=to_spread,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("way", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("send_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", Moment),
        sa.Column("leased_by", sa.Uuid),
        sa.Column("leased_until", Moment),
        sa.Column("sent_at", Moment),
        sa.Column("reason", sa.Text),
    )
    op.create_index("outbox_way", "outbox", ["way", "state"])
    op.create_index("outbox_tried", "outbox", ["person", "channel", "tried_at"])
    op.create_index("outbox_made", "outbox", ["made_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "outbox_to_send",
        "outbox",
        ["channel", "send_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "carried",
        sa.Column("message", sa.Uuid, primary_key=True),
        sa.Column("notice", sa.Uuid, primary_key=True),
    )
    op.create_index("carried_notice", "carried", ["notice"])
    op.create_table(
        "ways",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_ways_person", "ways", ["person"])
    op.create_table(
        "notice_choices",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("pace", sa.Text, nullable=False),
    )
