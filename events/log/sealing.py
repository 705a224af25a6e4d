"""How the words of an entry are sealed, and with which keys.

Each sealed part has a random key of its own (AES-256-GCM), wrapped by a versioned master key
(AES key wrap, RFC 3394). The seal also binds what stands beside it in plain: nobody without the
master key can change either. Destroying the wrapped key erases the words; the entry stays, and the
mark in the key's place binds it as the seal did.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Mapping
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

ASKED_AGAIN = 1.0
"""Seconds after which whoever seals asks again which master keys there are."""


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


class MasterKeys(msgspec.Struct, frozen=True):
    """The master keys by version. Those above `current` open, and seal nothing yet: they wait until
    every server has them."""

    by_version: Mapping[int, bytes]
    current: int

    @classmethod
    def of(cls, masters: Mapping[int, bytes]) -> MasterKeys:
        return cls(dict(masters), max(masters))


class Keyring:
    """The master keys by version, and the index key, for blind indexes and fingerprints.

    `again` gives the master keys where they have changed, else None: a process that runs takes up
    a new version with it, and lets go of one that was destroyed.
    """

    def __init__(
        self,
        masters: Mapping[int, bytes] | MasterKeys,
        index_key: bytes,
        again: Callable[[], MasterKeys | None] = lambda: None,
    ) -> None:
        given = masters if isinstance(masters, MasterKeys) else MasterKeys.of(masters)
        self._masters = given
        self._index_key = index_key
        self._again = again
        self._asked_at = time.monotonic()

    @property
    def current(self) -> int:
        """The version under which new keys are wrapped."""
        return self._masters.current

    @property
    def versions(self) -> frozenset[int]:
        return frozenset(self._masters.by_version)

    @property
    def oldest(self) -> int:
        """The oldest version that is still here."""
        return min(self._masters.by_version)

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

    def unwrapped(self, key: WrappedKey) -> bytes:
        """A key of its own as it is, for whoever takes it along. Raises `SealBrokenError`."""
        try:
            return aes_key_unwrap(self._master(key), key.wrapped)
        except (InvalidUnwrap, ValueError):
            raise SealBrokenError("the key was changed") from None

    def wrapped_anew(self, key: WrappedKey) -> WrappedKey:
        """The same key under the current master key: it opens what it opened, and nothing else.
        Raises `SealBrokenError`."""
        plain_key = self.unwrapped(key)
        masters = self._masters
        wrapped = aes_key_wrap(masters.by_version[masters.current], plain_key)
        return WrappedKey(key.id, masters.current, wrapped)

    def marked_anew(self, sealed: Sealed, key: WrappedKey, bound: bytes) -> WrappedKey:
        """The mark of a destroyed key, as the current master key makes it. Raises
        `SealBrokenError` if the mark is not ours."""
        self.open(sealed, key, bound)
        anew = WrappedKey(key.id, self.current, key.wrapped)
        return WrappedKey(anew.id, anew.master, self._mark(sealed, anew, bound))

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
        if time.monotonic() - self._asked_at > ASKED_AGAIN:
            self.ask_again()
        masters = self._masters
        plain_key = os.urandom(32)
        wrapped = aes_key_wrap(masters.by_version[masters.current], plain_key)
        return plain_key, WrappedKey(uuid4(), masters.current, wrapped)

    def _open(self, box: bytes, key: WrappedKey, place: bytes) -> bytes:
        plain_key = aes_key_unwrap(self._master(key), key.wrapped)
        opened = AESGCM(plain_key).decrypt(box[:NONCE], box[NONCE:], place)
        if key.master > self._masters.current:  # it is in use elsewhere: it waits no longer
            self._masters = MasterKeys(self._masters.by_version, key.master)
        return opened

    def _master(self, key: WrappedKey) -> bytes:
        master = self._masters.by_version.get(key.master)
        if master is None:
            self.ask_again()
            master = self._masters.by_version.get(key.master)
        if master is None:
            raise SealBrokenError(f"master key {key.master} is not among the keys given")
        return master

    def take_up_newest(self) -> None:
        """Seal under the newest master key from now on."""
        self.ask_again()
        by_version = self._masters.by_version
        self._masters = MasterKeys(by_version, max(by_version))

    def ask_again(self) -> None:
        """Take the master keys as they are now."""
        self._asked_at = time.monotonic()
        found = self._again()
        if found is not None:
            before = self._masters.current
            in_use = before if before in found.by_version else found.current
            self._masters = MasterKeys(found.by_version, max(found.current, in_use))

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
