"""Challenges: what a passkey signs, once and within five minutes.

The register makes them without storing anything, as strangers ask for them: each has the moment at
which it was made, what it is for, and a mark that only the register can make. Only one that was
signed is written down, so that it is never taken again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from events.log.sealing import Keyring
from register.access.tables import challenges
from register.errors import InvalidError

LASTS = timedelta(minutes=5)
FIELD = "passkey"
OVER = "This took longer than five minutes, or was sent before. Please try again."
CHANCE, MOMENT = 16, 8
"""Bytes: of chance, and of the moment in milliseconds. What follows is the mark."""


class Challenges:
    def __init__(self, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock

    def new(self, purpose: str) -> bytes:
        """A challenge for one purpose, such as to sign in."""
        made_at = int(self._clock().timestamp() * 1000)
        body = secrets.token_bytes(CHANCE) + made_at.to_bytes(MOMENT, "big")
        return body + self._mark(body, purpose)

    def check(self, challenge: bytes, purpose: str) -> None:
        """Raises `InvalidError` if it is not ours, not for this, or too old."""
        body, mark = challenge[: CHANCE + MOMENT], challenge[CHANCE + MOMENT :]
        if not hmac.compare_digest(mark, self._mark(body, purpose)):
            raise InvalidError.of(FIELD, OVER)
        made_at = datetime.fromtimestamp(int.from_bytes(body[CHANCE:], "big") / 1000, UTC)
        if not timedelta(0) <= self._clock() - made_at + timedelta(seconds=1) <= LASTS:
            raise InvalidError.of(FIELD, OVER)

    def use_up(self, connection: sa.Connection, challenge: bytes) -> None:
        """Take a challenge that was signed, within a transaction that holds the append lock. Raises
        `InvalidError` if it was taken before."""
        now, digest = self._clock(), hashlib.sha256(challenge).digest()
        connection.execute(sa.delete(challenges).where(challenges.c.used_at <= now - 2 * LASTS))
        before = sa.select(challenges.c.used_at).where(challenges.c.hash == digest)
        if connection.execute(before).first() is not None:
            raise InvalidError.of(FIELD, OVER)
        connection.execute(sa.insert(challenges), {"hash": digest, "used_at": now})

    def _mark(self, body: bytes, purpose: str) -> bytes:
        return self._keyring.fingerprint(b"challenge|" + purpose.encode() + b"|" + body)
