"""Signing in: one-time links, and the sessions of browsers. Only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from register.access.tables import invites, sessions

INVITED_FOR = timedelta(minutes=15)
IDLE = timedelta(hours=12)
"""A session that was not used for so long has ended."""
ABSOLUTE = timedelta(days=7)
"""No session lasts longer."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is kept when a session was used last."""

OWNER = sa.select(sessions.c.person, sessions.c.used_at).where(
    sessions.c.hash == sa.bindparam("session"),
    sessions.c.used_at > sa.bindparam("used_after"),
    sessions.c.began_at > sa.bindparam("began_after"),
)


def invite(connection: sa.Connection, person: str, now: datetime) -> str:
    """A code that signs somebody in once, within 15 minutes; earlier ones end."""
    code = _secret()
    connection.execute(sa.delete(invites).where(invites.c.person == person))
    row = {"hash": _hash(code), "person": person, "expires_at": now + INVITED_FOR}
    connection.execute(sa.insert(invites), row)
    return code


def accept(connection: sa.Connection, code: str, now: datetime) -> str | None:
    """Whose code it is, if it still holds; it never does again."""
    used = connection.execute(
        sa.delete(invites)
        .where(invites.c.hash == _hash(code))
        .returning(invites.c.person, invites.c.expires_at)
    ).first()
    return used.person if used is not None and now < used.expires_at else None


def begin(connection: sa.Connection, person: str, now: datetime) -> str:
    """A session's id, 256 random bits; only its hash is kept."""
    session = _secret()
    row = {"hash": _hash(session), "person": person, "began_at": now, "used_at": now}
    connection.execute(sa.insert(sessions), row)
    return session


def owner(connection: sa.Connection, session: str, now: datetime) -> tuple[str | None, bool]:
    """Whose session it is, while it lasts; and whether its use is due to be noted."""
    asked = {"session": _hash(session), "used_after": now - IDLE, "began_after": now - ABSOLUTE}
    row = connection.execute(OWNER, asked).first()
    if row is None:
        return None, False
    return row.person, now - row.used_at > NOTED_EVERY


def note_use(connection: sa.Connection, session: str, now: datetime) -> None:
    connection.execute(
        sa.update(sessions).where(sessions.c.hash == _hash(session)).values(used_at=now)
    )


def end(connection: sa.Connection, session: str) -> None:
    connection.execute(sa.delete(sessions).where(sessions.c.hash == _hash(session)))


def forget_ended(connection: sa.Connection, now: datetime) -> None:
    """Sessions and codes that no longer hold."""
    over = sa.or_(sessions.c.used_at <= now - IDLE, sessions.c.began_at <= now - ABSOLUTE)
    connection.execute(sa.delete(sessions).where(over))
    connection.execute(sa.delete(invites).where(invites.c.expires_at <= now))


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
