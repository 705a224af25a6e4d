"""One engine for SQLite and PostgreSQL, with the lock that every append takes first."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from events.log import sqlite
from events.log.at_once import AtOnce, Execute
from events.log.clocks import utc_now
from events.log.sending import Sending
from events.log.tables import moment_for
from events.log.waiting import (
    LONGEST,
    BusyError,
    PatientConnection,
    counted,
    left,
)

APPEND_LOCK = 0x656E7472696573
"""The advisory lock on PostgreSQL: the word "entries" as a number."""

TAKE_LOCK = f"SELECT pg_advisory_xact_lock({APPEND_LOCK}), clock_timestamp()"
"""Also tells what PostgreSQL's clock says, once the lock is held."""

LONGEST_WAIT = 4_500
"""Milliseconds that an append waits for the lock before it fails; a little less than any wait for
the database, after which the connection would be dropped."""
SHORTEST_WAIT = 50
"""Milliseconds that `Database.note` waits for the lock: nobody should have to wait for it."""

SHORTEST_TIMEOUT = 2
"""Seconds: the driver gives any attempt to connect that long."""

SINGLE: dict[str, dict[str, Any]] = {
    "sqlite": {"single": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""Options for a connection without transactions: a transaction costs two more round trips."""


KEPT, MORE = 10, 40
"""How many connections are kept open, and how many more there may be."""


class Database:
    """Gives connections and transactions. A call inside a transaction of its thread joins it.

    On PostgreSQL every connection takes on `role`: the server logs in as one user and has only
    the rights of another. `longest` is how many seconds one wait for PostgreSQL may take; None is
    for work that takes long, such as migrations.
    """

    def __init__(
        self, url: str, *, role: str | None = None, longest: float | None = LONGEST
    ) -> None:
        self.longest = longest
        self.wall: Callable[[], datetime] = utc_now
        self.ahead: timedelta | None = None
        """By how much this machine's clock was ahead of PostgreSQL's at the last append."""
        self.engine = _engine(url, role, self)
        if self.engine.dialect.name == "postgresql":
            _end_every_wait(self.engine, self)
        self._at_once = AtOnce(self.engine)
        self._places = threading.BoundedSemaphore(KEPT + MORE)
        self._single = self.engine.execution_options(**SINGLE[self.engine.dialect.name])
        self.dialect = self.engine.dialect.name
        self.moment = moment_for(self.engine.dialect)
        self._thread = threading.local()
        self._turn = threading.Lock()
        """On SQLite there is one writer at a time: a thread that waits here begins at once when the
        one before it is done, while SQLite itself would only ask again now and then."""

    @contextmanager
    def write(self, patience: int = LONGEST_WAIT) -> Iterator[sa.Connection]:
        """A transaction that holds the append lock; joins the transaction of this thread, if any.

        What is read in it cannot change before it commits. `patience` is how many milliseconds
        to wait for the lock. Raises `UnknownCommitError` if the commit was not a clean one.
        """
        joined = getattr(self._thread, "connection", None)
        if joined is not None:
            yield joined
            return
        with self._in_turn(patience), self._connected(self.engine) as connection:
            connection = connection.execution_options(append=True, patience=_at_most(patience))
            with connection.begin():
                self._thread.connection = connection
                try:
                    yield connection
                finally:
                    self._thread.connection = None
            if self.dialect == "postgresql":
                _driver(connection).check_clean()

    @contextmanager
    def write_beside(self) -> Iterator[sa.Connection]:
        """A transaction that writes beside the log. On PostgreSQL it does not hold the append lock,
        so nobody who appends waits for it."""
        if self.dialect == "sqlite":
            with self.write() as connection:
                yield connection
            return
        with self._connected(self.engine) as connection:
            with connection.begin():
                yield connection
            _driver(connection).check_clean()

    @contextmanager
    def write_at_once(self) -> Iterator[Execute]:
        """Gives what writes beside the log by one statement that is a transaction of its own. All
        that can be done before is done. Raises `BusyError`."""
        with self._in_turn(LONGEST_WAIT), self._place(), self._at_once.ready() as execute:
            yield execute

    def sending(self, statement: str) -> Sending:
        """What sends this statement beside the log, on PostgreSQL."""
        return Sending(self.engine, statement)

    @contextmanager
    def _in_turn(self, patience: int) -> Iterator[None]:
        if self.dialect != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=_at_most(patience) / 1000):
            raise BusyError("another thread is writing")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _connected(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """A connection, once there is a place for one more."""
        with self._place(), engine.connect() as connection:
            yield connection

    @contextmanager
    def _place(self) -> Iterator[None]:
        with counted():
            has_place = self._places.acquire(timeout=LONGEST if left() is None else left())
        if not has_place:
            raise BusyError("too many use the database")
        try:
            yield
        finally:
            self._places.release()

    def vouch(self, connection: sa.Connection) -> None:
        """Make the commit of this transaction wait as if it had stored something: for whoever
        answers for entries that an earlier transaction stored, whose commit may be unknown."""
        if self.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'register', '')")

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
        with suppress(BusyError, sa.exc.OperationalError), self.write(SHORTEST_WAIT) as connection:
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
        with self._connected(self._single) as connection:
            thread.reading = connection
            try:
                yield connection
            finally:
                thread.reading = None

    def close(self) -> None:
        self._at_once.close()
        self.engine.dispose()


def hold(connection: sa.Connection, lock: int) -> None:
    """Hold an advisory lock of PostgreSQL until the transaction ends; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")


def holds_append_lock(connection: sa.Connection) -> bool:
    return bool(connection.get_execution_options().get("append"))


def _patience(connection: sa.Connection) -> int:
    return int(connection.get_execution_options().get("patience", LONGEST_WAIT))


def engine_to(url: str | sa.URL, **options: Any) -> sa.Engine:
    """An engine, on SQLite with the register's own build, and without anything set up."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        options["module"] = sqlite.driver
    return sa.create_engine(url, **options)


def _at_most(patience: int) -> int:
    """Milliseconds to wait for the lock: no more than this request may still wait."""
    seconds = left()
    return patience if seconds is None else max(1, min(patience, int(seconds * 1000)))


def _engine(url: str, role: str | None, database: Database) -> sa.Engine:
    address = sa.make_url(url)
    options: dict[str, Any] = {"pool_size": KEPT, "max_overflow": MORE, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        sqlite.journal()  # refuses a faulty SQLite before it touches the file
        sqlite.make_private(address)
        engine = engine_to(address, **options)
        _set_up_sqlite(engine)
    else:
        # A single snapshot for the whole transaction would be older than the lock.
        engine = engine_to(address, isolation_level="READ COMMITTED", **options)
        _set_up_postgresql(engine, role, database)
    return engine


def _set_up_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        sqlite.set_up(connection, LONGEST_WAIT)
        connection.text_factory = _text

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


def _set_up_postgresql(engine: sa.Engine, role: str | None, database: Database) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {LONGEST_WAIT}")
        connection.execute("SET client_min_messages = warning")  # an unknown commit is a warning
        if role is not None:
            connection.execute(f'SET ROLE "{role}"')
        connection.commit()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: object, _proxy: object) -> None:
        """Make the pool use another connection if the server has closed this one."""
        if connection.is_lost:
            raise sa.exc.DisconnectionError

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if holds_append_lock(connection):
            if _patience(connection) != LONGEST_WAIT:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_patience(connection)}")
            _, theirs = connection.exec_driver_sql(TAKE_LOCK).one()
            database.ahead = database.wall() - theirs


def _end_every_wait(engine: sa.Engine, database: Database) -> None:
    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, given: Any, named: Any) -> PatientConnection:
        remaining = left()
        if remaining is not None and remaining < SHORTEST_TIMEOUT / 2:
            raise psycopg.OperationalError("there is no time left to connect")
        ends = [each for each in (database.longest, remaining) if each is not None]
        if ends:
            named.setdefault("connect_timeout", max(SHORTEST_TIMEOUT, math.ceil(min(ends))))
        with counted():
            connection = PatientConnection.connect(*given, **named)
        connection.longest = database.longest
        return connection

    event.listen(engine, "commit", _forget_warnings)


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def _forget_warnings(connection: sa.Connection) -> None:
    _driver(connection).warnings.clear()
