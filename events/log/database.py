"""One engine for SQLite and PostgreSQL, with the lock that every append takes first."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

APPEND_LOCK = 0x656E7472696573
"""The advisory lock on PostgreSQL: the word "entries" as a number."""

LONGEST_WAIT = 10_000
"""Milliseconds that an append waits for the lock before it fails."""
SHORTEST_WAIT = 50
"""Milliseconds that `Database.note` waits for the lock: nobody should have to wait for it."""

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "recursive_triggers = ON",
    "foreign_keys = ON",
    f"busy_timeout = {LONGEST_WAIT}",
)

SINGLE: dict[str, dict[str, Any]] = {
    "sqlite": {"single": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""Options for a connection without transactions: a transaction costs two more round trips."""


class Database:
    """Gives connections and transactions. A call inside a transaction of its thread joins it.

    On PostgreSQL every connection takes on `role`: the server logs in as one user and has only
    the rights of another.
    """

    def __init__(self, url: str, *, role: str | None = None) -> None:
        self.engine = _engine(url, role)
        self._single = self.engine.execution_options(**SINGLE[self.engine.dialect.name])
        self.dialect = self.engine.dialect.name
        self._thread = threading.local()

    @contextmanager
    def write(self, patience: int = LONGEST_WAIT) -> Iterator[sa.Connection]:
        """A transaction that holds the append lock; joins the transaction of this thread, if any.

        What is read in it cannot change before it commits. `patience` is how many milliseconds
        to wait for the lock.
        """
        joined = getattr(self._thread, "connection", None)
        if joined is not None:
            yield joined
            return
        with self.engine.connect() as connection:
            connection = connection.execution_options(append=True, patience=patience)
            with connection.begin():
                self._thread.connection = connection
                try:
                    yield connection
                finally:
                    self._thread.connection = None

    @contextmanager
    def joined(self, connection: sa.Connection) -> Iterator[None]:
        """Inside, everything that this thread does joins a transaction with the append lock."""
        self._thread.connection = connection
        try:
            yield
        finally:
            self._thread.connection = None

    def note(self, work: Callable[[sa.Connection], None]) -> None:
        """Write something that nobody should have to wait for. While the database is busy,
        nothing is written and nothing is raised."""
        with suppress(sa.exc.OperationalError), self.write(SHORTEST_WAIT) as connection:
            work(connection)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection to read with; joins the transaction or the reading of this thread, if any.

        Outside a transaction, each statement sees everything that is committed at that time.
        """
        thread = self._thread
        joined = getattr(thread, "connection", None) or getattr(thread, "reading", None)
        if joined is not None:
            yield joined
            return
        with self._single.connect() as connection:
            thread.reading = connection
            try:
                yield connection
            finally:
                thread.reading = None

    def close(self) -> None:
        self.engine.dispose()


def holds_append_lock(connection: sa.Connection) -> bool:
    return bool(connection.get_execution_options().get("append"))


def _patience(connection: sa.Connection) -> int:
    return int(connection.get_execution_options().get("patience", LONGEST_WAIT))


def _engine(url: str, role: str | None) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(address, pool_size=10, max_overflow=40, hide_parameters=True)
        _set_up_sqlite(engine)
    else:
        engine = sa.create_engine(
            address,
            isolation_level="READ COMMITTED",  # a single snapshot would be older than the lock
            pool_size=10,
            max_overflow=40,
            hide_parameters=True,
        )
        _set_up_postgresql(engine, role)
    return engine


def _set_up_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin too late, and without the lock
        connection.text_factory = _text
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if holds_append_lock(connection):
            _begin_immediate(connection, _patience(connection))
        elif not connection.get_execution_options().get("single"):
            connection.exec_driver_sql("BEGIN")


def _text(stored: bytes) -> str:
    """Text as it is stored. What is not text spoils its own entry, and no statement."""
    return stored.decode(errors="replace")


def _begin_immediate(connection: sa.Connection, patience: int) -> None:
    if patience == LONGEST_WAIT:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {LONGEST_WAIT}")


def _set_up_postgresql(engine: sa.Engine, role: str | None) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {LONGEST_WAIT}")
        if role is not None:
            connection.execute(f'SET ROLE "{role}"')
        connection.commit()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: object, _proxy: object) -> None:
        """Make the pool use another connection if the server has closed this one.

        This sends the server nothing, so it costs no round trip.
        """
        if connection.closed or _has_something_to_read(connection):
            raise sa.exc.DisconnectionError

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if holds_append_lock(connection):
            if _patience(connection) != LONGEST_WAIT:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_patience(connection)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")


def _has_something_to_read(connection: Any) -> bool:
    """Whether an idle connection has input. No query is under way, so it must be closed."""
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(0))
