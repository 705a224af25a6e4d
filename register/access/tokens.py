"""Bearer tokens, with which programs call the API. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from events.names import Scope as Scope
from register.access.marks import Marks
from register.access.tables import tokens

USUAL = (Scope.DECLARE, Scope.READ, Scope.ACT)
"""What a token is for where nobody says it."""
A_YEAR = timedelta(days=365)
"""A token ends this long after it was made, or before."""
UNUSED = timedelta(days=90)
"""A token ends when nobody has used it for this long."""
NOTED_EVERY = timedelta(minutes=5)
"""The last use of a token is written down at most this often."""
LONGEST_NAME = 60


@dataclass(frozen=True)
class Token:
    """A token as it is stored."""

    id: str
    """Names it to its owner; no program can call with it."""
    person: str
    name: str
    """What its owner calls it."""
    scopes: frozenset[Scope]
    services: frozenset[str]
    """It sees and does only what is of these services; none if it is not limited."""
    made_at: datetime
    ends_at: datetime
    used_at: datetime
    """When it was last used; when it was made, if it never was."""

    @property
    def is_used(self) -> bool:
        return self.used_at > self.made_at

    def lasts(self, now: datetime) -> bool:
        return now < self.ends_at and now - self.used_at < UNUSED


BY_HASH = sa.select(tokens).where(tokens.c.hash.in_(sa.bindparam("hashes", expanding=True)))


def create(
    connection: sa.Connection,
    marks: Marks,
    person: str,
    now: datetime,
    *,
    name: str = "",
    scopes: Collection[Scope] = USUAL,
    services: Collection[str] = (),
    ends_at: datetime | None = None,
) -> str:
    """A new token for somebody: 256 random bits, shown once."""
    token = secrets.token_urlsafe(32)
    row = {
        "hash": _hash(token),
        "id": secrets.token_urlsafe(9),
        "person": person,
        "name": name,
        "scopes": _joined(scopes),
        "services": _joined(services),
        "made_at": now,
        "ends_at": ends_at or now + A_YEAR,
        "used_at": now,
    }
    connection.execute(sa.insert(tokens), marks.marked(tokens, row))
    return token


def of(connection: sa.Connection, person: str) -> list[Token]:
    """A person's tokens, whether they have ended or not, the newest first."""
    newest_first = tokens.c.made_at.desc(), tokens.c.id
    theirs = sa.select(tokens).where(tokens.c.person == person).order_by(*newest_first)
    return [_token(row) for row in connection.execute(theirs)]


def end(connection: sa.Connection, person: str, token: str) -> None:
    """End the token of a person that has this id."""
    one = tokens.c.person == person, tokens.c.id == token
    connection.execute(sa.delete(tokens).where(*one))


def note_use(connection: sa.Connection, used: Collection[str], now: datetime) -> None:
    """Write down that the tokens with these ids are used."""
    connection.execute(sa.update(tokens).where(tokens.c.id.in_(list(used))).values(used_at=now))


def revoke(connection: sa.Connection, person: str) -> int:
    """End all of somebody's tokens; gives how many there were."""
    return connection.execute(sa.delete(tokens).where(tokens.c.person == person)).rowcount


def found(connection: sa.Connection, marks: Marks, given: Sequence[str]) -> list[Token | None]:
    """The token of each secret, in the order given, whether it has ended or not; None for one that
    is not known."""
    hashes = [_hash(token) for token in given]
    rows = connection.execute(BY_HASH, {"hashes": hashes})
    known = {row.hash: _token(row) for row in rows if marks.is_ours(tokens, row)}
    return [known.get(each) for each in hashes]


def _token(row: sa.Row[Any]) -> Token:
    return Token(
        row.id,
        row.person,
        row.name,
        frozenset(map(Scope, row.scopes.split())),
        frozenset(row.services.split()),
        row.made_at,
        row.ends_at,
        row.used_at,
    )


def _joined(words: Collection[str]) -> str:
    return " ".join(sorted(words))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
