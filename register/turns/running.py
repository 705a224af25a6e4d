"""Runs turns in the thread of the one writer, or in a thread that is in a turn already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from events.log.log import Log
from events.log.waiting import BusyError, left
from events.log.writer import LATE, Writer, answered
from register.alerts.sort import AnyState
from register.alerts.sorts import Sorts
from register.directory.cache import DirectoryCache
from register.errors import unavailable_when_busy
from register.reading.reader import Reader
from register.ruling.pacing import Paces
from register.turns.turn import Done, Order, Turn

Result = TypeVar("Result")
Given = ParamSpec("Given")


class Turns:
    """Begins turns. After a turn's commit, its directory becomes the one in memory."""

    def __init__(
        self,
        log: Log,
        read: Reader,
        directories: DirectoryCache,
        sorts: Sorts,
        paces: Paces,
        *,
        queue_size: int,
    ) -> None:
        self._log = log
        self._read = read
        self._directories = directories
        self._sorts = sorts
        self._paces = paces
        self._thread = threading.local()
        self._writer = Writer(self.begin, capacity=queue_size)

    def close(self) -> None:
        self._writer.close()

    @property
    def waiting(self) -> int:
        """About how many orders are in the queue."""
        return self._writer.waiting

    @contextmanager
    def begin(self) -> Iterator[Turn]:
        """A turn of this thread: everything done inside is one transaction, or a part of the one
        that this thread is in."""
        outer: Turn | None = getattr(self._thread, "turn", None)
        if outer is not None:
            with outer.attempt():
                yield outer
            return
        with self._log.database.write() as connection:
            turn = Turn(connection, self._log, self._directories.known, self._sorts, self._paces)
            self._thread.turn = turn
            try:
                with self._read.through(turn):
                    yield turn
            finally:
                self._thread.turn = None
        self._directories.known = turn.known_by_then

    def run(
        self,
        work: Callable[Concatenate[Turn, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Do something in a turn. Raises what it raises, or `UnavailableError`."""
        turn: Turn | None = getattr(self._thread, "turn", None)
        if turn is not None:
            with turn.attempt():
                return work(turn, *given, **named)
        with unavailable_when_busy():
            return self._writer.run(lambda turn: work(turn, *given, **named))

    def record(self, order: Order[AnyState]) -> Done[AnyState]:
        """Carry out an order, together with others that wait. Raises its refusal, or
        `UnavailableError`.
        """
        turn: Turn | None = getattr(self._thread, "turn", None)
        if turn is not None:
            return self.run(_record, order)
        with unavailable_when_busy():
            return answered(self._writer.submit(order, carry_out))

    async def record_async(self, order: Order[AnyState]) -> Done[AnyState]:
        """The same as `record`, but no thread waits for the result."""
        with unavailable_when_busy():
            answer = self._writer.submit(order, carry_out)
            try:
                # Shielded: a caller who goes away does not cancel what was ordered.
                return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(answer)), left())
            except TimeoutError:
                answer.cancel()
                raise BusyError(LATE) from None


def carry_out(turn: Turn, orders: Sequence[Order[Any]]) -> list[Done[Any] | Exception]:
    return turn.carry_out(orders)


def _record(turn: Turn, order: Order[AnyState]) -> Done[AnyState]:
    (result,) = turn.carry_out([order])
    if isinstance(result, Exception):
        raise result
    return result
