"""`register restore`: a backup is put back, and opened only once it is as it has to be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.keeping import LogRestored
from events.log.database import Database
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.notes import SecretKey, read_note
from events.proof.promises import Promise
from events.proof.proofs import Proof
from register.proving.held import FIRST_ENTRY
from register.proving.kept import last_kept
from register.proving.names import Unsigned
from register.proving.places import Folder
from register.proving.stored_tree import StoredTree
from register.setup.settings import Settings
from register.setup.signing import held_keys, signer
from tests.consoles import said_plainly
from tests.logs import said, texts
from tests.postgres import PostgresAddress, find_programs
from tests.proof.following_phones import Phone
from tests.server import SERVER_USER, Done, Installation

ORIGIN, ANOTHER = "register.example.org/log", "register.example.org/log-2"

pytestmark = pytest.mark.usefixtures("no_waiting")


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


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as undo:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}"
            found = Place(Installation(tmp_path, url), lambda: url)
        else:
            server: PostgresAddress = request.getfixturevalue("postgres_server")

            def new_database() -> str:
                return server.url(undo.enter_context(server.temporary_database()))

            register = Installation(tmp_path, new_database(), server_user=SERVER_USER)
            register.settings["REGISTER_PG_DUMP"] = str(find_programs(tmp_path) / "pg_dump")
            register.run("migrate")
            found = Place(register, new_database)
        found.outside.mkdir()
        found.register.settings |= {
            "REGISTER_CHECKPOINTS": str(found.outside),
            "REGISTER_LOG_ORIGIN": ORIGIN,
        }
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Place:
    url = f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}"
    found = Place(Installation(tmp_path, url), lambda: url)
    found.outside.mkdir()
    found.register.settings |= {
        "REGISTER_CHECKPOINTS": str(found.outside),
        "REGISTER_LOG_ORIGIN": ORIGIN,
    }
    return found


def test_the_drill(place: Place) -> None:
    """A backup, more declarations, a disaster; then it is put back, verified, and signed on under
    another name, which the phone follows, and is told that something is lost."""
    kept = place.append_and_sign()
    phone = Phone(held_keys(place.settings)[0].public)
    backup = place.back_up()
    lost = place.append_and_sign()
    receipts = [place.receipt_of(each) for each in (kept[0], lost[0])]
    with closing(place.database()) as database:
        phone.look(database, Folder(place.outside))
    before = place.size()
    place.lose()

    words = [word for each in receipts for word in ("--receipt", str(each))]
    says = said_plainly(place.restore(backup, *words))
    assert f"Of {before} entries that were signed, those after the first" in says
    assert f"Declaration {lost[0]}, received" in says
    assert str(kept[0]) not in says
    assert "run it again with --origin and a new name" in says
    assert place.is_empty()

    done = place.restore(backup, "--origin", ANOTHER, *words)
    assert done.code == 0, done.errors
    assert f"Declaration {lost[0]}, received" in done.output
    assert f"The new key of the log is {ANOTHER}+" in done.output
    assert place.sign() is None
    assert "were lost, or may have been" in place.register.run("verify")[0]
    with place.register.opened() as register:
        assert texts(register.log.stream(kept[0])) == ["Some words"]
        assert register.log.stream(lost[0]) == []
        [told] = register.log.after(topics=[LogRestored.TOPIC])
    assert isinstance(told, LogRestored)
    assert (told.origin, told.last_size, told.new_origin) == (ORIGIN, before, ANOTHER)
    assert 3 <= told.kept_size < before
    with closing(place.database()) as database:
        phone.look(database, Folder(place.outside))
    assert phone.key.name == ANOTHER
    assert len(phone.chains) == 2, "it was told that the log broke"
