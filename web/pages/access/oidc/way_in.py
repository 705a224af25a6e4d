"""What a browser keeps while its owner is at the provider: sealed, in a cookie of its own for each
tab. The register keeps nothing of it."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LASTS = timedelta(minutes=10)
NONCE = 12
PURPOSE_OF_KEY = "ways in by providers"
MARK = "register-way-"
MOST = 6
"""How many tabs may be at providers at the same time; the oldest makes room."""


class Why(StrEnum):
    """Why somebody is sent to a provider."""

    SIGN_IN = "sign-in"
    AGAIN = "again"
    """To prove once more who they are, before something that matters."""
    BIND = "bind"
    """To be able to sign in by it from then on."""


class WayIn(msgspec.Struct, frozen=True):
    provider: str
    why: Why
    then: str
    """Where the browser goes afterwards."""
    session: str
    """The hash of the session that it began in; empty if there was none."""
    began_at: datetime
    state: str
    nonce: str
    verifier: str


def begin(provider: str, why: Why, then: str, session: str | None, now: datetime) -> WayIn:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return WayIn(provider, why, then, hashed(session), now, state, nonce, verifier)


def hashed(session: str | None) -> str:
    return hashlib.sha256(session.encode()).hexdigest() if session else ""


def mark_of(state: str) -> str:
    """What the name of the cookie ends in: it says nothing of the state, and finds it."""
    return MARK + hashlib.sha256(state.encode()).hexdigest()[:16]


def sealed(way: WayIn, key: bytes) -> str:
    nonce, bound = os.urandom(NONCE), mark_of(way.state).encode()
    return (nonce + AESGCM(key).encrypt(nonce, msgspec.json.encode(way), bound)).hex()


def opened(cookie: str, state: str, key: bytes, now: datetime) -> WayIn | None:
    """What a cookie says of the way with this state; None if it is not this, or too old."""
    try:
        box = bytes.fromhex(cookie)
        told = AESGCM(key).decrypt(box[:NONCE], box[NONCE:], mark_of(state).encode())
        way = msgspec.json.decode(told, type=WayIn)
    except (InvalidTag, ValueError, msgspec.MsgspecError):
        return None
    is_it = secrets.compare_digest(way.state.encode(), state.encode())
    return way if is_it and timedelta() <= now - way.began_at < LASTS else None
