"""A register that is backed up, lost, and put back."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import sqlalchemy as sa

from events.log.database import Database
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.notes import SecretKey, read_note
from events.proof.promises import Promise
from events.proof.proofs import Proof
from register.proving.held import FIRST_ENTRY
from register.proving.kept import last_kept
from register.proving.names import Unsigned
from register.proving.stored_tree import StoredTree
from register.setup.settings import Settings
from register.setup.signing import signer
from tests.logs import said
from tests.server import Done, Installation

ORIGIN = "register.example.org/log"


@dataclass
class Place:
    """A register that publishes in a folder that is not its own, and what may happen to it."""

    register: Installation
    new_database: Callable[[], str]

    @property
    def outside(self) -> Path:
        return self.register.folder / "outside"

    @property
    def settings(self) -> Settings:
        with patch.dict(os.environ, self.register.env, clear=True):
            return Settings.from_environment()

    def database(self) -> Database:
        return Database(self.register.database_url)

    def append(self, number: int = 3) -> list[UUID]:
        streams = [uuid4() for _ in range(number)]
        with self.register.opened() as register:
            register.log.append([said(each) for each in streams])
        return streams

    def sign(self) -> Unsigned | None:
        with closing(self.database()) as database:
            return signer(database, self.settings).sign()

    def append_and_sign(self, number: int = 3) -> list[UUID]:
        streams = self.append(number)
        assert self.sign() is None
        return streams

    def back_up(self) -> Path:
        folder = self.register.folder / "backups"
        self.register.run("backup", str(folder))
        return max(folder.glob("register-*"), key=lambda each: each.stat().st_mtime_ns)

    def lose(self) -> None:
        """The disk with the database is gone; the keys were elsewhere."""
        for each in self.register.data_dir.glob("register.sqlite*"):
            each.unlink()
        self.register.database_url = self.new_database()

    def restore(self, backup: Path, *more: str) -> Done:
        return self.register.command("restore", str(backup), *more)

    def receipt_of(self, declaration: UUID) -> Path:
        """As a phone keeps it."""
        with closing(self.database()) as database, database.read() as connection:
            row = connection.execute(FIRST_ENTRY, {"stream": declaration}).one()
            promise = Promise.of(ORIGIN, declaration, leaf_data(*row), row.recorded_at)
            kept, tree = last_kept(connection), StoredTree(connection)
            assert kept is not None
            leaf = tree.leaf_of(row.id)
            assert leaf is not None
            hashes = tuple(tree.inclusion(leaf[0], kept.size))
        extra = bytes(promise.signed(SecretKey.new("promises")))
        file = self.register.folder / f"{declaration}.tlog-proof"
        file.write_text(str(Proof(leaf[0], hashes, read_note(kept.note.encode()), extra)))
        return file

    def size(self) -> int:
        with self.register.connected() as connection:
            query = sa.select(sa.func.count()).select_from(entries)
            return connection.execute(query).scalar_one()

    def is_empty(self) -> bool:
        """Whether there is no database, nor the beginning of one."""
        if self.register.is_sqlite:
            left = self.register.data_dir.glob("register.sqlite*")
            return {each.name for each in left} <= {"register.sqlite.server"}
        with self.register.connected() as connection:
            return sa.inspect(connection).get_table_names() == []
