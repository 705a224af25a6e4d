"""The tables of one-time links, sessions and tokens, of which only hashes are stored; of the other
ways to sign in; of how far people have seen the news of their account; and, sealed, of the answers
to forms and of what people looked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from events.log.tables import Moment, Position

metadata = sa.MetaData()


class Named(sa.types.TypeDecorator[str]):
    """What somebody asks for by its name. PostgreSQL has no text with a NUL, and fails where one is
    compared: here it is the name of nothing, on every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: sa.Dialect) -> str | None:
        return None if value is None or "\0" in value else value


def _sealed() -> list[sa.Column[Any]]:
    """The columns of what is sealed beside the log, each row under a key of its own."""
    return [
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("master", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    ]


invites = sa.Table(
    "invites",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("mark", sa.LargeBinary, nullable=False),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("expires_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("mark", sa.LargeBinary, nullable=False),
    sa.Column("id", Named, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("provider", sa.Text),
    sa.Column("provider_session", sa.LargeBinary, index=True),
    sa.Column("provider_subject", sa.LargeBinary, index=True),
    sa.Column("held", sa.Text, nullable=False),
    sa.Column("ways", sa.Text, nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
    sa.Column("verified_at", Moment),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("mark", sa.LargeBinary, nullable=False),
    sa.Column("id", Named, nullable=False, unique=True),
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
    sa.Column("id", Named, primary_key=True),
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
    sa.Column("mark", sa.LargeBinary, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("provider", Named, nullable=False),
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

tries = sa.Table(
    "tries",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("budget", sa.LargeBinary, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Index("ix_tries_budget", "budget", "at"),
)

passkeys = sa.Table(
    "passkeys",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("counter", sa.BigInteger, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    *_sealed(),
)

challenges = sa.Table(
    "challenges",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("used_at", Moment, nullable=False, index=True),
)

passwords = sa.Table(
    "passwords",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("set_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    *_sealed(),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("mark", sa.LargeBinary, nullable=False),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("asks_number", sa.Boolean, nullable=False),
    sa.Column("works_from", Moment, nullable=False),
    sa.Column("works_until", Moment, nullable=False),
)

agreed_links = sa.Table(
    "agreed_links",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("asked_by", sa.Text, primary_key=True),
    sa.Column("agreed_at", Moment, nullable=False),
)

came_in = sa.Table(
    "came_in",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("first_at", Moment, nullable=False),
)
