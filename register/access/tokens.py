"""Bearer tokens, with which programs call the API. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from register.access.tables import tokens

OWNERS = sa.select(tokens.c.hash, tokens.c.person).where(
    tokens.c.hash.in_(sa.bindparam("hashes", expanding=True))
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


def owners(connection: sa.Connection, given: Sequence[str]) -> list[str | None]:
    """The owner of each token, in the order given; None for an unknown token."""
    hashes = [_hash(token) for token in given]
    people = dict(iter(connection.execute(OWNERS, {"hashes": hashes})))
    return [people.get(each) for each in hashes]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
