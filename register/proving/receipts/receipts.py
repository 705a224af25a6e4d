"""A declaration's receipt: its promise, and the proof that its first entry is in the tree.

It is one file (C2SP tlog-proof), with the promise in its `extra`: the promise says which entry, by
its digest, and the proof that it is there. No word of the declaration is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from events.log.log import Log
from events.log.tables import entries
from events.proof.leaves import entry_bytes, microseconds
from events.proof.notes import read_note
from events.proof.proofs import Proof
from register.errors import ConflictError, NotYetError
from register.proving.proofs import Inclusion, Proofs
from register.proving.receipts.promising import Promises, named_keys

NOT_YET = (
    "There is no receipt yet: the register has not been signed since this was declared. "
    "Try again in a moment."
)


class NamedKey(Struct, frozen=True):
    """A key with which was promised, the bytes of the entry that names it, and the proof that this
    entry is in the log; None if it is not signed yet."""

    key: str
    entry: bytes
    proof: Proof | None


class Receipts:
    def __init__(self, log: Log, proofs: Proofs) -> None:
        self._log = log
        self._proofs = proofs
        self.promises = Promises(log)  # until the settings say with what

    def receipt(self, by: str, declaration: str) -> Proof:
        """Raises `NotFoundError` for who may not know of it, and `NotYetError`."""
        seen = self._proofs.seen(by, declaration)
        try:
            found = self._proofs.inclusion(by, declaration, 1)
        except ConflictError:
            raise NotYetError(NOT_YET) from None
        promised = self.promises.of(seen)
        return _proof(found, bytes(promised.note) if promised else None)

    def promise_keys(self) -> Sequence[NamedKey]:
        """Every key with which was promised, the first one first."""
        named = named_keys(self._log)
        query = sa.select(entries).where(entries.c.id.in_([each.position for each in named]))
        with self._log.database.read() as connection:
            rows = {row.id: row for row in connection.execute(query)}
        found = []
        for each in named:
            try:
                proof = _proof(self._proofs.inclusion_of(each.position))
            except ConflictError:
                proof = None
            found.append(NamedKey(each.key, _bytes_of(rows[each.position]), proof))
        return found


def _bytes_of(row: Any) -> bytes:
    position, stream, version, topic, state, at = row
    return entry_bytes(position, stream, version, topic, state, microseconds(at))


def _proof(found: Inclusion, extra: bytes | None = None) -> Proof:
    note = read_note(found.kept.note.encode())
    return Proof(found.index, tuple(found.hashes), note, extra)
