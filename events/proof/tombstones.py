"""Tombstones: what is erased, in notes signed by the log's key, each chained to the one before.

Whoever puts back a copy from before an erasing needs them: they name what has to be erased again.
A later checkpoint says in an extension line how many there are, and what the last one says, so that
none can be left out unnoticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from events.proof.checkpoints import read_hash, read_number
from events.proof.notes import (
    BadNoteError,
    Note,
    PublicKey,
    SecretKey,
    read_note,
    signed,
    to_base64,
)

FIRST_LINE = "declarations-register/tombstone/v1"
"""Not the origin of any log: so no tombstone is taken for a checkpoint."""
NOTHING_BEFORE = bytes(32)
DECLARATION, ENTRY, KEY, EXTENSION = "declaration", "entry", "key", "tombstones"


class ErasedEntry(Struct, frozen=True, order=True):
    """An entry whose key goes. A version with a minus is that of the entry that tells of a
    photograph, whose key goes."""

    stream: UUID
    version: int
    key: UUID

    def __str__(self) -> str:
        return f"{ENTRY} {self.stream} {self.version} {self.key}"


class Tombstone(Struct, frozen=True):
    number: int
    """From 1, without gaps, whatever key of the log signs it."""
    before: bytes
    """The digest of the tombstone before it."""
    erasure: UUID
    """The stream of the log that says who asked and who confirmed."""
    declarations: tuple[UUID, ...] = ()
    """Those of which every entry goes; nothing is stored under their ids again."""
    entries: tuple[ErasedEntry, ...] = ()
    keys: tuple[UUID, ...] = ()
    """The ids of other keys that go, of what is stored beside the log."""

    def __str__(self) -> str:
        lines = (
            FIRST_LINE,
            str(self.number),
            to_base64(self.before),
            str(self.erasure),
            *(f"{DECLARATION} {each}" for each in self.declarations),
            *map(str, self.entries),
            *(f"{KEY} {each}" for each in self.keys),
        )
        return "".join(f"{each}\n" for each in lines)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(str(self).encode()).digest()

    @property
    def extension(self) -> str:
        """The line of a checkpoint that says that this is the last one."""
        return f"{EXTENSION} {self.number} {to_base64(self.digest)}"

    def signed(self, key: SecretKey) -> Note:
        return signed(str(self), key)


def tombstone_of(note: bytes | str, keys: Iterable[PublicKey]) -> Tombstone:
    """What a note says is erased. Raises `BadNoteError` if none of the keys has signed it."""
    read = read_note(note.encode() if isinstance(note, str) else note)
    read.signed_by(keys)
    return read_tombstone(read.text)


def read_tombstone(text: str) -> Tombstone:
    """What a text says, whoever signed it. Raises `BadNoteError`."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 4 or lines[0] != FIRST_LINE:
        raise BadNoteError("It is no tombstone.")
    try:
        rest = [each.split(" ") for each in lines[4:]]
        found = Tombstone(
            read_number(lines[1]),
            read_hash(lines[2]),
            UUID(lines[3]),
            tuple(UUID(each[1]) for each in rest if each[0] == DECLARATION),
            tuple(
                ErasedEntry(UUID(each[1]), int(each[2]), UUID(each[3]))
                for each in rest
                if each[0] == ENTRY
            ),
            tuple(UUID(each[1]) for each in rest if each[0] == KEY),
        )
    except (ValueError, IndexError):
        raise BadNoteError("It is not written as a tombstone is.") from None
    if str(found) != text:
        raise BadNoteError("It is not written as a tombstone is.")
    return found


def check_chain(chain: Sequence[Tombstone]) -> None:
    """Raises `BadNoteError` if one is left out, or another is in its place."""
    before = NOTHING_BEFORE
    for number, each in enumerate(chain, 1):
        if (each.number, each.before) != (number, before):
            raise BadNoteError(f"Tombstone {each.number} does not follow the one before it.")
        before = each.digest


def check_none_missing(chain: Sequence[Tombstone], extensions: Iterable[str]) -> None:
    """Compare a chain with what a checkpoint says of it. Raises `BadNoteError`."""
    check_chain(chain)
    for each in extensions:
        name, _, rest = each.partition(" ")
        if name != EXTENSION:
            continue
        number, _, digest = rest.partition(" ")
        known = read_number(number)
        if known < 1 or len(chain) < known or chain[known - 1].digest != read_hash(digest):
            raise BadNoteError(f"Of {known} tombstones that were signed, {len(chain)} are here.")
