"""Promises: what a register says at once of a declaration that it has stored, in a signed note.

It says that the entry with this digest will be in its tree when it is due. Where it is not, the
promise convicts the register, and so do two that give one declaration different digests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from events.proof.checkpoints import read_hash
from events.proof.notes import BadNoteError, Note, SecretKey, Verifier, read_note, signed, to_base64

FIRST_LINE = "declarations-register/promise/v1"
"""Not the origin of any log: so no promise is taken for a checkpoint."""
KEPT_WITHIN = timedelta(hours=24)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class Promise(Struct, frozen=True):
    origin: str
    """Of the log that will have it."""
    declaration: UUID
    digest: bytes
    """The data of the leaf of its first entry."""
    received_at: datetime
    due: datetime

    @classmethod
    def of(cls, origin: str, declaration: UUID, digest: bytes, received_at: datetime) -> Promise:
        """What is promised of a declaration that was stored at this moment."""
        return cls(origin, declaration, digest, received_at, received_at + KEPT_WITHIN)

    def __str__(self) -> str:
        lines = (
            FIRST_LINE,
            self.origin,
            str(self.declaration),
            to_base64(self.digest),
            _written(self.received_at),
            _written(self.due),
        )
        return "".join(f"{each}\n" for each in lines)

    def signed(self, key: SecretKey) -> Note:
        return signed(str(self), key)

    def is_broken(self, at: datetime, *, is_included: bool) -> bool:
        """Whether it convicts the register at this moment: it is due, and nothing proves that the
        entry is in the tree."""
        return at > self.due and not is_included

    def contradicts(self, other: Promise) -> bool:
        """Whether the two cannot both be true: of one declaration, two entries."""
        return self.declaration == other.declaration and self.digest != other.digest


def promise_of(note: bytes | str, keys: Iterable[Verifier]) -> Promise:
    """What a note promises. Raises `BadNoteError` if none of these keys has signed it."""
    read = read_note(note.encode() if isinstance(note, str) else note)
    read.signed_by(keys)
    return read_promise(read.text)


def read_promise(text: str) -> Promise:
    """What a text says, whoever signed it. Raises `BadNoteError`."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != 6 or lines[0] != FIRST_LINE or not all(lines):
        raise BadNoteError("It is not a promise.")
    _, origin, declaration, digest, received_at, due = lines
    try:
        stream = UUID(declaration)
    except ValueError:
        raise BadNoteError("A promise is about a declaration, by its id.") from None
    promise = Promise(origin, stream, read_hash(digest), _moment(received_at), _moment(due))
    if str(promise) != text:
        raise BadNoteError("It is not written as a promise is.")
    return promise


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_FORM)


def _moment(text: str) -> datetime:
    try:
        if _MOMENT.fullmatch(text):
            return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise BadNoteError("A moment is written like 2026-05-04T10:00:00.000000Z.")
