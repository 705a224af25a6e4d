"""The tables of one-time links, sessions and tokens, of which only hashes are stored; and, sealed,
of the answers to forms and of what people looked for."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.tables import Moment

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
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
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

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("subject", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("bound_at", Moment, nullable=False),
    sa.Column("last_used_at", Moment, nullable=False),
    sa.Index("ix_bindings_person", "person", "provider", unique=True),
)
"""Who signs in as whom at a provider, whose name for them is a blind index here."""

used_once = sa.Table(
    "used_once",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("kept_until", Moment, nullable=False, index=True),
)
"""Answers and messages of providers, each of which is taken once."""
