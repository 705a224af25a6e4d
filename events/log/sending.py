"""One statement of PostgreSQL that is sent now and answered later: whoever sends it does something
else while the database stores it, and no other thread has to be woken for it.

libpq itself is asked for it (Asynchronous Command Processing, PostgreSQL 18 documentation, 32.4).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGen
from psycopg.pq import ExecStatus
from psycopg.waiting import Wait

from events.log.waiting import BusyError, PatientConnection

NAME = b"sent"
"""What the prepared statement is called on its connection."""


class Sent:
    """A statement that is on its way: a transaction of its own."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.error: BusyError | None = None
        self.is_answered = False

    def wait(self) -> None:
        """Wait until it is committed. Raises `BusyError`."""
        self._sending.answer(self)
        if self.error is not None:
            raise self.error


class Sending:
    """Sends a statement on a connection of its own, which is made when it is first needed, and anew
    once it was lost. `statement` has its parameters as `$1`, `$2`."""

    def __init__(self, engine: sa.Engine, statement: str) -> None:
        self._engine = engine
        self._statement = statement.encode()
        self._connection: PatientConnection | None = None
        self._last: Sent | None = None
        """What is not answered yet. Whoever sent it may never ask: then the next one does."""
        self._turn = threading.Lock()

    def send(self, given: Sequence[str]) -> Sent | None:
        """None where something is on its way already, or it cannot be sent: nothing is done."""
        if not self._turn.acquire(blocking=False):
            return None
        try:
            if self._last is not None and not self._has_come():
                return None
            if self._last is not None:
                self._take_answer(self._last)
            connection = self._connected()
            connection.warnings.clear()
            connection.pgconn.send_query_prepared(NAME, [each.encode() for each in given])
        except (sa.exc.SQLAlchemyError, psycopg.Error):
            self._drop()
            return None
        else:
            self._last = Sent(self)
            return self._last
        finally:
            self._turn.release()

    def answer(self, sent: Sent) -> None:
        """Wait for the answer, if it is not there already."""
        if sent.is_answered:
            return
        with self._turn:
            if not sent.is_answered:
                self._take_answer(sent)

    def close(self) -> None:
        with self._turn:
            if self._last is not None:
                self._take_answer(self._last)
            self._drop()

    def _has_come(self) -> bool:
        """Whether there is something to read, be it that the connection is lost."""
        return self._connection is None or self._connection.is_lost

    def _take_answer(self, sent: Sent) -> None:
        self._last = None
        try:
            if self._connection is None:
                raise psycopg.OperationalError("the connection is lost")
            self._connection.wait(_committed(self._connection))
            self._connection.check_clean()
        except BusyError as error:
            sent.error = error
        except psycopg.Error as error:
            self._drop()
            sent.error = BusyError("the database did not take it")
            sent.error.__cause__ = error
        finally:
            sent.is_answered = True

    def _connected(self) -> PatientConnection:
        if self._connection is not None and self._connection.is_lost:
            self._drop()
        if self._connection is None:
            pooled = self._engine.raw_connection()
            connection = pooled.driver_connection
            pooled.detach()  # it is not one of the pool's any more
            assert isinstance(connection, PatientConnection)
            self._connection = connection
            _check(connection.pgconn.prepare(NAME, self._statement), ExecStatus.COMMAND_OK)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _committed(connection: PatientConnection) -> PQGen[None]:
    """The steps of waiting for the answer. Raises `psycopg.OperationalError`."""
    pgconn = connection.pgconn
    while pgconn.is_busy():
        yield Wait.R
        pgconn.consume_input()
    result = pgconn.get_result()
    while pgconn.get_result() is not None:
        pass
    _check(result, ExecStatus.COMMAND_OK)


def _check(result: psycopg.pq.abc.PGresult | None, wanted: ExecStatus) -> None:
    if result is None or result.status != wanted:
        raise psycopg.OperationalError("the database did not do it")
