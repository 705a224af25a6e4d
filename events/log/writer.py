"""The one writer: every command waits for its turn, and its answer comes after the commit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from events.log.waiting import BusyError, counted, left

CAPACITY = 1000
LATE = "it was not answered in time"
GROUP = 64
"""The most commands that share one commit."""
PATIENCE = 0.002
"""Seconds that a commit waits until as many commands have come as shared the last commit. People
who declare at the same time often send again at the same time, and one commit serves them all."""


class Unit:
    """A unit of work: one transaction under the append lock, made of attempts.

    State that was read in the transaction is stored in the unit, and ends with it.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the unit. If it fails, it alone is undone."""
        with self.connection.begin_nested():
            yield


Work = TypeVar("Work", bound=Unit)
Command = TypeVar("Command")
Result = TypeVar("Result")
CarryOut = Callable[[Work, Sequence[Command]], Sequence[Result | Exception]]
"""A function that carries out many commands; it gives for each its result, or the exception."""
Answer = Callable[[], None]


class Queued(Generic[Work, Command, Result]):
    """A command that waits in the queue, with the future for its result."""

    def __init__(self, command: Command, carry_out: CarryOut[Work, Command, Result]) -> None:
        self.command = command
        self.carry_out = carry_out
        self.answer: Future[Result] = Future()

    def is_wanted(self) -> bool:
        """Whether to carry it out now: its caller may have given up. From here on, nobody can."""
        return self.answer.set_running_or_notify_cancel()


def one_by_one(
    unit: Work, commands: Sequence[Callable[[Work], Result]]
) -> Sequence[Result | Exception]:
    return [command(unit) for command in commands]


class Writer(Generic[Work]):
    """Runs commands in a thread of its own; many commands share one commit.

    `begin` opens a unit of work. A command runs under the append lock, so what it reads cannot
    change. It runs in an attempt of its own, so its failure undoes no other command. Neighbours in
    the queue with the same `carry_out` share an attempt; if that fails, each is carried out again
    in an attempt of its own.
    """

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Work]], *, capacity: int = CAPACITY
    ) -> None:
        self._begin = begin
        self._queue: queue.Queue[Queued[Work, Any, Any] | None] = queue.Queue(capacity)
        self._door = threading.Lock()
        self._is_open = True
        self._finished = False
        self._usual = 1
        self._thread = threading.Thread(target=self._run_until_closed, name="writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """About how many commands are in the queue."""
        return self._queue.qsize()

    def run(self, command: Callable[[Work], Result]) -> Result:
        """Run a command in its turn; gives its result or raises its exception.

        Raises `BusyError` if too many commands wait already, or if the commit failed.
        """
        queued: Queued[Work, Callable[[Work], Result], Result] = Queued(command, one_by_one)
        return answered(self._put(queued))

    def submit(
        self, command: Command, carry_out: CarryOut[Work, Command, Result]
    ) -> Future[Result]:
        """Queue a command; its neighbours with the same `carry_out` are carried out with it.

        Whoever waits for the future no longer cancels it: a command that is not begun by then is
        never carried out.
        """
        return self._put(Queued(command, carry_out))

    def _put(self, queued: Queued[Work, Command, Result]) -> Future[Result]:
        with self._door:  # no command may be queued behind the end mark
            if not self._is_open:
                raise BusyError("the writer has stopped")
            try:
                self._queue.put_nowait(queued)
            except queue.Full:
                raise BusyError("too many are waiting to write") from None
        return queued.answer

    def close(self) -> None:
        """Take no more commands, and finish those that wait."""
        with self._door:
            was_open, self._is_open = self._is_open, False
        if was_open:
            self._queue.put(None)
        self._thread.join()

    def _run_until_closed(self) -> None:
        while not self._finished and (first := self._queue.get()) is not None:
            self._commit_together(first)

    def _commit_together(self, first: Queued[Work, Any, Any]) -> None:
        taken = [first] if first.is_wanted() else []
        taken += self._following(self._usual - len(taken), PATIENCE)
        if not taken:
            return
        answers: list[Answer] = []
        try:
            with self._begin() as unit:
                while len(answers) < len(taken):
                    answers += _run_all(unit, taken[len(answers) :])
                    taken += self._following(GROUP - len(taken))
        except BaseException as error:  # the thread must go on after any error
            _refuse(taken, error)
            if isinstance(error, sa.exc.OperationalError | BusyError):
                _refuse(list(self._following(CAPACITY)), error)  # the same awaits them
        else:
            for answer in answers:
                answer()
        self._usual = len(taken)

    def _following(self, most: int, patience: float = 0) -> Iterator[Queued[Work, Any, Any]]:
        """At most `most` commands that wait now, or come within `patience` seconds. Those whose
        callers have given up are left out."""
        give_up_at = time.monotonic() + patience
        for _ in range(most):
            following = self._next(give_up_at - time.monotonic())
            if following is None:
                return
            if following.is_wanted():
                yield following

    def _next(self, patience: float) -> Queued[Work, Any, Any] | None:
        """The next command, if one waits or comes within `patience` seconds."""
        try:
            following = self._queue.get(timeout=max(0.0, patience))
        except queue.Empty:
            return None
        self._finished = following is None
        return following


def answered(answer: Future[Result]) -> Result:
    """The answer to a command, or `BusyError` once its caller may wait no longer."""
    try:
        with counted():
            return answer.result(left())
    except TimeoutError:
        if answer.done():
            raise  # it is the answer itself
        answer.cancel()
        raise BusyError(LATE) from None


def _run_all(unit: Work, queued: Sequence[Queued[Work, Any, Any]]) -> Iterator[Answer]:
    """Carry out commands; neighbours with the same `carry_out` are carried out together."""
    for carry_out, alike in groupby(queued, key=lambda each: each.carry_out):
        if carry_out is one_by_one:
            for each in alike:
                yield from _run(unit, [each])
        else:
            yield from _run(unit, list(alike))


def _run(unit: Work, queued: Sequence[Queued[Work, Any, Any]]) -> list[Answer]:
    """Carry out commands in one attempt; gives the answers, to be called after the commit."""
    try:
        with unit.attempt():
            results = queued[0].carry_out(unit, [each.command for each in queued])
    except (sa.exc.OperationalError, BusyError):
        raise  # the connection or the database is gone: the whole group fails
    except BaseException as error:
        if len(queued) == 1:
            return [_answer(queued[0], _caught(error))]
        return [answer for each in queued for answer in _run(unit, [each])]
    return [_answer(each, result) for each, result in zip(queued, results, strict=True)]


def _caught(error: BaseException) -> Exception:
    """The error as an `Exception`. A panic in a Rust library is only a `BaseException`, and would
    end the caller's thread."""
    if isinstance(error, Exception):
        return error
    failure = RuntimeError("a command broke off")
    failure.__cause__ = error
    return failure


def _answer(queued: Queued[Work, Any, Any], result: Any) -> Answer:
    if isinstance(result, Exception):
        return lambda: queued.answer.set_exception(result)
    return lambda: queued.answer.set_result(result)


def _refuse(taken: list[Queued[Work, Any, Any]], error: BaseException) -> None:
    busy = BusyError("the database did not take the entries")
    busy.__cause__ = error
    for queued in taken:
        queued.answer.set_exception(busy)
