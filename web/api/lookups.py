"""Batched look-ups: those that come while another is under way share one thread and one query."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from register.errors import UnavailableError, answered_in_time, left, waited
from web.resources import BUSY

Key = TypeVar("Key")
Value = TypeVar("Value")


class BatchedLookups(Generic[Key, Value]):
    """Looks up keys in batches. `look_up_all` gives for each key a value, or the exception to
    raise.

    A look-up waits for the batch before it and its own batch, but no longer than its request may
    wait. If a batch fails, so do all that came meanwhile.
    """

    def __init__(self, look_up_all: Callable[[Sequence[Key]], Sequence[Value | Exception]]) -> None:
        self._look_up_all = look_up_all
        self._batch: list[tuple[Key, asyncio.Future[Value]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def look_up(self, key: Key) -> Value:
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._batch.append((key, future))
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        asked = time.monotonic()
        try:
            return await asyncio.wait_for(future, left())
        except TimeoutError:
            raise UnavailableError(BUSY) from None
        finally:
            waited(time.monotonic() - asked)

    async def _look(self) -> None:
        try:
            while self._batch:
                batch, self._batch = self._batch, []
                try:
                    values = await self._values([key for key, _ in batch])
                except Exception as error:  # whoever came meanwhile has waited for it too
                    batch, self._batch = [*batch, *self._batch], []
                    values = [error] * len(batch)
                for (_, future), value in zip(batch, values, strict=True):
                    _settle(future, value)
        finally:
            self._looking = None

    async def _values(self, keys: Sequence[Key]) -> Sequence[Value | Exception]:
        with answered_in_time(BUSY):  # a time of its own, whoever asked first
            return await run_in_threadpool(self._look_up_all, keys)


def _settle(future: asyncio.Future[Value], value: Value | Exception) -> None:
    if future.done():  # its caller has gone
        return
    if isinstance(value, Exception):
        future.set_exception(value)
    else:
        future.set_result(value)
