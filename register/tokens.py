"""Bearer tokens: only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa

from events.tables import Moment, metadata

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
)


def create(connection: sa.Connection, person: str, now: datetime) -> str:
    """A new token for somebody: 256 random bits, shown once."""
    token = secrets.token_urlsafe(32)
    row = {"hash": _hash(token), "person": person, "created_at": now}
    connection.execute(sa.insert(tokens), row)
    return token


def revoke(connection: sa.Connection, person: str) -> int:
    """End all of somebody's tokens; gives how many there were."""
    return connection.execute(sa.delete(tokens).where(tokens.c.person == person)).rowcount


def owner(connection: sa.Connection, token: str) -> str | None:
    query = sa.select(tokens.c.person).where(tokens.c.hash == _hash(token))
    return connection.execute(query).scalar()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
