"""The tables of one-time links, sessions and tokens, of which only hashes are stored; of how far
people have seen the news of their account; and, sealed, of the answers to forms and of what people
looked for."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Moment, Position

metadata = sa.MetaData()

invites = sa.Table(
    "invites",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("expires_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("provider", sa.Text),
    sa.Column("provider_session", sa.LargeBinary, index=True),
    sa.Column("provider_subject", sa.LargeBinary, index=True),
    sa.Column("held", sa.Text, nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
    sa.Column("verified_at", Moment),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("services", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
)

account_seen = sa.Table(
    "account_seen",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("position", Position, nullable=False),
)

kept_pages = sa.Table(
    "kept_pages",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("session", sa.LargeBinary, nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("kept_at", Moment, nullable=False, index=True),
)

sought = sa.Table(
    "sought",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Uuid, nullable=False),
    sa.Column("master", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
