"""How one key of a log names the next: a note signed by the old key.

It says with which size and root the old key ends, and with which the new one begins. They are the
same where only the key or the name of the log changes. Where a log lost entries and goes on from a
back-up, they are not: that is said openly, and under a new origin.
"""

from __future__ import annotations

from msgspec import Struct

from events.proof.checkpoints import read_hash, read_number
from events.proof.notes import (
    BadKeyError,
    BadNoteError,
    Note,
    PublicKey,
    SecretKey,
    read_note,
    signed,
    to_base64,
)

FIRST_LINE = "declarations-register/succession/v1"
"""Not the origin of any log: so no succession is taken for a checkpoint."""


class Succession(Struct, frozen=True):
    old: str
    """The public key that ends, as text."""
    last_size: int
    last_root: bytes
    new: str
    """The public key that follows."""
    first_size: int
    first_root: bytes

    def __str__(self) -> str:
        lines = (
            FIRST_LINE,
            self.old,
            f"{self.last_size} {to_base64(self.last_root)}",
            self.new,
            f"{self.first_size} {to_base64(self.first_root)}",
        )
        return "".join(f"{each}\n" for each in lines)

    @property
    def loses_nothing(self) -> bool:
        """Whether the new log begins as the old one ended. Whoever checks asks for a proof that it
        is consistent with what they have seen."""
        return (self.last_size, self.last_root) == (self.first_size, self.first_root)

    def signed(self, old: SecretKey) -> Note:
        return signed(str(self), old)


def succession_of(note: bytes | str, old: PublicKey) -> Succession:
    """What a note says of the key that follows this one. Raises `BadNoteError` if the old key has
    not signed it, or it is not about it."""
    read = read_note(note.encode() if isinstance(note, str) else note)
    read.signed_by([old])
    found = read_succession(read.text)
    if found.old != str(old):
        raise BadNoteError("It is about another key.")
    return found


def read_succession(text: str) -> Succession:
    """What a text says, whoever signed it. Raises `BadNoteError`."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != 5 or lines[0] != FIRST_LINE:
        raise BadNoteError("It does not say which key follows.")
    last_size, last_root = _tree(lines[2])
    first_size, first_root = _tree(lines[4])
    try:
        PublicKey.read(lines[1]), PublicKey.read(lines[3])
    except BadKeyError as error:
        raise BadNoteError(str(error)) from None
    return Succession(lines[1], last_size, last_root, lines[3], first_size, first_root)


def _tree(line: str) -> tuple[int, bytes]:
    size, _, root = line.partition(" ")
    return read_number(size), read_hash(root)
