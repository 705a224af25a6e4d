"""One-time links and browser sessions in the database. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from register.access.tables import invites, sessions

INVITED_FOR = timedelta(minutes=15)
IDLE = timedelta(hours=12)
"""A session ends when it has not been used for this long."""
ABSOLUTE = timedelta(days=7)
"""A session ends this long after it began, however much it is used."""
NOTED_EVERY = timedelta(minutes=5)
"""The last use of a session is written down at most this often."""

OWNER = sa.select(sessions.c.person, sessions.c.used_at).where(
    sessions.c.hash == sa.bindparam("session"),
    sessions.c.used_at > sa.bindparam("used_after"),
    sessions.c.began_at > sa.bindparam("began_after"),
)


def invite(connection: sa.Connection, person: str, now: datetime) -> str:
    """A new code that signs somebody in once, within 15 minutes; their earlier codes end."""
    code = _secret()
    connection.execute(sa.delete(invites).where(invites.c.person == person))
    row = {"hash": hash_of(code), "person": person, "expires_at": now + INVITED_FOR}
    connection.execute(sa.insert(invites), row)
    return code


def is_code(connection: sa.Connection, code: str) -> bool:
    """Whether there is such a code, whatever its age."""
    query = sa.select(invites.c.person).where(invites.c.hash == hash_of(code))
    return connection.execute(query).first() is not None


def is_session(connection: sa.Connection, session: str) -> bool:
    """Whether there is such a session, whatever its age."""
    query = sa.select(sessions.c.person).where(sessions.c.hash == hash_of(session))
    return connection.execute(query).first() is not None


def accept(connection: sa.Connection, code: str, now: datetime) -> str | None:
    """Use up a code; gives whose it is, or None if it does not hold (any more)."""
    used = connection.execute(
        sa.delete(invites)
        .where(invites.c.hash == hash_of(code))
        .returning(invites.c.person, invites.c.expires_at)
    ).first()
    return used.person if used is not None and now < used.expires_at else None


def begin(connection: sa.Connection, person: str, now: datetime) -> str:
    """Begin a session; gives its id, 256 random bits. Only the hash is stored."""
    session = _secret()
    row = {"hash": hash_of(session), "person": person, "began_at": now, "used_at": now}
    connection.execute(sa.insert(sessions), row)
    return session


def owner(connection: sa.Connection, session: str, now: datetime) -> tuple[str | None, bool]:
    """Whose session it is (None once it has ended), and whether to write down this use of it."""
    asked = {"session": hash_of(session), "used_after": now - IDLE, "began_after": now - ABSOLUTE}
    row = connection.execute(OWNER, asked).first()
    if row is None:
        return None, False
    return row.person, now - row.used_at > NOTED_EVERY


def note_use(connection: sa.Connection, session: str, now: datetime) -> None:
    connection.execute(
        sa.update(sessions).where(sessions.c.hash == hash_of(session)).values(used_at=now)
    )


def end(connection: sa.Connection, session: str) -> None:
    connection.execute(sa.delete(sessions).where(sessions.c.hash == hash_of(session)))


def forget_ended(connection: sa.Connection, now: datetime) -> None:
    """Delete the sessions and codes that have ended."""
    over = sa.or_(sessions.c.used_at <= now - IDLE, sessions.c.began_at <= now - ABSOLUTE)
    connection.execute(sa.delete(sessions).where(over))
    connection.execute(sa.delete(invites).where(invites.c.expires_at <= now))


def _secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
