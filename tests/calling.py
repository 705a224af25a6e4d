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
    app: Any, home: str, method: str, path: str, *, cookies: Any = None, **more: Any
) -> httpx.Response:
    """Ask for a path at home, or for a whole address."""

    async def calling() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=home, cookies=cookies
        ) as client:
            return await client.request(method, path, **more)

    return loop().run(calling())


class Loop:
    """An event loop in a thread of its own, until the main one ends. All calls go through one: each
    that had its own would start the application's threads anew."""

    LOOKS_EVERY = 0.1

    def __init__(self) -> None:
        self._begun: Future[asyncio.AbstractEventLoop] = Future()
        threading.Thread(target=asyncio.run, args=[self._go_on()]).start()

    async def _go_on(self) -> None:
        self._begun.set_result(asyncio.get_running_loop())
        while threading.main_thread().is_alive():
            await asyncio.sleep(self.LOOKS_EVERY)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._begun.result()).result()


@cache
def loop() -> Loop:
    return Loop()
