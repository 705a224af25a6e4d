"""How the words of an entry are sealed, and with which keys.

Each sealed part has a random key of its own (AES-256-GCM), wrapped by a versioned master key
(AES key wrap, RFC 3394). The seal also binds what stands beside it in plain: nobody without the
master key can change either. Destroying the wrapped key erases the words; the entry stays, and the
mark in the key's place binds it as the seal did.
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


MARK = 32


class SealBrokenError(Exception):
    """A sealed part cannot be opened: it was changed or moved, or the master key is wrong."""


class WrappedKey(msgspec.Struct, frozen=True):
    """The key of one sealed part, as it is kept in the database.

    Once the key is destroyed, `wrapped` is a mark that only the master key can make. So a key that
    somebody deleted or overwrote is not taken for one that was destroyed.
    """

    id: UUID
    master: int
    wrapped: bytes

    @property
    def is_destroyed(self) -> bool:
        return len(self.wrapped) == MARK


class Sealed(msgspec.Struct, frozen=True):
    """The words of an entry as they are stored in the log: the key's id and the sealed bytes."""

    key: UUID
    box: bytes


class Keyring:
    """The master keys by version, and the index key, for blind indexes and fingerprints."""

    def __init__(self, masters: Mapping[int, bytes], index_key: bytes) -> None:
        self._masters = dict(masters)
        self._index_key = index_key
        self.current = max(self._masters)

    def seal(self, words: bytes, bound: bytes) -> tuple[Sealed, WrappedKey]:
        """Seal words under a new key; they can be opened only with the same bytes `bound`."""
        plain_key, key = self._new_key()
        return Sealed(key.id, _box(words, plain_key, key.id.bytes + bound)), key

    def open(self, sealed: Sealed, key: WrappedKey, bound: bytes) -> bytes | None:
        """Open sealed words; None if their key is destroyed. Raises `SealBrokenError`."""
        if key.id != sealed.key:
            raise SealBrokenError("it is not the key of this entry")
        if key.is_destroyed:
            if not hmac.compare_digest(key.wrapped, self._mark(sealed, key, bound)):
                raise SealBrokenError("the mark of the destroyed key is not ours, or not of this")
            return None
        try:
            return self._open(sealed.box, key, sealed.key.bytes + bound)
        except (InvalidTag, InvalidUnwrap, ValueError):  # ValueError: the nonce is too short
            raise SealBrokenError("it or its key was changed") from None

    def destroyed(self, sealed: Sealed, key: WrappedKey, bound: bytes) -> WrappedKey:
        """What stands in the place of a key once it is destroyed. Raises `SealBrokenError` if it
        is not the key of this."""
        self.open(sealed, key, bound)
        return WrappedKey(key.id, key.master, self._mark(sealed, key, bound))

    def _mark(self, sealed: Sealed, key: WrappedKey, bound: bytes) -> bytes:
        own_key = hmac.digest(self._master(key), b"marks of destroyed keys", "sha256")
        return hmac.digest(own_key, key.id.bytes + sealed.box + bound, "sha256")

    def seal_parts(
        self, parts: Mapping[str, bytes], *place: UUID
    ) -> tuple[dict[str, bytes], WrappedKey]:
        """Seal the named parts of something stored beside the log, all under one new key."""
        plain_key, key = self._new_key()
        boxes = {
            name: _box(part, plain_key, _place(*place, name, key.id))
            for name, part in parts.items()
        }
        return boxes, key

    def open_part(self, name: str, box: bytes, key: WrappedKey, *place: UUID) -> bytes:
        """Open one part that `seal_parts` sealed. Raises `SealBrokenError`."""
        try:
            return self._open(box, key, _place(*place, name, key.id))
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise SealBrokenError(f"the {name} of {place[-1]} cannot be opened") from None

    def _new_key(self) -> tuple[bytes, WrappedKey]:
        plain_key = os.urandom(32)
        wrapped = aes_key_wrap(self._masters[self.current], plain_key)
        return plain_key, WrappedKey(uuid4(), self.current, wrapped)

    def _open(self, box: bytes, key: WrappedKey, place: bytes) -> bytes:
        plain_key = aes_key_unwrap(self._master(key), key.wrapped)
        return AESGCM(plain_key).decrypt(box[:NONCE], box[NONCE:], place)

    def _master(self, key: WrappedKey) -> bytes:
        master = self._masters.get(key.master)
        if master is None:
            raise SealBrokenError(f"master key {key.master} is not among the keys given")
        return master

    def blind_index(self, reference: str) -> bytes:
        """A value by which a reference can be found but not read (HMAC); for read models only."""
        return hmac.digest(self._index_key, reference.casefold().encode(), "sha256")[:16]

    def fingerprint(self, data: bytes) -> bytes:
        """A value that is the same for the same bytes and reveals nothing of them (HMAC). It is
        never put into the log."""
        return hmac.digest(self._index_key, b"fingerprint|" + data, "sha256")

    def key_for(self, purpose: str) -> bytes:
        """A key of 256 bits for one purpose, the same in every process with these keys."""
        return hmac.digest(self._index_key, b"key|" + purpose.encode(), "sha256")


def _box(words: bytes, plain_key: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(plain_key).encrypt(nonce, words, place)


def _place(*parts: object) -> bytes:
    """What sealed bytes are bound to: where they are stored, and the id of their key."""
    return "|".join(map(str, parts)).encode()
