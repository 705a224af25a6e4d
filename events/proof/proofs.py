"""A proof as one file that can be verified without asking anybody (C2SP tlog-proof).

The specification has no version yet: docs/proof.md says which commit this follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from events.proof.checkpoints import Checkpoint, checkpoint_of, read_hash, read_number
from events.proof.notes import (
    BadNoteError,
    Note,
    Verifier,
    from_base64,
    read_note,
    to_base64,
)
from events.proof.tree import is_included

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


class BadProofError(ValueError):
    """It is not a proof, or does not prove this."""


class Proof(Struct, frozen=True):
    """That a leaf is in a log, at `index` of the tree of the checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    """The checkpoint, with the signatures of the log and of its witnesses."""
    extra: bytes | None = None
    """Anything: no signature covers it."""

    @property
    def checkpoint(self) -> Checkpoint:
        return checkpoint_of(self.note)

    def __str__(self) -> str:
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(map(to_base64, self.hashes))
        return "\n".join([*lines, "", str(self.note)])

    def check(self, leaf: bytes, log: Iterable[Verifier]) -> None:
        """Whether it proves that the leaf with this hash is in the log that has these keys. Raises
        `BadProofError`."""
        keys = list(log)
        try:
            checkpoint, signatures = self.checkpoint, self.note.signed_by(keys)
        except BadNoteError as refused:
            raise BadProofError(str(refused)) from None
        if checkpoint.origin not in {each.name for each in signatures}:
            raise BadProofError("The checkpoint is of another log than that of its key.")
        if not is_included(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root):
            raise BadProofError("The entry is not in the log of this checkpoint, or not there.")


def read_proof(file: bytes) -> Proof:
    """Raises `BadProofError`."""
    head, blank, note = file.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        if not blank or lines.pop(0) != FIRST_LINE:
            raise BadProofError(f"A proof begins with the line {FIRST_LINE}.")
        extra = _after("extra ", lines)
        index = _after("index ", lines)
        if index is None:
            raise BadProofError("A proof says at which index the entry is.")
        proof = Proof(
            index=read_number(index),
            hashes=read_hashes(lines),
            note=read_note(note),
            extra=None if extra is None else from_base64(extra),
        )
        checkpoint_of(proof.note)
    except BadProofError:
        raise
    except ValueError as refused:  # BadNoteError too
        raise BadProofError(f"It is not a proof: {refused}") from None
    if str(proof).encode() != file:
        raise BadProofError("It is not written as a proof is.")
    return proof


def read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes of a proof, one a line. Raises `BadProofError`."""
    if len(lines) > MOST_HASHES:
        raise BadProofError(f"A proof has at most {MOST_HASHES} hashes.")
    try:
        return tuple(map(read_hash, lines))
    except BadNoteError as refused:
        raise BadProofError(str(refused)) from None


def _after(word: str, lines: list[str]) -> str | None:
    """What stands after the word on the first of the lines, which is taken from them."""
    return lines.pop(0).removeprefix(word) if lines and lines[0].startswith(word) else None
