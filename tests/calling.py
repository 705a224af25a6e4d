"""Calls of an application in this process, as they come over a network."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

import httpx

Answer = TypeVar("Answer")


def call(
    app: Any, method: str, url: str, *, cookies: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    async def calling() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, cookies=cookies) as client:
            return await client.request(method, url, **more)

    return loop().run(calling())


class Loop:
    """An event loop in a thread of its own. All calls go through one: each that had its own would
    start the application's threads anew."""

    def __init__(self) -> None:
        self._begun: Future[asyncio.AbstractEventLoop] = Future()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._go_on()])
        self._thread.start()

    async def _go_on(self) -> None:
        self._begun.set_result(asyncio.get_running_loop())
        await self._ended.wait()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._begun.result()).result()

    def end(self) -> None:
        self._begun.result().call_soon_threadsafe(self._ended.set)
        self._thread.join()


@cache
def loop() -> Loop:
    return Loop()


def hang_up() -> None:
    if loop.cache_info().currsize:
        loop().end()
        loop.cache_clear()
