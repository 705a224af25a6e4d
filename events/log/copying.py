"""Copies the whole database as it is at one moment, while others read and write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from events.log import sqlite
from events.log.database import Database, engine_to


class CopyError(Exception):
    """There is no copy: the message says why."""


@contextmanager
def copied_sqlite(database: Database, file: Path) -> Iterator[sa.Connection]:
    """Copy a SQLite database into a file, in one step; gives a connection to the copy, which stands
    by itself: nothing of it is in another file. Raises `CopyError`."""
    try:
        with database.engine.connect() as connection:
            source = connection.connection.driver_connection
            with closing(sqlite.driver.connect(str(file))) as copy:
                if source is None:
                    raise CopyError("the connection was lost")
                source.backup(copy)
                copy.execute(f"PRAGMA journal_mode = {sqlite.ROLLBACK}")
                [(found,), *_] = copy.execute("PRAGMA quick_check").fetchall()
    except sqlite.driver.Error as error:
        raise CopyError(f"SQLite did not copy it: {error}") from None
    if found != "ok":
        raise CopyError(f"The copy is damaged, and so may be the database: {found}")
    engine = engine_to(f"sqlite:///{file}", poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def copied_postgresql(
    database: Database, file: Path, program: Path, leave_out: Sequence[str]
) -> Iterator[sa.Connection]:
    """Have `pg_dump` copy a PostgreSQL database into a file, in its custom format; gives a
    connection that sees what the copy has. Raises `CopyError`."""
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, connection.begin():
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        words = ["--format=custom", f"--file={file}", f"--snapshot={snapshot}"]
        words += (f"--exclude-schema={each}" for each in leave_out)
        run_beside(database, program, *words)
        yield connection


def run_beside(database: Database, program: Path, *words: str) -> None:
    """Run one of PostgreSQL's client programs on the database. Raises `CopyError`."""
    _given, named = database.engine.dialect.create_connect_args(database.engine.url)
    password = named.pop("password", None)
    named.pop("context", None)  # the driver's own
    surroundings = dict(os.environ) | ({} if password is None else {"PGPASSWORD": password})
    command: list[str | Path] = [
        program,
        "--no-password",
        f"--dbname={make_conninfo('', **named)}",
        *words,
    ]
    try:
        done = subprocess.run(
            command, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError as error:
        raise CopyError(
            f"{program} could not be started ({error.strerror}): install PostgreSQL's client "
            "programs, and name pg_dump in REGISTER_PG_DUMP, with pg_restore beside it."
        ) from None
    if done.returncode:
        raise CopyError(f"{program.name} failed: {done.stderr.strip()}")
