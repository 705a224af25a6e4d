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
        key, key_id, nonce = os.urandom(32), uuid4(), os.urandom(NONCE)
        box = nonce + AESGCM(key).encrypt(nonce, words, _place(stream, version, key_id))
        wrapped = aes_key_wrap(self._masters[self.current], key)
        return Sealed(key_id, box), WrappedKey(key_id, self.current, wrapped)

    def open(self, sealed: Sealed, key: WrappedKey, stream: UUID, version: int) -> bytes:
        """The words again. Raises `SealBrokenError`."""
        try:
            plain_key = aes_key_unwrap(self._masters[key.master], key.wrapped)
            nonce, box = sealed.box[:NONCE], sealed.box[NONCE:]
            return AESGCM(plain_key).decrypt(nonce, box, _place(stream, version, sealed.key))
        except KeyError:
            raise SealBrokenError(f"master key {key.master} is not among the keys given") from None
        except (InvalidTag, InvalidUnwrap, ValueError):  # the last where the nonce is cut short
            raise SealBrokenError(f"entry {version} of stream {stream} cannot be opened") from None

    def blind_index(self, reference: str) -> bytes:
        """A value that finds a reference again and does not tell it: for read models only."""
        return hmac.digest(self._index_key, reference.casefold().encode(), "sha256")[:16]


def _place(stream: UUID, version: int, key: UUID) -> bytes:
    return f"{stream}|{version}|{key}".encode()
