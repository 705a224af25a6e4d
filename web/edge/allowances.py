"""How much one person may ask for in a minute, and how many strangers are attended to at once."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request

from register.errors import TooManyError

MINUTE = 60
CHANGES_NOTHING = ("GET", "HEAD")
AS_GOOD_AS_NOTHING = 1e-6
AT_ONCE, MOST_WAITING = 4, 2000
BREATH = 0.03
"""Of strangers: they take the processor from those who declare, so only a few are attended to at
once, and after each there is a breath of some seconds' fraction; the others wait their turn."""
NOT_NOW = "Too many people want to sign in just now. Please try again in a moment."


class Allowance:
    """So many a minute for each person. Nobody has to wait who asked for less in the last minute.

    `_free_at` is when a person who asked for nothing more would have their whole allowance again
    (the generic cell rate algorithm).
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = MINUTE / a_minute
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, person: str) -> None:
        """Raises `TooManyError` for a person who has used up their allowance."""
        now = self._clock()
        with self._lock:
            free_at = max(self._free_at.get(person, now), now) + self._each
            wait = free_at - now - MINUTE
            if wait > AS_GOOD_AS_NOTHING:
                raise TooManyError(math.ceil(wait))
            self._free_at[person] = free_at


@dataclass(frozen=True)
class Allowed:
    """What each person may ask for in a minute."""

    changes: Allowance
    calls: Allowance

    def take(self, request: Request, person: str) -> None:
        """Raises `TooManyError`. It says that nothing was stored."""
        self.calls.take(person)
        if request.method not in CHANGES_NOTHING:
            self.changes.take(person)


class Strangers:
    """Attends to a few at once of those of whom nobody knows yet who they are."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._few = asyncio.Semaphore(at_once)
        self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise TooManyError(1, NOT_NOW)
        self._waiting += 1
        try:
            await self._few.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(BREATH, self._few.release)


def take(request: Request, person: str) -> None:
    """Count a call of a person. Raises `TooManyError` if these were too many."""
    allowed: Allowed | None = request.app.state.allowed
    if allowed is not None:
        allowed.take(request, person)
