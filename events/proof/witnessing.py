"""What a witness makes of a checkpoint that is brought to it (C2SP tlog-witness v1.0.0).

It cosigns what begins with all that it has cosigned of this log, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from events.proof.checkpoints import Checkpoint, checkpoint_of, read_number
from events.proof.notes import BadNoteError, Note, PublicKey, read_note, to_base64
from events.proof.proofs import BadProofError, read_hashes
from events.proof.tree import EMPTY, is_consistent

OLD = "old "


class Refusal(StrEnum):
    """Why a witness does not cosign."""

    MALFORMED = "malformed"
    LOG_UNKNOWN = "log_unknown"
    NOT_SIGNED = "not_signed"
    OLD_ABOVE_SIZE = "old_above_size"
    OTHER_SIZE = "other_size"
    INCONSISTENT = "inconsistent"


class NotCosignedError(Exception):
    """`size` is that of the last checkpoint that was cosigned, where the sender had another."""

    def __init__(self, why: Refusal, words: str, size: int = 0) -> None:
        super().__init__(words)
        self.why, self.size = why, size


class Submission(Struct, frozen=True):
    """A checkpoint, and the proof that it begins with the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        return checkpoint_of(self.note)

    def __bytes__(self) -> bytes:
        lines = [f"{OLD}{self.old}", *map(to_base64, self.proof), "", str(self.note)]
        return "\n".join(lines).encode()

    def check_signed(self, keys: Sequence[PublicKey]) -> Note:
        """The note with the log's signatures alone. Raises `NotCosignedError`."""
        if not keys:
            raise NotCosignedError(Refusal.LOG_UNKNOWN, "This log is not known here.")
        try:
            return Note(self.note.text, tuple(self.note.signed_by(keys)))
        except BadNoteError as refused:
            raise NotCosignedError(Refusal.NOT_SIGNED, str(refused)) from None

    def check_grows(self, kept: Checkpoint | None) -> None:
        """Whether it begins with the checkpoint that was cosigned last. Raises
        `NotCosignedError`."""
        new, last = self.checkpoint, kept.size if kept else 0
        if self.old > new.size:
            raise NotCosignedError(Refusal.OLD_ABOVE_SIZE, "The old size is above the new.")
        if self.old != last:
            raise NotCosignedError(Refusal.OTHER_SIZE, f"The last size here is {last}.", last)
        if not self._is_consistent(new, kept.root if kept else EMPTY):
            raise NotCosignedError(
                Refusal.INCONSISTENT, "It is not proved to begin with what was cosigned before."
            )

    def _is_consistent(self, new: Checkpoint, root: bytes) -> bool:
        if new.size == 0 and new.root != EMPTY:
            return False
        if self.old == 0:  # anything begins with an empty tree, and nothing proves it
            return not self.proof
        return is_consistent(self.old, new.size, root, new.root, self.proof)


def read_submission(body: bytes) -> Submission:
    """Raises `NotCosignedError`."""
    head, blank, note = body.partition(b"\n\n")
    try:
        old, *proof = head.decode("ascii").split("\n")
        if not blank or not old.startswith(OLD):
            raise BadNoteError("It begins with the old size, the proof and an empty line.")
        submission = Submission(
            read_number(old.removeprefix(OLD)), read_hashes(proof), read_note(note)
        )
        checkpoint_of(submission.note)
    except (UnicodeDecodeError, BadNoteError, BadProofError) as refused:
        words = "It is not written in ASCII." if isinstance(refused, UnicodeError) else str(refused)
        raise NotCosignedError(Refusal.MALFORMED, words) from None
    return submission


def origin_hash(origin: str) -> str:
    """How a log is called in addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()
