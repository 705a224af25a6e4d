"""Which SQLite holds the log, and how its file is opened.

SQLite 3.7.0 to 3.51.2 has a fault: in WAL mode it can lose a committed transaction, or damage the
file, when two connections checkpoint and commit at the same time. So the register brings a build
that is sound (`pysqlite3`). Where there is none, it uses the rollback journal, which does not have
the fault.

Nothing else imports a driver of SQLite: two copies of SQLite in one process undo each other's locks
on a file.
"""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

try:
    from pysqlite3 import dbapi2
except ImportError:  # there is no wheel for this machine
    from sqlite3 import dbapi2

driver = dbapi2

HAVE_A_WHEEL = {("linux", "x86_64"), ("darwin", "arm64")}
"""Systems and processors for which there is a sound build; requirements.in names the same."""
SOUND_SINCE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""The first sound version of each branch that was mended; whatever follows the last is sound."""
FAULTY_SINCE = (3, 7, 0)

WAL, ROLLBACK = "WAL", "DELETE"
OWNER_ALONE = 0o600
IN_MEMORY = (None, "", ":memory:")

Version = tuple[int, ...]


class FaultySQLiteError(Exception):
    """This SQLite could lose what was stored, so the register does not use it."""


def is_sound(version: Version) -> bool:
    """Whether WAL mode loses nothing with this version of SQLite."""
    same_branch = any(mended[:2] == version[:2] and version >= mended for mended in SOUND_SINCE)
    return version < FAULTY_SINCE or same_branch or version > SOUND_SINCE[-1]


def journal(version: Version | None = None) -> str:
    """The journal to use with a version, or with the one in use. Raises `FaultySQLiteError` if
    the version is faulty though there is a sound build for this machine."""
    version = version or driver.sqlite_version_info
    if is_sound(version):
        return WAL
    if (sys.platform, platform.machine()) in HAVE_A_WHEEL:
        raise FaultySQLiteError(
            f"SQLite {_written(version)} can lose what was stored. Install the packages of "
            "requirements.txt, which bring a SQLite that does not (pysqlite3)."
        )
    return ROLLBACK


def _written(version: Version) -> str:
    return ".".join(map(str, version))


def make_private(address: sa.URL) -> None:
    """Let only the owner read the file. It is made here if it is not there: SQLite gives the files
    beside it the same rights."""
    if address.database in IN_MEMORY or address.query.get("uri"):
        return
    file = Path(str(address.database))
    # A file that is there is not opened: closing it would undo SQLite's locks on it.
    if file.exists():
        for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if each.exists() and each.stat().st_mode & ~OWNER_ALONE & 0o777:
                each.chmod(OWNER_ALONE)
    elif file.parent.is_dir():
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE))


def set_up(connection: Any, longest_wait: int) -> None:
    """Prepare a driver's connection. `longest_wait` is in milliseconds."""
    connection.isolation_level = None  # the driver would begin too late, and without the lock
    connection.execute(f"PRAGMA busy_timeout = {longest_wait}")
    _set_journal(connection, journal())
    for pragma in ("synchronous = FULL", "recursive_triggers = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    # Else what is erased stays in free pages; and when a page is full, keys that are copied to
    # others stay on it, where nobody who erases them comes.
    connection.execute("PRAGMA secure_delete = ON")


def _set_journal(connection: Any, wanted: str) -> None:
    """WAL mode is a property of the file: it cannot be left while somebody else has it open."""
    if wanted == WAL:
        connection.execute(f"PRAGMA journal_mode = {WAL}")
        return
    try:
        (found,) = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
    except driver.OperationalError:
        found = WAL
    if str(found).upper() == WAL:
        raise FaultySQLiteError(
            f"SQLite {driver.sqlite_version} can lose what was stored while the database is in WAL "
            "mode, and another program keeps it there. Stop that program, and start again."
        )
