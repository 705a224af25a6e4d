"""Hears that entries were stored: by this process at once, by others through PostgreSQL.

What goes from process to process is a position, and nothing of what was stored. Whoever hears
nothing for a while has to look for themselves: a message may be lost with its connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing

import psycopg
import sqlalchemy as sa
import structlog

from events.log.alone import connection_alone
from events.log.database import Database

log = structlog.get_logger("register")

CHANNEL = "entries"
PAUSE = 1.0
"""Seconds until a lost connection is made anew."""
SILENCE, TICK = 5.0, 0.5
"""Seconds after which a silent connection is tried, and between two looks whether to stop."""


def announce(connection: sa.Connection, position: int) -> None:
    """Tell other processes, once this transaction is committed, that there are entries up to a
    position."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', '{position:d}')")


class Hearing:
    """Calls `heard` whenever another process stored something, from `start` to `stop`."""

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        self._database = database
        self._heard = heard
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="hearing", daemon=True)

    def start(self) -> None:
        if self._database.dialect == "postgresql":
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go(self) -> None:
        while not self._stopped.is_set():
            try:
                with closing(connection_alone(self._database)) as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._heard()  # there may have been something before
                    self._listen(connection)
            except Exception as error:  # whatever it is, it listens again
                log.warning("hearing", error=type(error).__name__)
                self._stopped.wait(PAUSE)

    def _listen(self, connection: psycopg.Connection) -> None:
        silent = 0.0
        while not self._stopped.is_set():
            if list(connection.notifies(timeout=TICK, stop_after=1)):
                silent = 0.0
                self._heard()
                continue
            silent += TICK
            if silent >= SILENCE:
                connection.execute(b"SELECT 1")
                silent = 0.0
