"""Cosignatures: what a witness says of a checkpoint, and when (C2SP tlog-cosignature v1.0.1).

It has seen no larger tree of this log than this one, which begins with all that it saw before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import ClassVar

from events.proof.notes import Note, PublicKey, SecretKey, Signature

_TIME = struct.Struct(">Q")
LATEST = 2**63 - 1


class CosignerKey(PublicKey, frozen=True):
    """A witness's key, as those who verify know it."""

    KIND: ClassVar[int] = 0x04

    def has_signed(self, text: str, signature: bytes) -> bool:
        seconds = signed_at(signature)
        return 0 < seconds <= LATEST and self.made(signature[_TIME.size :], _message(text, seconds))


class CosigningKey(SecretKey):
    """A key of a witness. It signs nothing but checkpoints."""

    PUBLIC: ClassVar[type[PublicKey]] = CosignerKey

    def cosign(self, checkpoint: str, seconds: int) -> Signature:
        """`seconds` since 1970: when it is cosigned."""
        value = self.made_of(_message(checkpoint, seconds))
        return self.signature(_TIME.pack(seconds) + value)

    def sign(self, text: str) -> Signature:
        raise TypeError("a witness says when it signs")


def cosigners(note: Note, known: Iterable[CosignerKey]) -> list[CosignerKey]:
    """Which of these witnesses have cosigned the note. One whose signature is wrong has not."""
    made = {(each.name, each.key_id): each.value for each in note.signatures}
    return [key for key in known if key.has_signed(note.text, made.get((key.name, key.id), b""))]


def signed_at(signature: bytes) -> int:
    """When a witness says that it signed, in seconds since 1970; 0 if it does not say."""
    return int(_TIME.unpack(signature[: _TIME.size])[0]) if len(signature) > _TIME.size else 0


def _message(checkpoint: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint}".encode()
