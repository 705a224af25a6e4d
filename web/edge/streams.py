"""The open streams of one server: each tells one open page that it has changed, and nothing else.

An idle stream holds no thread and no connection to the database. All of them are looked after by
one task, which looks whose session or standing has ended before anybody is told anything.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from register.errors import TooManyError, waiting_at_most
from register.register import Register

log = structlog.get_logger("web")

LOOKS_EVERY = 0.5
"""Seconds between two looks at sessions: a stream ends within a second of its own."""
BREATHES_EVERY = 15
"""Seconds after which an idle stream says that it is there."""
AGAIN = b"retry: 3000\n\n"
"""Milliseconds after which a browser begins a stream anew that broke off."""
CHANGED = b"event: changed\ndata: changed\n\n"
STILL_HERE = b": still here\n\n"
TOO_MANY = "Too many pages are open; this one does not move by itself."
MOST_BEHIND = 500
"""How many entries back it is looked at most: a page that knows less refreshes itself in time."""
WAIT = 30
"""Seconds after which whoever had too many may ask again."""


@dataclass(frozen=True)
class MostStreams:
    in_all: int = 2000
    by_address: int = 250
    by_person: int = 6


class Stream:
    """One open page."""

    def __init__(self, person: str, secret: str, place: str, since: int) -> None:
        self.person = person
        self.secret = secret
        self.place = place
        self.since = since
        """The position up to which the page knows what there was."""
        self.has_ended = False
        self._told = False
        self._woken = asyncio.Event()

    def tell(self) -> None:
        self._told = True
        self._woken.set()

    def end(self) -> None:
        self.has_ended = True
        self._woken.set()

    async def message(self) -> bytes | None:
        """What is sent next; None at the end."""
        try:
            await asyncio.wait_for(self._woken.wait(), BREATHES_EVERY)
        except TimeoutError:
            return STILL_HERE
        self._woken.clear()
        return None if self.has_ended or not self._told else self._taken()

    def _taken(self) -> bytes:
        self._told = False
        return CHANGED


class Streams:
    def __init__(self, register: Register, most: MostStreams | None = None) -> None:
        self._register = register
        self._most = most or MostStreams()
        self._open: set[Stream] = set()
        self._looked_at = 0.0
        self._is_closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._something = asyncio.Event()
        self._thread = CapacityLimiter(1)
        register.turns.when_stored.append(self.look)
        self._hearing = register.hearing(self.look)
        self._hears = False

    def check_room(self, person: str, place: str) -> None:
        """Raises `TooManyError`."""
        now = list(self._open)
        of_person = sum(each.person == person for each in now)
        of_place = Counter(each.place for each in now)[place] if place else 0
        most = self._most
        if (
            len(now) >= most.in_all
            or of_person >= most.by_person
            or of_place >= most.by_address
            or self._is_closed
        ):
            raise TooManyError(WAIT, TOO_MANY)

    def look(self) -> None:
        """Have it looked at once what changed. From any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed() and self._open:
            loop.call_soon_threadsafe(self._something.set)

    async def lines(self, stream: Stream) -> AsyncIterator[bytes]:
        """What a browser is sent, until the stream ends or nobody reads it any more."""
        self._begin(stream)
        try:
            yield AGAIN
            while not self._is_closed and (message := await stream.message()) is not None:
                yield message
        finally:
            self._open.discard(stream)

    def _begin(self, stream: Stream) -> None:
        self._open.add(stream)
        if not self._hears:
            self._hears = True
            self._hearing.start()
        if self._task is None or self._task.done():
            self._loop = asyncio.get_running_loop()
            self._something, self._looked_at = asyncio.Event(), time.monotonic()
            self._task = self._loop.create_task(self._watch())
        self._something.set()

    def close(self) -> None:
        """End all streams at once, and begin none any more: the server stops."""
        self._is_closed = True
        for each in list(self._open):
            each.end()
        if self._task is not None:
            self._task.cancel()

    def stop(self) -> None:
        """Hear of nothing any more: the server has stopped."""
        self._register.turns.when_stored.remove(self.look)
        self._hearing.stop()

    async def _watch(self) -> None:
        """Look what changed and whose session has ended, as long as there are streams."""
        while self._open:
            await self._wait()
            streams = list(self._open)
            try:
                ended, concerned = await run_sync(self._found, streams, limiter=self._thread)
            except Exception as error:  # whatever it is, nobody is told anything meanwhile
                log.warning("streams", error=type(error).__name__)
                if time.monotonic() - self._looked_at > BREATHES_EVERY:
                    ended, concerned = streams, []
                else:
                    continue
            for each in ended:
                each.end()
            for each in concerned:
                each.tell()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._something.wait(), LOOKS_EVERY)
        except TimeoutError:
            return
        self._something.clear()

    def _found(self, streams: Sequence[Stream]) -> tuple[list[Stream], list[Stream]]:
        """The streams whose session has ended, and those of the others whose page changed."""
        register = self._register
        with waiting_at_most(), register.read.look():
            last = register.read.known.position  # no later than the directory knows
            concerned = self._concerned(streams, last)
            still = register.signing_in.still_in([each.secret for each in streams])
        ended = [each for each in streams if still.get(each.secret) != each.person]
        for each in streams:
            each.since = last
        self._looked_at = time.monotonic()
        return ended, [each for each in concerned if each not in ended]

    def _concerned(self, streams: Sequence[Stream], last: int) -> list[Stream]:
        by_position: dict[int, list[Stream]] = {}
        for each in streams:
            by_position.setdefault(max(each.since, last - MOST_BEHIND), []).append(each)
        found = []
        for since, those in by_position.items():
            people = {each.person for each in those}
            changed = self._register.changes.concerned(people, since, last)
            found += [each for each in those if each.person in changed]
        return found
