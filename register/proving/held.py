"""Receipts that people hold, beside a register: what it can no longer prove was declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from events.log.tables import entries
from events.proof.checkpoints import Checkpoint
from events.proof.leaves import leaf_data
from events.proof.notes import BadNoteError, PublicKey, read_note
from events.proof.promises import Promise, read_promise
from events.proof.proofs import read_proof
from events.proof.tree import leaf_hash

FIRST_ENTRY = sa.select(entries).where(
    entries.c.originator_id == sa.bindparam("stream"), entries.c.originator_version == 1
)
RECEIPTS = "*.tlog-proof"


def receipts_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and those with receipts in folders."""
    for each in paths:
        yield from sorted(each.glob(RECEIPTS)) if each.is_dir() else [each]


def proved_by(receipt: bytes, keys: Sequence[PublicKey]) -> tuple[Promise, Checkpoint]:
    """What a receipt proves to be in the log that has these keys, and in which tree. Raises
    `BadNoteError` or `BadProofError`, both of them `ValueError`."""
    proof = read_proof(receipt)
    if proof.extra is None:
        raise BadNoteError("It does not say of which declaration it is.")
    promise = read_promise(read_note(proof.extra).text)
    proof.check(leaf_hash(promise.digest), keys)
    return promise, proof.checkpoint


def is_lost(connection: sa.Connection, promise: Promise) -> bool:
    """Whether the entry that was promised is not there, or not as it was."""
    row = connection.execute(FIRST_ENTRY, {"stream": promise.declaration}).first()
    return row is None or leaf_data(*row) != promise.digest
