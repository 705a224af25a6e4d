"""`register backup`: a copy of the database with a manifest, in a folder that never holds keys.

A copy is made in a folder that nobody takes for one, and gets its name once it is whole and on the
disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import sqlalchemy as sa
import typer
from alembic.runtime.migration import MigrationContext
from eventsourcing.persistence import PersistenceError

from events.log.clocks import ClockPartedError
from events.log.copying import CopyError, copied_postgresql, copied_sqlite
from events.log.database import Database
from events.log.tables import entries
from events.safekeeping import BackupMade
from register.console.opening import existing_database
from register.console.rebuilding import BESIDE
from register.console.rotating import sealed_tables
from register.reading.condition import BACKUPS
from register.setup.keys import MasterKeyError, folder_of
from register.setup.migrating import NotMigratedError, check_migrated
from register.setup.opening import open_log
from register.setup.settings import Settings

MANIFEST = "manifest.json"
NAMES = {"sqlite": "register.sqlite", "postgresql": "register.dump"}
UNFINISHED = ".unfinished-"
IS_KEY = re.compile(rb"\s*(next:)?(\d+:)?[0-9a-fA-F]{64}\s*")
LARGEST_KEYS = 4096
"""Bytes: no file of keys is larger."""


class Part(msgspec.Struct, frozen=True):
    """A file of a backup."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is. `shape` is the last migration of the database; `master_keys` are the
    versions without which not all of it can be opened; `last` is the position of its last entry."""

    made_at: datetime
    engine: str
    shape: str | None
    last: int
    master_keys: list[int]
    files: list[Part]


def backup_command(
    folder: Annotated[Path, typer.Argument(help="Where backups are kept, apart from the keys")],
) -> None:
    """Copy the database into a new folder in FOLDER, beside a running server; on PostgreSQL by
    pg_dump, as the one who owns it. Keys are not copied: keep them elsewhere."""
    settings = Settings.from_environment()
    with ended_in_order():
        made, manifest = back_up(settings, folder)
    typer.echo(f"The backup is in {made}, up to position {manifest.last}.")
    try:
        record(settings, made, manifest)
    except (
        *(ClockPartedError, MasterKeyError, NotMigratedError),
        *(PersistenceError, sa.exc.SQLAlchemyError),
    ) as error:
        typer.echo(f"The log does not say that it was made: {error}", err=True)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Whoever ends the process (SIGTERM, SIGHUP) has what is half-done removed."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def back_up(settings: Settings, folder: Path) -> tuple[Path, Manifest]:
    """Make a backup; gives its folder and its manifest. Raises `CopyError`."""
    check_apart(settings, folder)
    try:
        with (
            closing(existing_database(settings, as_owner=True)) as database,
            _only_one(folder),
            _unfinished(folder) as spare,
        ):
            manifest = _copy(settings, database, spare)
            (spare / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
            for each in (*spare.iterdir(), spare):
                _to_disk(each)
            made = spare.rename(_free(folder, f"register-{manifest.made_at:%Y-%m-%dT%H%M%SZ}"))
            _to_disk(folder)
    except OSError as error:
        raise CopyError(f"{folder}: {error.strerror}; there is no backup.") from None
    return made, manifest


def check_apart(settings: Settings, folder: Path) -> None:
    """Raises `CopyError` if a backup would lie with the keys."""
    target, data, keys = (
        each.resolve() for each in (folder, settings.data_dir, folder_of(settings))
    )
    if target.is_relative_to(data):
        raise CopyError(
            f"{folder} is in REGISTER_DATA_DIR, with the database and its keys. Name a folder on "
            "another disk: whoever has a backup and the keys can read everything."
        )
    found = keys if keys.is_relative_to(target) else _with_a_key(target)
    if found is not None:
        raise CopyError(
            f"There are keys in {folder} ({found.relative_to(target)}). Keep them apart from "
            "backups: whoever has both can read everything."
        )


def _with_a_key(folder: Path) -> Path | None:
    """A file with keys in a folder, or in one of its folders."""
    for file in (*folder.glob("*"), *folder.glob("*/*")):
        if not file.is_file() or file.stat().st_size > LARGEST_KEYS:
            continue
        if any(map(IS_KEY.fullmatch, re.split(rb"[\n,]", file.read_bytes()))):
            return file
    return None


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Make the folder, and be the only one who makes a backup in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CopyError(f"Another command is making a backup in {folder}.") from None
    finally:
        os.close(opened)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A new folder, which is gone again if what it is for breaks off. What a process left that was
    killed goes first."""
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    spare = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        yield spare
    finally:
        shutil.rmtree(spare, ignore_errors=True)


def _copy(settings: Settings, database: Database, spare: Path) -> Manifest:
    """Copy the database into a folder, and say what the copy is."""
    file = spare / NAMES[database.dialect]
    file.touch(mode=0o600)
    copied: AbstractContextManager[sa.Connection] = (
        copied_sqlite(database, file)
        if database.dialect == "sqlite"
        else copied_postgresql(database, file, settings.pg_dump, [BESIDE])
    )
    with copied as connection:
        last = connection.execute(sa.select(sa.func.max(entries.c.id))).scalar() or 0
        shape = MigrationContext.configure(connection).get_current_revision()
        versions = sorted(_versions(connection))
    return Manifest(
        made_at=datetime.now(UTC),
        engine=database.dialect,
        shape=shape,
        last=last,
        master_keys=versions,
        files=[part_of(file)],
    )


def _versions(connection: sa.Connection) -> set[int]:
    """The master keys that a database needs, whatever its shape."""
    there = set(sa.inspect(connection).get_table_names())
    found: set[int] = set()
    for table in sealed_tables():
        if table.name in there:
            query = sa.select(table.c.master).where(table.c.master.is_not(None)).distinct()
            found.update(connection.execute(query).scalars())
    return found


def part_of(file: Path) -> Part:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Part(file.name, file.stat().st_size, digest)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _free(folder: Path, name: str) -> Path:
    number, free = 1, folder / name
    while free.exists():
        number, free = number + 1, folder / f"{name}-{number + 1}"
    return free


def record(settings: Settings, made: Path, manifest: Manifest) -> None:
    """Say in the log that a backup was made."""
    with closing(existing_database(settings)) as database:
        check_migrated(database)  # else the log would be brought into today's shape
    with closing(open_log(settings)) as log:
        log.append(
            [
                BackupMade(
                    originator_id=BACKUPS,
                    last=manifest.last,
                    size=sum(each.size for each in manifest.files),
                    digest=hashlib.sha256((made / MANIFEST).read_bytes()).hexdigest(),
                )
            ]
        )
