"""One-time links and browser sessions in the database. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from register.access.lasting import ON_A_PHONE
from register.access.marks import Marks
from register.access.means import How
from register.access.tables import invites, sessions
from register.errors import UnauthenticatedError

SIGN_IN = "Please sign in."
INVITED_FOR = timedelta(minutes=15)
TOGETHER = 500
"""How many sessions one statement looks for."""
NOTED_EVERY = timedelta(minutes=1)
"""The last use of a session is written down at most this often."""


@dataclass(frozen=True)
class Session:
    """A session of a browser, as it is stored."""

    id: str
    """Names it to its owner; it signs nobody in."""
    person: str
    how: How
    """How they last proved who they are."""
    browser: str
    """Which browser it is, in a few words."""
    held: frozenset[str]
    """The roles that they had when it was last used."""
    began_at: datetime
    used_at: datetime
    verified_at: datetime | None
    """When they last proved who they are; None for whoever came by a link."""
    ways: frozenset[str] = frozenset()
    """All by which they came in and proved who they are."""
    is_limited: bool = False
    """Whether it is enough to declare, and for nothing else."""


@dataclass(frozen=True)
class OfProvider:
    """What a provider calls a session, as blind indexes, so that it can end it."""

    name: str | None = None
    session: bytes | None = None
    subject: bytes | None = None


NO_PROVIDER = OfProvider()

KNOWN = sa.select(
    *(sessions.c[each] for each in ("hash", "mark", "id", "person", "how", "browser", "held")),
    *(sessions.c[each] for each in ("ways", "began_at", "used_at", "verified_at")),
)
BY_HASH = KNOWN.where(sessions.c.hash == sa.bindparam("session"))


def invite(connection: sa.Connection, marks: Marks, person: str, now: datetime) -> str:
    """A new code that signs somebody in once, within 15 minutes; their earlier codes end."""
    code = _secret()
    connection.execute(sa.delete(invites).where(invites.c.person == person))
    row = {"hash": hash_of(code), "person": person, "expires_at": now + INVITED_FOR}
    connection.execute(sa.insert(invites), marks.marked(invites, row))
    return code


def is_code(connection: sa.Connection, code: str) -> bool:
    """Whether there is such a code, whatever its age."""
    query = sa.select(invites.c.person).where(invites.c.hash == hash_of(code))
    return connection.execute(query).first() is not None


def accept(connection: sa.Connection, marks: Marks, code: str, now: datetime) -> str | None:
    """Use up a code; gives whose it is, or None if it does not hold (any more)."""
    used = connection.execute(
        sa.delete(invites).where(invites.c.hash == hash_of(code)).returning(*invites.c)
    ).first()
    if used is None or not marks.is_ours(invites, used):
        return None
    return used.person if now < used.expires_at else None


def begin(
    connection: sa.Connection, marks: Marks, session: Session, provider: OfProvider = NO_PROVIDER
) -> str:
    """Begin a session; gives its secret, of which only the hash is stored."""
    secret = f"{_secret()}{BETWEEN}{_secret()}"
    row = {
        **_row(hash_of(secret), session),
        "provider": provider.name,
        "provider_session": provider.session,
        "provider_subject": provider.subject,
    }
    connection.execute(sa.insert(sessions), marks.marked(sessions, row))
    return secret


def _row(secret: bytes, session: Session) -> dict[str, Any]:
    """`secret` is its hash."""
    return {
        "hash": secret,
        "id": session.id,
        "person": session.person,
        "how": session.how,
        "browser": session.browser,
        "held": _joined(session.held),
        "ways": _joined(session.ways),
        "began_at": session.began_at,
        "used_at": session.used_at,
        "verified_at": session.verified_at,
    }


def new_id() -> str:
    return secrets.token_urlsafe(9)


def found(connection: sa.Connection, marks: Marks, session: str) -> Session | None:
    """The session with this secret, whether it has ended or not."""
    row = connection.execute(BY_HASH, {"session": hash_of(session)}).first()
    return None if row is None or not marks.is_ours(sessions, row) else _session(row)


def all_found(
    connection: sa.Connection, marks: Marks, secrets: Collection[str]
) -> dict[str, Session]:
    """The sessions with these secrets that are there, whether they have ended or not."""
    by_hash = {hash_of(each): each for each in secrets}
    hashes, found = list(by_hash), {}
    for start in range(0, len(hashes), TOGETHER):
        query = KNOWN.where(sessions.c.hash.in_(hashes[start : start + TOGETHER]))
        for row in connection.execute(query):
            if marks.is_ours(sessions, row):
                found[by_hash[row.hash]] = _session(row)
    return found


def of(connection: sa.Connection, person: str) -> list[Session]:
    """A person's sessions, the one used last before the others."""
    last_first = sessions.c.used_at.desc(), sessions.c.id
    theirs = KNOWN.where(sessions.c.person == person).order_by(*last_first)
    return [_session(row) for row in connection.execute(theirs)]


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        row.id,
        row.person,
        How(row.how),
        row.browser,
        frozenset(row.held.split()),
        row.began_at,
        row.used_at,
        row.verified_at,
        frozenset(row.ways.split()),
    )


