"""How long the register waits for its database: no longer than a person waits for an answer.

A database that is away may be silent for ever, so every wait ends on our side. Then the connection
is dropped. It is never cancelled: PostgreSQL calls a commit a success whose wait for a standby was
cancelled.
"""

from __future__ import annotations

import select
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

LONGEST = 5.0
"""Seconds that one wait may take, and that one request may wait altogether."""
WARNING = "01000"
"""PostgreSQL's code for a commit whose wait for a standby was cancelled."""

Result = TypeVar("Result")


class BusyError(Exception):
    """Something was not stored, or it is not known whether it was: the database did not answer, or
    too many wait for it. It is safe to send the same again."""


class UnknownCommitError(BusyError):
    """The entries are in the database, but it may not keep them: no standby has confirmed them."""


class Patience:
    """The time that one request may still wait, counted down as it waits."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def waiting_at_most(seconds: float | None = LONGEST) -> Iterator[None]:
    """Let everything done inside wait so long altogether; None is without an end."""
    before = _patience.set(None if seconds is None else Patience(seconds))
    try:
        yield
    finally:
        _patience.reset(before)


def left() -> float | None:
    """The seconds that may still be waited here; None if there is no end."""
    patience = _patience.get()
    return None if patience is None else patience.left


def waited(seconds: float) -> None:
    """Count a wait."""
    patience = _patience.get()
    if patience is not None:
        patience.left = max(0.0, patience.left - seconds)


@contextmanager
def counted() -> Iterator[None]:
    """Count what is done inside as a wait."""
    began = time.monotonic()
    try:
        yield
    finally:
        waited(time.monotonic() - began)


class PatientConnection(psycopg.Connection[Any]):
    """A connection whose every wait has an end."""

    longest: float | None = LONGEST
    """Seconds that one wait may take; None is without an end."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.warnings: list[str] = []
        """The codes of the warnings that came with the last commit."""
        self.add_notice_handler(lambda notice: self.warnings.append(notice.sqlstate or ""))

    @property
    def is_lost(self) -> bool:
        """Whether the server has closed it. This sends the server nothing, so it costs no round
        trip: no query is under way, so what there is to read can only be the end."""
        if self.closed:
            return True
        waiting = select.poll()
        waiting.register(self, select.POLLIN)
        return bool(waiting.poll(0))

    def check_clean(self) -> None:
        """Raises `UnknownCommitError` if the last commit was done, but PostgreSQL gave up waiting
        for a standby."""
        if WARNING in self.warnings:
            raise UnknownCommitError("no standby has confirmed the commit")

    def wait(self, gen: PQGen[Result], *given: Any, **named: Any) -> Result:
        ends = [each for each in (self.longest, left()) if each is not None]
        if not ends:
            return super().wait(gen, *given, **named)
        with counted():
            try:
                return super().wait(_until(gen, time.monotonic() + min(ends)), *given, **named)
            except TimeoutError:
                self.pgconn.finish()
                raise psycopg.OperationalError("the database did not answer in time") from None


def _until(gen: PQGen[Result], end: float) -> Generator[Any, Any, Result]:
    """The same steps of the driver, ended by `TimeoutError`: it is woken at short intervals."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            wanted = gen.send(ready)
            if time.monotonic() >= end:
                raise TimeoutError
    except StopIteration as done:
        result: Result = done.value
        return result
