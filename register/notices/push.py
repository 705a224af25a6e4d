"""Web Push (RFC 8030, 8291 and 8292): to a browser, through the service of whoever makes it."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.log.sealing import Keyring
from events.names import Unsent
from register.errors import InvalidError
from register.notices import words
from register.notices.message import Later, Message, Never, Outcome, Sent
from register.notices.posting import NotAllowedError, Poster, check_allowed

KNOWN_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
LASTS = 24 * 3600
"""Seconds for which a push service keeps what it cannot deliver yet."""
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = "subscription"
NOT_READ = "Your browser's answer could not be read. Please try again."
NOT_KNOWN = "This browser's push service is not among those that the register uses."
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}=*$")]


class Keys(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    p256dh: Key
    auth: Key


class Subscription(BaseModel):
    """What a browser gives who wants to get pushes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    endpoint: Annotated[str, Field(max_length=2000)]
    keys: Keys


def subscription_in(text: str, hosts: Collection[str]) -> Subscription:
    """Raises `InvalidError` for what no browser gives, or for a service that is not known."""
    try:
        found = Subscription.model_validate_json(text)
        _point(found)
        if len(_bytes(found.keys.auth)) != 16:
            raise ValueError("the secret has another length")
    except (ValidationError, ValueError):
        raise InvalidError.of(FIELD, NOT_READ) from None
    try:
        check_allowed(found.endpoint, hosts)
    except NotAllowedError:
        raise InvalidError.of(FIELD, NOT_KNOWN) from None
    return found


def vapid_key(keyring: Keyring) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know the register: the same in every process with these
    keys."""
    number = int.from_bytes(keyring.key_for("vapid"), "big") % (ORDER_OF_P256 - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key(keyring: Keyring) -> str:
    """As a browser takes it who subscribes."""
    point = vapid_key(keyring).public_key()
    plain = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


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
            dh=_point(to),
            auth_secret=_bytes(to.keys.auth),
            version="aes128gcm",
        )
    )


def _point(subscription: Subscription) -> bytes:
    """The browser's public key. Raises `ValueError` for what is none."""
    point = _bytes(subscription.keys.p256dh)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point


def _bytes(text: str) -> bytes:
    text = text.rstrip("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_text(subscription: Subscription) -> str:
    return json.dumps(subscription.model_dump())
