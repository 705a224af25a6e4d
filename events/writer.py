"""The one writer: every command waits its turn, and nobody is answered before the commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from events.database import Database

Result = TypeVar("Result")

CAPACITY = 1000
GROUP = 64
"""The most commands that share one commit."""


class BusyError(Exception):
    """The queue is full, the writer has stopped, or the database did not answer."""


@dataclass
class Waiting(Generic[Result]):
    command: Callable[[], Result]
    answer: Future[Result]


class Writer:
    """Runs commands one at a time in a thread of its own, many to a commit.

    A command runs inside the append lock, so nothing it reads can move, and in a savepoint of
    its own, so that one that fails takes no other with it. `on_rollback` is told when a commit
    failed: what was remembered from inside the transaction is then not true.
    """

    def __init__(
        self,
        database: Database,
        *,
        capacity: int = CAPACITY,
        on_rollback: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._on_rollback = on_rollback
        self._queue: queue.Queue[Waiting[Any] | None] = queue.Queue(capacity)
        self._door = threading.Lock()
        self._is_open = True
        self._finished = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def run(self, command: Callable[[], Result]) -> Result:
        """Run a command in its turn and give what it gives, or raise what it raises.

        Raises `BusyError` when too many wait already, or when the commit failed.
        """
        waiting = Waiting[Result](command, Future())
        with self._door:  # nobody comes in behind the last
            if not self._is_open:
                raise BusyError("the writer has stopped")
            try:
                self._queue.put_nowait(waiting)
            except queue.Full:
                raise BusyError("too many are waiting to write") from None
        return waiting.answer.result()

    def close(self) -> None:
        """Take no more, and finish what waits."""
        with self._door:
            was_open, self._is_open = self._is_open, False
        if was_open:
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while not self._finished and (first := self._queue.get()) is not None:
            self._commit_together(first)

    def _commit_together(self, first: Waiting[Any]) -> None:
        taken = [first]
        answers: list[Callable[[], None]] = []
        try:
            with self._database.write() as connection:
                answers.append(_run(connection, first))
                while len(taken) < GROUP and (following := self._next()) is not None:
                    taken.append(following)
                    answers.append(_run(connection, following))
        except Exception as error:
            self._on_rollback()
            _refuse(taken, error)
        else:
            for answer in answers:
                answer()

    def _next(self) -> Waiting[Any] | None:
        """The next command if one waits."""
        try:
            following = self._queue.get_nowait()
        except queue.Empty:
            return None
        if following is None:
            self._finished = True
        return following


def _run(connection: sa.Connection, waiting: Waiting[Any]) -> Callable[[], None]:
    """Run one command in its savepoint; what is returned tells its caller, after the commit."""
    try:
        with connection.begin_nested():
            result = waiting.command()
    except sa.exc.OperationalError:
        raise  # the connection or the database is gone: for all of the group
    except Exception as error:
        reason = error
        return lambda: waiting.answer.set_exception(reason)
    return lambda: waiting.answer.set_result(result)


def _refuse(taken: list[Waiting[Any]], error: Exception) -> None:
    busy = BusyError("the database did not take the entries")
    busy.__cause__ = error
    for waiting in taken:
        waiting.answer.set_exception(busy)
