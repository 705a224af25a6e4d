"""Checkpoints: what a log says, in a signed note, of its size and root (C2SP tlog-checkpoint
v1.0.0)."""

from __future__ import annotations

import re

from msgspec import Struct

from events.proof.notes import BadNoteError, Note, from_base64, to_base64
from events.proof.tree import HASH

LARGEST = 2**63 - 1
_SIZE = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


class Checkpoint(Struct, frozen=True):
    origin: str
    """Which log it is."""
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{each}\n" for each in lines)


def checkpoint_of(note: Note) -> Checkpoint:
    """What a note says, whoever signed it. Raises `BadNoteError`."""
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise BadNoteError("A checkpoint is three lines or more, none of them empty.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, read_number(size), read_hash(root), tuple(extensions))


def read_number(text: str) -> int:
    """A size or an index, in decimal. Raises `BadNoteError`."""
    if not _SIZE.fullmatch(text) or int(text) > LARGEST:
        raise BadNoteError("A size is a decimal number without leading zeroes.")
    return int(text)


def read_hash(text: str) -> bytes:
    """Raises `BadNoteError`."""
    try:
        raw = from_base64(text)
    except ValueError:
        raw = b""
    if len(raw) != HASH:
        raise BadNoteError("A hash is 32 bytes in base64.")
    return raw
