"""Web Push (RFC 8030, 8291 and 8292): to a browser, through the service of whoever makes it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from events.names import Unsent
from register.notices import words
from register.notices.message import Later, Message, Never, Outcome, Sent
from register.notices.posting import Poster
from register.notices.subscriptions import NotAllowedError, Subscription, point_of, secret_of

LASTS = 24 * 3600
"""Seconds for which a push service keeps what it cannot deliver yet."""


@dataclass(frozen=True)
class Push:
    poster: Poster
    key: ec.EllipticCurvePrivateKey
    contact: str
    """Whom push services may write to about the register: `mailto:...` or `https:...`."""
    address: str

    def send(self, message: Message, address: str) -> Outcome:
        try:
            to = Subscription.model_validate_json(address)
            content = encrypted(words.push(message, self.address), to)
            answer = self.poster.call(
                "POST", to.endpoint, headers=self._headers(message, to), content=content
            )
        except (NotAllowedError, ValueError):
            return Never(Unsent.NO_ADDRESS)
        return answer if isinstance(answer, Later) else outcome_of(answer.status)

    def _headers(self, message: Message, to: Subscription) -> dict[str, str]:
        parts = urlsplit(to.endpoint)
        claims = {
            "sub": self.contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + 12 * 3600,
        }
        return {
            **Vapid02(self.key).sign(claims),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LASTS),
            "Topic": words.topic(message),
            "Urgency": "high",
        }


def outcome_of(status: int) -> Outcome:
    if 200 <= status < 300:
        return Sent()
    if status in (404, 410):
        return Never(Unsent.GONE)
    if status == 413 or 300 <= status < 400:
        return Never(Unsent.REFUSED)
    return Later(Unsent.NOT_TAKEN)


def encrypted(plain: bytes, to: Subscription) -> bytes:
    """As only that browser can read it. Raises `ValueError`."""
    own = ec.generate_private_key(ec.SECP256R1())
    return bytes(
        http_ece.encrypt(
            plain,
            salt=os.urandom(16),
            private_key=own,
            dh=point_of(to),
            auth_secret=secret_of(to),
            version="aes128gcm",
        )
    )
