"""Puts a copy of the whole database back where there is none. Until it is opened, no server can
use it: on SQLite it has another name, on PostgreSQL nobody but its owner has any rights to it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from events.log import sqlite
from events.log.copying import CopyError, run_beside
from events.log.database import Database

MARK = "unopened"
"""A table that stands in a PostgreSQL database for as long as a copy is put back into it."""
UNOPENED = ".unopened"
"""What the name of a SQLite file ends with for so long."""
ENDS = ("", "-wal", "-shm", "-journal")

CLEAR = """
    DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT oid::regclass AS name FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        LOOP EXECUTE 'DROP TABLE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
        FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
                SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
        LOOP EXECUTE 'DROP FUNCTION IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
    END $$
"""


def copied_back(copy: Path, file: Path) -> Path:
    """Copy a SQLite database to beside where it will be; gives the file, which `open_file` opens.
    Raises `CopyError` if there is a database already."""
    there = [each for each in _with_ends(file) if each.exists()]
    if there:
        raise CopyError(
            f"There is a database already: {', '.join(each.name for each in there)} in "
            f"{file.parent}. Move it away first, and keep it: it may be evidence."
        )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unopened = file.with_name(file.name + UNOPENED)
    remove_file(unopened)
    shutil.copyfile(copy, unopened)
    unopened.chmod(sqlite.OWNER_ALONE)
    return unopened


def open_file(unopened: Path) -> Path:
    """Let the file have its own name, once all of it is in it and on the disk."""
    file = unopened.with_name(unopened.name.removesuffix(UNOPENED))
    with closing(sqlite.driver.connect(str(unopened))) as connection:
        connection.execute(f"PRAGMA journal_mode = {sqlite.ROLLBACK}")
    _to_disk(unopened)
    unopened.rename(file)
    _to_disk(file.parent)
    return file


def remove_file(unopened: Path) -> None:
    for each in _with_ends(unopened):
        each.unlink(missing_ok=True)


def load(database: Database, copy: Path, program: Path) -> None:
    """Have `pg_restore` put a PostgreSQL database back, without anybody's rights. Raises
    `CopyError` if there is anything in it already, or if it was not put back."""
    with database.engine.begin() as connection:
        tables = set(sa.inspect(connection).get_table_names())
        if MARK in tables:  # another time it was broken off
            connection.exec_driver_sql(CLEAR)
        elif tables:
            raise CopyError(
                "There is something in the database already. Keep it, as it may be evidence, and "
                "name one that is empty."
            )
        connection.exec_driver_sql(f"CREATE TABLE {MARK} ()")
    words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    run_beside(database, program, *words, str(copy))


def clear(database: Database) -> None:
    """Take out again what `load` has put in."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(CLEAR)


def is_unopened(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql" and sa.inspect(connection).has_table(MARK)


def unmark(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {MARK}")


def _with_ends(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ENDS]


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
