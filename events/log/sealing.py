"""How the words of an entry are sealed, and with which keys.

Each sealed part has a random key of its own (AES-256-GCM), wrapped by a versioned master key
(AES key wrap, RFC 3394). To destroy the wrapped key is to erase the words; the entry stays.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

NONCE = 12


class SealBrokenError(Exception):
    """A sealed part was changed or moved, or its master key is not the one that sealed it."""


class WrappedKey(msgspec.Struct, frozen=True):
    """The key of one sealed part, as it is kept in the database."""

    id: UUID
    master: int
    wrapped: bytes


class Sealed(msgspec.Struct, frozen=True):
    """The words of an entry as they stand in the log."""

    key: UUID
    box: bytes


class Keyring:
    """The master keys by version, and the key that finds a service user's declarations."""

    def __init__(self, masters: Mapping[int, bytes], index_key: bytes) -> None:
        self._masters = dict(masters)
        self._index_key = index_key
        self.current = max(self._masters)

    def seal(self, words: bytes, stream: UUID, version: int) -> tuple[Sealed, WrappedKey]:
        """Seal words for one place in the log, under a new key."""
        plain_key, key = self._new_key()
        box = _box(words, plain_key, _place(stream, version, key.id))
        return Sealed(key.id, box), key

    def open(self, sealed: Sealed, key: WrappedKey, stream: UUID, version: int) -> bytes:
        """The words again. Raises `SealBrokenError`."""
        try:
            return self._open(sealed.box, key, _place(stream, version, sealed.key))
        except (InvalidTag, InvalidUnwrap, ValueError):  # the last where the nonce is cut short
            raise SealBrokenError(f"entry {version} of stream {stream} cannot be opened") from None

    def seal_parts(
        self, parts: Mapping[str, bytes], *place: UUID
    ) -> tuple[dict[str, bytes], WrappedKey]:
        """Seal some parts of one thing that is kept beside the log, all under one new key."""
        plain_key, key = self._new_key()
        boxes = {
            name: _box(part, plain_key, _place(*place, name, key.id))
            for name, part in parts.items()
        }
        return boxes, key

    def open_part(self, name: str, box: bytes, key: WrappedKey, *place: UUID) -> bytes:
        """Raises `SealBrokenError`."""
        try:
            return self._open(box, key, _place(*place, name, key.id))
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise SealBrokenError(f"the {name} of {place[-1]} cannot be opened") from None

    def _new_key(self) -> tuple[bytes, WrappedKey]:
        plain_key = os.urandom(32)
        wrapped = aes_key_wrap(self._masters[self.current], plain_key)
        return plain_key, WrappedKey(uuid4(), self.current, wrapped)

    def _open(self, box: bytes, key: WrappedKey, place: bytes) -> bytes:
        master = self._masters.get(key.master)
        if master is None:
            raise SealBrokenError(f"master key {key.master} is not among the keys given")
        plain_key = aes_key_unwrap(master, key.wrapped)
        return AESGCM(plain_key).decrypt(box[:NONCE], box[NONCE:], place)

    def blind_index(self, reference: str) -> bytes:
        """A value that finds a reference again and does not tell it: for read models only."""
        return hmac.digest(self._index_key, reference.casefold().encode(), "sha256")[:16]

    def fingerprint(self, data: bytes) -> bytes:
        """A value that knows the same bytes again and tells nothing of them: never for the log."""
        return hmac.digest(self._index_key, b"fingerprint|" + data, "sha256")


def _box(words: bytes, plain_key: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(plain_key).encrypt(nonce, words, place)


def _place(*parts: object) -> bytes:
    """What a box is bound to: where it stands, and the id of its key."""
    return "|".join(map(str, parts)).encode()
