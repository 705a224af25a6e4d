"""The last checkpoint of each log, in a SQLite file: on the disk before anybody is told.

A file of its own, with no other table: whoever runs a witness need not run a register.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from events.log.sqlite import driver, make_private, set_up
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import read_note
from events.proof.witnessing import origin_hash

LONGEST_WAIT = 5_000
"""In milliseconds, for another process."""
TABLES = """
CREATE TABLE IF NOT EXISTS checkpoints (
    origin_hash TEXT PRIMARY KEY NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    cosigned_at INTEGER NOT NULL,
    note BLOB NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS checkpoints_never_go_back BEFORE UPDATE ON checkpoints
WHEN NEW.size < OLD.size OR NEW.origin_hash <> OLD.origin_hash
BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER IF NOT EXISTS checkpoints_never_end BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
"""
KEEP = """
INSERT INTO checkpoints (origin_hash, size, cosigned_at, note) VALUES (?, ?, ?, ?)
ON CONFLICT (origin_hash) DO UPDATE SET
    size = excluded.size, cosigned_at = excluded.cosigned_at, note = excluded.note
"""


class Cosigned(Struct, frozen=True):
    """A checkpoint as it was cosigned, with the signatures of log and witness."""

    note: bytes
    seconds: int
    """When, since 1970."""

    @property
    def checkpoint(self) -> Checkpoint:
        return checkpoint_of(read_note(self.note))


class Book:
    def __init__(self, file: Path) -> None:
        make_private(sa.make_url(f"sqlite:///{file}"))
        self._connection = driver.connect(str(file), check_same_thread=False)
        set_up(self._connection, LONGEST_WAIT)
        self._connection.executescript(TABLES)
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        self._connection.close()

    def synchronous(self) -> int:
        """How SQLite syncs: 2 is FULL."""
        return int(self._connection.execute("PRAGMA synchronous").fetchone()[0])

    def last(self, hash_of_origin: str) -> Cosigned | None:
        """What was cosigned last of the log that is called this in addresses."""
        with self._one_at_a_time:
            return self._last(hash_of_origin)

    def go_on(
        self,
        origin: str,
        next_: Callable[[Cosigned | None], Cosigned],
        *,
        after: str | None = None,
    ) -> Cosigned:
        """Put what `next_` makes of the last checkpoint in its place, while nobody else can; what
        it raises leaves everything as it was. It is on the disk when this returns. A log that
        follows another (`after`) goes on from where that one was."""
        called = origin_hash(origin)
        with self._one_at_a_time:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                last = self._last(called)
                if last is None and after is not None:
                    last = self._last(origin_hash(after))
                new = next_(last)
                row = (called, new.checkpoint.size, new.seconds, new.note)
                self._connection.execute(KEEP, row)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return new

    def _last(self, called: str) -> Cosigned | None:
        row = self._connection.execute(
            "SELECT note, cosigned_at FROM checkpoints WHERE origin_hash = ?", (called,)
        ).fetchone()
        return None if row is None else Cosigned(bytes(row[0]), row[1])
