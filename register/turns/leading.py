"""One process at a time leads, and it alone does what is done in the background.

On PostgreSQL the leader holds a lock of a connection of its own: the lock is gone when the process
is, or the connection. What a leader does is safe to do twice all the same: the states of alerts and
the leases of messages decide, so one that has not yet noticed its loss does no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Protocol

import psycopg
import structlog

from events.log.alone import connection_alone
from events.log.database import Database

log = structlog.get_logger("register")

LOCK = 0x6C6561646572
"""The advisory lock on PostgreSQL: the word "leader" as a number."""
PAUSE = 0.25
"""Seconds between two tries to lead, and between two questions whether the connection is there."""
TAKE = f"SELECT pg_try_advisory_lock({LOCK})".encode()
HELD = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    f" AND classid = {LOCK >> 32} AND objid = {LOCK & 0xFFFFFFFF}"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Work(Protocol):
    """Something done in the background. `stop` finishes what is in flight."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Leader:
    """Has works done while this process leads. `works` gives them anew each time that it begins to.

    On SQLite there is one process, which always leads.
    """

    def __init__(self, database: Database, works: Callable[[], Sequence[Work]]) -> None:
        self._database = database
        self._works = works
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="leader", daemon=True)
        self.is_leading = False

    def start(self) -> None:
        self._thread.start()
        log.info("standing by")

    def stop(self) -> None:
        """What is in flight is finished first; only then may another process lead."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._database.dialect == "sqlite":
                    self._lead(lambda: None)
                else:
                    self._stand_by()
            except Exception as error:  # whatever it is, it tries again
                log.warning("leader", error=type(error).__name__)
            self._stopped.wait(PAUSE)

    def _stand_by(self) -> None:
        """Lead once nobody else does, until stopped or until the connection is lost."""
        with closing(connection_alone(self._database)) as connection:
            while not self._stopped.is_set():
                if _has(connection, TAKE):
                    self._lead(lambda: connection.execute(b"SELECT 1"))
                    return
                self._stopped.wait(PAUSE)

    def _lead(self, check_leads: Callable[[], object]) -> None:
        """`check_leads` raises once this process leads no more."""
        works = self._works()
        try:
            for each in works:
                each.start()
            self.is_leading = True
            log.info("leading")
            while not self._stopped.wait(PAUSE):
                check_leads()
        finally:
            self.is_leading = False
            with ThreadPoolExecutor() as at_once:
                list(at_once.map(lambda each: each.stop(), works))


def _has(connection: psycopg.Connection, question: bytes) -> bool:
    row = connection.execute(question).fetchone()
    return row is not None and bool(row[0])


def nobody_leads(database: Database, leader: Leader | None = None) -> list[str]:
    """A code word if nothing is done in the background: by no process on PostgreSQL, or on SQLite
    by this one."""
    if database.dialect == "sqlite":
        return [] if leader is not None and leader.is_leading else ["nobody_leads"]
    with database.read() as connection:
        return [] if connection.exec_driver_sql(HELD).scalar() else ["nobody_leads"]
