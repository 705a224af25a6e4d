"""Answers to forms, kept so that a browser can go back to them without sending the form again.

They hold what people wrote, so each is sealed under the session's own secret, of which the database
has only the hash: nobody but the browser that was answered can have it opened.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from register.access.sessions import hash_of, lasting_part
from register.access.tables import kept_pages

KEPT_FOR = timedelta(minutes=15)
MOST = 20
"""How many are kept for one session; an older one makes room."""
NONCE = 12


@dataclass(frozen=True)
class KeptPage:
    status: int
    html: bytes


def keep(
    connection: sa.Connection, session: str, address: str, page: KeptPage, now: datetime
) -> str:
    """Keep the answer of a form at an address; gives the name to ask for it by."""
    _make_room(connection, session, now)
    name = secrets.token_urlsafe(16)
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_key(session, name)).encrypt(nonce, zlib.compress(page.html), None)
    row = {
        "hash": hash_of(name),
        "session": hash_of(lasting_part(session)),
        "address": address,
        "status": page.status,
        "box": nonce + sealed,
        "kept_at": now,
    }
    connection.execute(sa.insert(kept_pages), row)
    return name


def kept(
    connection: sa.Connection, session: str, address: str, name: str, now: datetime
) -> KeptPage | None:
    """The answer of this name, if it is this session's, of the form at this address, and still
    kept."""
    row = connection.execute(
        sa.select(kept_pages.c.status, kept_pages.c.box).where(
            kept_pages.c.hash == hash_of(name),
            *_of(session, address),
            kept_pages.c.kept_at > now - KEPT_FOR,
        )
    ).first()
    if row is None:
        return None
    opened = AESGCM(_key(session, name)).decrypt(row.box[:NONCE], row.box[NONCE:], None)
    return KeptPage(row.status, zlib.decompress(opened))


def has_any(connection: sa.Connection, session: str, address: str) -> bool:
    is_one = sa.select(kept_pages.c.hash).where(*_of(session, address)).limit(1)
    return connection.execute(is_one).first() is not None


def forget(connection: sa.Connection, session: str, address: str | None = None) -> None:
    """Delete what is kept for a session: of the form at one address, or all of it."""
    connection.execute(sa.delete(kept_pages).where(*_of(session, address)))


def _of(session: str, address: str | None) -> list[sa.ColumnElement[bool]]:
    theirs = kept_pages.c.session == hash_of(lasting_part(session))
    return [theirs] if address is None else [theirs, kept_pages.c.address == address]


def forget_old(connection: sa.Connection, now: datetime) -> None:
    connection.execute(sa.delete(kept_pages).where(kept_pages.c.kept_at <= now - KEPT_FOR))


def _make_room(connection: sa.Connection, session: str, now: datetime) -> None:
    forget_old(connection, now)
    newest_first = (
        sa.select(kept_pages.c.hash)
        .where(*_of(session, None))
        .order_by(kept_pages.c.kept_at.desc(), kept_pages.c.hash)
        .offset(MOST - 1)
    )
    too_many = list(connection.execute(newest_first).scalars())
    if too_many:
        connection.execute(sa.delete(kept_pages).where(kept_pages.c.hash.in_(too_many)))


def _key(session: str, name: str) -> bytes:
    """Made of 256 random bits that the database does not have."""
    return hashlib.sha256(f"kept page|{lasting_part(session)}|{name}".encode()).digest()
