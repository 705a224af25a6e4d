"""The one writer: every command waits its turn, and nobody is answered before the commit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import groupby
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from events.log.database import Database

Order = TypeVar("Order")
Result = TypeVar("Result")
Answer = Callable[[], None]

CAPACITY = 1000
GROUP = 64
"""The most commands that share one commit."""
PATIENCE = 0.002
"""Seconds that a commit is held back for as many as shared the last one: many who declare at once
send their next at much the same time, and a commit of their own for the first of them costs all."""


class BusyError(Exception):
    """The queue is full, the writer has stopped, or the database did not answer."""


Together = Callable[[Sequence[Any]], Sequence[Any]]
"""Carries out many orders at once; gives for each what came of it, or the exception to raise."""


class Waiting(Generic[Result]):
    def __init__(self, order: Any, together: Together) -> None:
        self.order = order
        self.together = together
        self.answer: Future[Result] = Future()
        self.answer.set_running_or_notify_cancel()  # whoever goes away does not undo it


def one_by_one(commands: Sequence[Callable[[], Result]]) -> Sequence[Result]:
    return [command() for command in commands]


class Writer:
    """Runs commands in a thread of its own, many to a commit.

    A command runs inside the append lock, so nothing it reads can move, and in a savepoint of
    its own, so that one that fails takes no other with it. Orders that can be carried out
    together share a savepoint; where that fails, each is carried out again in its own.
    `on_rollback` is told when a commit failed: what was remembered from inside the transaction
    is then not true.
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
        self._usual = 1
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def run(self, command: Callable[[], Result]) -> Result:
        """Run a command in its turn and give what it gives, or raise what it raises.

        Raises `BusyError` when too many wait already, or when the commit failed.
        """
        return self._put(Waiting[Result](command, one_by_one)).result()

    def run_together(
        self,
        order: Order,
        together: Callable[[Sequence[Order]], Sequence[Result | Exception]],
    ) -> Future[Result]:
        """Have an order carried out in its turn, in one go with those that wait beside it."""
        return self._put(Waiting[Result](order, together))

    def _put(self, waiting: Waiting[Result]) -> Future[Result]:
        with self._door:  # nobody comes in behind the last
            if not self._is_open:
                raise BusyError("the writer has stopped")
            try:
                self._queue.put_nowait(waiting)
            except queue.Full:
                raise BusyError("too many are waiting to write") from None
        return waiting.answer

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
        taken = [first, *self._following(self._usual - 1, PATIENCE)]
        answers: list[Answer] = []
        try:
            with self._database.write() as connection:
                while len(answers) < len(taken):
                    answers += _run_all(connection, taken[len(answers) :])
                    taken += self._following(GROUP - len(taken))
        except BaseException as error:  # whatever it is, the thread goes on
            self._on_rollback()
            _refuse(taken, error)
        else:
            for answer in answers:
                answer()
        self._usual = len(taken)

    def _following(self, most: int, patience: float = 0) -> Iterator[Waiting[Any]]:
        """Those who wait by now, or come in so many seconds."""
        give_up_at = time.monotonic() + patience
        for _ in range(most):
            following = self._next(give_up_at - time.monotonic())
            if following is None:
                return
            yield following

    def _next(self, patience: float) -> Waiting[Any] | None:
        """The next command if one waits, or comes in so many seconds."""
        try:
            following = self._queue.get(timeout=max(0.0, patience))
        except queue.Empty:
            return None
        self._finished = following is None
        return following


def _run_all(connection: sa.Connection, waiting: Sequence[Waiting[Any]]) -> Iterator[Answer]:
    """Those who wait beside each other with orders of one sort have them carried out together."""
    for together, alike in groupby(waiting, key=lambda each: each.together):
        if together is one_by_one:
            for each in alike:
                yield from _run(connection, [each])
        else:
            yield from _run(connection, list(alike))


def _run(connection: sa.Connection, waiting: Sequence[Waiting[Any]]) -> list[Answer]:
    """Carry out orders in a savepoint; what is returned tells their callers, after the commit."""
    try:
        with connection.begin_nested():
            results = waiting[0].together([each.order for each in waiting])
    except sa.exc.OperationalError:
        raise  # the connection or the database is gone: for all of the group
    except BaseException as error:
        if len(waiting) == 1:
            return [_answer(waiting[0], _caught(error))]
        return [answer for each in waiting for answer in _run(connection, [each])]
    return [_answer(each, result) for each, result in zip(waiting, results, strict=True)]


def _caught(error: BaseException) -> Exception:
    """What a library in Rust panics with is no `Exception`, and would end its caller's thread."""
    if isinstance(error, Exception):
        return error
    failure = RuntimeError("a command broke off")
    failure.__cause__ = error
    return failure


def _answer(waiting: Waiting[Any], result: Any) -> Answer:
    if isinstance(result, Exception):
        return lambda: waiting.answer.set_exception(result)
    return lambda: waiting.answer.set_result(result)


def _refuse(taken: list[Waiting[Any]], error: BaseException) -> None:
    busy = BusyError("the database did not take the entries")
    busy.__cause__ = error
    for waiting in taken:
        waiting.answer.set_exception(busy)