def _joined(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def note_use(connection: sa.Connection, session: str, held: Iterable[str], now: datetime) -> None:
    """Write down that a session is used, and in which roles."""
    used = {"used_at": now, "held": _joined(held)}
    connection.execute(sa.update(sessions).where(sessions.c.hash == hash_of(session)).values(used))


def verify(
    connection: sa.Connection,
    marks: Marks,
    session: str,
    known: Session,
    provider: OfProvider = NO_PROVIDER,
) -> str:
    """Note that its owner has proved who they are, as `known` now says; gives its new secret, as
    the old one ends. `provider`: what the provider where they did so calls the session from now on.
    """
    secret = f"{_secret()}{BETWEEN}{lasting_part(session)}"
    this = sessions.c.hash == hash_of(session)
    if provider.session is not None:
        called = {"provider_session": provider.session, "provider_subject": provider.subject}
        there = this & (sessions.c.provider == provider.name)
        connection.execute(sa.update(sessions).where(there).values(called))
    new = marks.marked(sessions, _row(hash_of(secret), known))
    connection.execute(sa.update(sessions).where(this).values(new))
    return secret


def check_goes_on(connection: sa.Connection, person: str, session_id: str) -> None:
    """For what gives its owner another way to come in: nobody does so in a session that has just
    been ended. Raises `UnauthenticatedError`."""
    this = sessions.c.person == person, sessions.c.id == session_id
    if connection.execute(sa.select(sessions.c.id).where(*this)).first() is None:
        raise UnauthenticatedError(SIGN_IN)


def end(connection: sa.Connection, session: str) -> None:
    connection.execute(sa.delete(sessions).where(sessions.c.hash == hash_of(session)))


def end_one(connection: sa.Connection, person: str, session_id: str) -> None:
    """End the session of a person that has this id."""
    _end(connection, sessions.c.person == person, sessions.c.id == session_id)


def end_all(connection: sa.Connection, person: str, but: str | None = None) -> int:
    """End a person's sessions, but not the one with the id `but`; gives how many ended."""
    others = sa.true() if but is None else sessions.c.id != but
    return _end(connection, sessions.c.person == person, others)


def end_with_way(
    connection: sa.Connection, person: str, way: str, by: str, but: str | None = None
) -> int:
    """End sessions as a way to sign in is removed: where its owner does it, those that it began or
    in which it proved who they are, but not the one with the id `but`; where somebody else does,
    all, as whoever used it may have come in by more."""
    if by != person:
        return end_all(connection, person)
    theirs = [each.id for each in of(connection, person) if way in each.ways and each.id != but]
    return _end(connection, sessions.c.id.in_(theirs))


def end_of_provider(connection: sa.Connection, provider: OfProvider) -> int:
    """End what a provider says is over: one session, or all of whom it calls by this subject."""
    if provider.session is not None:
        return _end(connection, sessions.c.provider_session == provider.session)
    return _end(connection, sessions.c.provider_subject == provider.subject)


def _end(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(sessions).where(*which)).rowcount


def forget_ended(connection: sa.Connection, now: datetime) -> None:
    """Delete the sessions and codes that are too old for anybody."""
    connection.execute(sa.delete(sessions).where(sessions.c.began_at <= now - ON_A_PHONE))
    connection.execute(sa.delete(invites).where(invites.c.expires_at <= now))


BETWEEN = "."


def lasting_part(session: str) -> str:
    """The part of a session's secret that stays when its owner signs in again: what is kept for the
    session is sealed under it. By itself it opens no session."""
    return session.partition(BETWEEN)[2]


def _secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
