"""A connection that is kept for single statements: each is a transaction of its own.

A statement then costs one round trip, and nothing is set up before it or undone after it. The
driver itself is asked, as SQLAlchemy would take longer than the database does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa

from events.log.waiting import BusyError, PatientConnection

Execute = Callable[[str, Mapping[str, object]], None]


class AtOnce:
    """Made when it is first needed, and anew once it was lost. One thread at a time has it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._driver: Any = None
        self._turn = threading.Lock()

    @contextmanager
    def ready(self) -> Iterator[Execute]:
        """What executes a statement at once: the database is asked with the next thing that is
        done. Raises `BusyError` where the database does not take it, `UnknownCommitError` where it
        may not keep it. After an error the connection is not used again."""
        refused = (sa.exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)
        with self._turn:
            try:
                yield partial(_execute, self._connected())
            except refused as error:
                self._drop()
                raise BusyError("the database did not take it") from error

    def close(self) -> None:
        with self._turn:
            self._drop()

    def _connected(self) -> Any:
        """The driver's own connection."""
        if isinstance(self._driver, PatientConnection) and self._driver.is_lost:
            self._drop()
        if self._driver is None:
            pooled = self._engine.raw_connection()
            self._driver = pooled.driver_connection
            pooled.detach()  # it is not one of the pool's any more
            if isinstance(self._driver, PatientConnection):
                self._driver.autocommit = True
        return self._driver

    def _drop(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None


def _execute(driver: Any, statement: str, given: Mapping[str, object]) -> None:
    if not isinstance(driver, PatientConnection):
        driver.execute(statement, given)
        return
    driver.warnings.clear()
    driver.execute(statement, given)
    driver.check_clean()
