"""Rewrites tables from which something went for good. PostgreSQL leaves what went in the free space
of a table's pages, and its own cleaning does not write over it. A new file without it does."""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from events.log.database import LONGEST_WAIT, Database
from events.log.tables import to_rewrite

LOCKS_FOR = 200
"""Milliseconds that it waits for a table: whoever comes meanwhile waits behind it."""
LARGE = 128 * 1024 * 1024
"""Bytes of a table with its indexes: to rewrite more takes so long that people would notice."""
TRIES = 3
PAUSE = 1.0
"""Seconds between two tries: somebody may read what was there before, who is soon done."""
STILL_THERE = re.compile(r"\D*(\d+)")
"""The first number that PostgreSQL tells of a rewritten table, in whatever language: how many rows
went, but had to be taken along for somebody who began before."""
STATISTICS = "pg_statistic"
"""PostgreSQL's own table, to which it copied some of what stands in others (before 0031)."""
OWNS_DATABASE = (
    "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
)


@dataclass(frozen=True)
class Left:
    """The tables that are not rewritten, and stay noted."""

    read: Sequence[str] = ()
    """Somebody uses them, or may still read what was there before."""
    large: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.read or self.large)


def went_from(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Note that something went from these tables, in the transaction in which it does: whoever is
    killed before they are rewritten leaves the note to the next one."""
    if connection.dialect.name == "postgresql":
        rows = [{"id": uuid4(), "name": each.name} for each in tables]
        connection.execute(sa.insert(to_rewrite), rows)


def rewrite(database: Database, *, large: bool = False, tries: int = TRIES) -> Left:
    """Rewrite what is noted, as the owner; large tables only if that is wanted, as nobody can use
    a table meanwhile. Gives what is left."""
    left = Left()
    if database.dialect != "postgresql":
        return left
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        for number in range(tries):
            if number:
                time.sleep(PAUSE)
            left = _rewrite(connection, math.inf if large else LARGE)
            if not left.read:
                break
    return left


def _rewrite(connection: sa.Connection, largest: float) -> Left:
    noted = defaultdict[str, list[UUID]](list)
    for row in connection.execute(sa.select(to_rewrite)):
        noted[row.name].append(row.id)
    read, large = [], []
    for name, notes in sorted(noted.items()):
        if _size(connection, name) > largest:
            large.append(name)
        elif not _may(connection, name) or _is_rewritten(connection, name):
            connection.execute(sa.delete(to_rewrite).where(to_rewrite.c.id.in_(notes)))
        else:
            read.append(name)
    return Left(read, large)


def _size(connection: sa.Connection, name: str) -> int:
    size = sa.func.pg_total_relation_size(sa.func.quote_ident(name))
    return connection.execute(sa.select(size)).scalar() or 0


def _is_rewritten(connection: sa.Connection, name: str) -> bool:
    told: list[str | None] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        told.append(notice.message_detail)

    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.add_notice_handler(hear)
    try:
        connection.exec_driver_sql(f"SET lock_timeout = {LOCKS_FOR}")
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {quoted}")
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        return False
    finally:
        driver.remove_notice_handler(hear)
        connection.exec_driver_sql(f"SET lock_timeout = {LONGEST_WAIT}")
    found = [STILL_THERE.match(each) for each in told if each]
    return bool(found) and all(each is not None and int(each[1]) == 0 for each in found)


def _may(connection: sa.Connection, name: str) -> bool:
    """Tables of PostgreSQL's own are for whoever owns the database, not only its tables."""
    return name != STATISTICS or bool(connection.exec_driver_sql(OWNS_DATABASE).scalar())
