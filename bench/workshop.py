"""Where the bench works: its folder, its databases, and how much it does."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from uuid import uuid4

from bench.filling import copy_log, fill
from bench.servers import ROOT
from register.setup.migrating import migrate
from register.setup.settings import Settings
from tests.postgres import PostgresServer

FOLDER = ROOT / ".bench"
"""Kept between runs: filled logs, and Django's virtual environment. Never committed."""
ENGINES = ("sqlite", "postgresql")
POSTGRES = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
SQLITE_FILE = "register.sqlite"


@dataclass(frozen=True)
class Sizes:
    runs: int
    seconds: float
    """How long one run of the load takes."""
    calls: int
    """How often one run calls what is measured by the call."""
    small: int
    large: int
    """Entries in a register."""


FULL = Sizes(runs=5, seconds=4, calls=200, small=2_000, large=200_000)
QUICK = Sizes(runs=1, seconds=0.5, calls=5, small=300, large=900)


@dataclass
class Workshop:
    sizes: Sizes
    _undo: ExitStack = field(default_factory=ExitStack)
    _filled: dict[int, str] = field(default_factory=dict)
    """The filled databases of PostgreSQL, by their entries."""

    def __enter__(self) -> Workshop:
        FOLDER.mkdir(exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    @cached_property
    def folder(self) -> Path:
        """A new folder on the checkout's disk, gone with the bench."""
        return Path(self._undo.enter_context(TemporaryDirectory(prefix="run-", dir=FOLDER)))

    @cached_property
    def postgres(self) -> PostgresServer:
        """A server of the bench's own that waits for the disk, as one in use does."""
        return self._undo.enter_context(PostgresServer(durable=True, settings=POSTGRES))

    @contextmanager
    def database(self, engine: str) -> Iterator[str]:
        """The URL of an empty database."""
        if engine == "sqlite":
            yield f"sqlite:///{self._new_folder() / SQLITE_FILE}"
            return
        with self.postgres.address.temporary_database() as name:
            yield self.postgres.url(name)

    @contextmanager
    def empty(self, engine: str) -> Iterator[Settings]:
        """A new register."""
        with self.database(engine) as url:
            migrate(url)
            yield Settings(data_dir=self._new_folder(), database_url=url)

    @contextmanager
    def filled(self, engine: str, entries: int) -> Iterator[Settings]:
        """A register that holds as many entries: a copy, free to be written to."""
        copy = self._new_folder()
        shutil.copytree(self._kept(entries), copy, dirs_exist_ok=True)
        if engine == "sqlite":
            yield _at(copy)
        else:
            name = f"copy_{uuid4().hex}"
            self._sql(f"CREATE DATABASE {name} TEMPLATE {self._filled_postgres(entries)}")
            yield Settings(data_dir=copy, database_url=self.postgres.url(name))
            self._sql(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(copy)

    def _kept(self, entries: int) -> Path:
        """The folder of a filled register on SQLite; filled now if nobody has before."""
        kept = FOLDER / f"filled-{entries}-{_made_by()}"
        if not kept.exists():
            with TemporaryDirectory(prefix="filling-", dir=FOLDER) as folder:
                fill(_at(Path(folder) / "register"), entries)
                (Path(folder) / "register").rename(kept)
        return kept

    def _filled_postgres(self, entries: int) -> str:
        """A database with the same log, and with statistics as a server in use has them."""
        if entries not in self._filled:
            name = self._undo.enter_context(self.postgres.address.temporary_database())
            settings = Settings(data_dir=self._kept(entries), database_url=self.postgres.url(name))
            copy_log(_at(self._kept(entries)), settings)
            with self.postgres.address.connect(name) as connection:
                connection.execute("VACUUM ANALYZE")
            self._filled[entries] = name
        return self._filled[entries]

    def _sql(self, statement: str) -> None:
        with self.postgres.address.connect() as connection:
            connection.execute(statement)

    def _new_folder(self) -> Path:
        folder = self.folder / uuid4().hex
        folder.mkdir()
        return folder


def _at(folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder / SQLITE_FILE}")


def _made_by() -> str:
    """What a kept log was made by: it is filled anew when that has changed."""
    files = [
        *sorted((ROOT / "events").glob("*.py")),
        *sorted((ROOT / "register").rglob("*.py")),
        *(ROOT / "bench" / name for name in ("filling.py", "bodies.py", "organisation.py")),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
