"""The tables of what is to be told, of the messages that carry it, and of how people are reached.

None of them is a read model: they cannot be made again from the log.
"""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Moment, Position
from events.names import Delivery

metadata = sa.MetaData()

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("alert", sa.Uuid, index=True),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("position", Position),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("spread_at", Moment),
)
"""What is to be told to whom, written with the entry that causes it. It is spread once: then
messages carry it."""
sa.Index(
    "notices_to_spread",
    notices.c.made_at,
    sqlite_where=notices.c.spread_at.is_(None),
    postgresql_where=notices.c.spread_at.is_(None),
)

outbox = sa.Table(
    "outbox",
    metadata,
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
    sa.Column("ask_at", Moment),
    sa.Column("reason", sa.Text),
    sa.Index("outbox_way", "way", "state"),
    sa.Index("outbox_tried", "person", "channel", "tried_at"),
    sa.Index("outbox_made", "made_at"),
)
"""One message to one person by one way. Its id makes a second sending known as the same. `ask_at`
is when whoever carries it is asked next what became of it; None if nobody is."""
sa.Index(
    "outbox_to_send",
    outbox.c.channel,
    outbox.c.send_at,
    sqlite_where=outbox.c.state == Delivery.WAITING.value,
    postgresql_where=outbox.c.state == Delivery.WAITING.value,
)
sa.Index(
    "outbox_to_ask",
    outbox.c.ask_at,
    sqlite_where=outbox.c.ask_at.is_not(None),
    postgresql_where=outbox.c.ask_at.is_not(None),
)

carried = sa.Table(
    "carried",
    metadata,
    sa.Column("message", sa.Uuid, primary_key=True),
    sa.Column("notice", sa.Uuid, primary_key=True),
    sa.Index("carried_notice", "notice"),
)

ways = sa.Table(
    "ways",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Uuid, nullable=False),
    sa.Column("master", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
"""A device that takes pushes, or a telephone number: sealed. An e-mail address is the directory's.
"""

choices = sa.Table(
    "notice_choices",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("pace", sa.Text, nullable=False),
)
