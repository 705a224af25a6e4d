"""A register's log with somebody who signs it, places outside, and what may happen to all three."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from events.keeping import LogRestored
from events.log import sqlite
from events.log.database import Database
from events.log.log import Log
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import Note, SecretKey, to_base64
from register.proving.comparing import in_force
from register.proving.names import Unsigned
from register.proving.places import Folder, Place
from register.proving.signing import Signer
from tests.logs import said, some_keys
from tests.shaped import bring_into_shape

ORIGIN = "register.example.org/log"


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Bench:
    """One register on SQLite. `made` has everything that any key signed, whoever saw it."""

    folder: Path
    made: list[tuple[str, str]] = field(default_factory=list)
    keys: list[SecretKey] = field(default_factory=list)
    machine: int = 1

    def __post_init__(self) -> None:
        self.outside.mkdir()
        bring_into_shape(self.url)
        self.new_key(ORIGIN)

    @property
    def file(self) -> Path:
        return self.folder / "register.sqlite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    @property
    def outside(self) -> Path:
        return self.folder / "outside"

    @property
    def own(self) -> Path:
        path = self.folder / f"own-{self.machine}"
        path.mkdir(exist_ok=True)
        return path

    def new_key(self, origin: str) -> SecretKey:
        made = self.made

        class Watched(SecretKey):
            def made_of(self, message: bytes) -> bytes:
                made.append((str(self.public), message.decode()))
                return super().made_of(message)

        key = Watched.read(SecretKey.new(origin).text())
        self.keys.append(key)
        return key

    def append(self, number: int = 1) -> None:
        with closing(Log(self.url, some_keys())) as log:
            log.append([said(uuid4()) for _ in range(number)])

    def sign(
        self,
        *,
        point: Callable[[str], None] = lambda _point: None,
        outside: Place | None = None,
        nowhere: bool = False,
    ) -> Unsigned | None:
        with closing(Database(self.url)) as database:
            place = outside or (None if nowhere else Folder(self.outside))
            signer = Signer(database, Folder(self.own), place, lambda: self.keys, point=point)
            return signer.sign()

    def crash(self, at: str) -> None:
        def stop(point: str) -> None:
            if point == at:
                raise Crash

        with pytest.raises(Crash):
            self.sign(point=stop)

    def back_up(self) -> Path:
        copy = self.folder / f"{uuid4()}.backup"
        with (
            closing(sqlite.driver.connect(self.file)) as source,
            closing(sqlite.driver.connect(copy)) as kept,
        ):
            source.backup(kept)
        return copy

    def restore(self, backup: Path) -> None:
        for each in self.folder.glob("register.sqlite*"):
            each.unlink()
        shutil.copy(backup, self.file)

    def tell_restored(self, new_origin: str) -> None:
        """What the command does: the entry, and a key of the new origin."""
        held = [each.public for each in self.keys]
        both = in_force(Folder(self.own), Folder(self.outside), held)
        assert both is not None
        last = both.known[-1]
        with closing(Log(self.url, some_keys())) as log:
            log.append(
                [
                    LogRestored(
                        originator_id=uuid4(),
                        origin=last.origin,
                        kept_size=0,
                        last_size=last.size,
                        last_root=to_base64(last.root),
                        new_origin=new_origin,
                    )
                ]
            )
        self.new_key(new_origin)

    def checkpoints(self) -> Iterator[tuple[str, Checkpoint]]:
        """Every checkpoint that was signed, by its key."""
        for key, text in self.made:
            if not text.startswith("declarations-register/"):
                yield key, checkpoint_of(Note(text, ()))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
