"""What a browser gives that wants pushes, and the key by which its service knows the register."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.log.sealing import Keyring
from register.errors import InvalidError

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
        point_of(found)
        if len(secret_of(found)) != 16:
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


def point_of(subscription: Subscription) -> bytes:
    """The browser's public key. Raises `ValueError` for what is none."""
    point = _bytes(subscription.keys.p256dh)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point


def secret_of(subscription: Subscription) -> bytes:
    return _bytes(subscription.keys.auth)


def _bytes(text: str) -> bytes:
    text = text.rstrip("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_text(subscription: Subscription) -> str:
    return json.dumps(subscription.model_dump())


class NotAllowedError(Exception):
    """An address to which nothing is sent, whoever gave it."""


def check_allowed(url: str, hosts: Collection[str]) -> None:
    """Raises `NotAllowedError` unless an address is of one of these hosts, or of one below it."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAllowedError from None
    known = any(host == each or host.endswith(f".{each}") for each in hosts)
    if parts.scheme != "https" or not known or "@" in parts.netloc:
        raise NotAllowedError
