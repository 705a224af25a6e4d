"""Connections: how many there may be, how much may come before a request begins, and how slowly.

uvicorn itself waits for ever for a request that never comes, and keeps headers without end.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

LARGEST_HEAD = 64 * 1024
"""The most bytes of a request without its body: the line with the address, and the headers."""
HEAD_SECONDS = 10
"""How long a request may take until its body begins."""
BODY_SECONDS, SLOWEST_BODY = 20, 1024
"""How long a body may take, and for how many bytes it may take a second more: a phone with a bad
signal sends a picture in minutes."""
UNREAD_SECONDS = 60
"""How long an answer may wait until somebody reads it."""
FILES_BESIDES = 200
"""What the server opens besides connections: the database, the log, what threads need."""


def _last(status: str, words: str) -> bytes:
    """An answer after which the connection ends."""
    head = (
        f"HTTP/1.1 {status}",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(words)}",
        "connection: close",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + words).encode("ascii")


TOO_LARGE = _last(
    "431 Request Header Fields Too Large",
    f"Send no more than {LARGEST_HEAD // 1024} KiB before the body begins.",
)
TOO_SLOW = _last("408 Request Timeout", "This took too long to come.")


class HeadTooLargeError(Exception):
    pass


@dataclass(frozen=True)
class MostConnections:
    in_all: int
    by_address: int


class Door:
    """Lets connections in. When there are as many as there may be, a new one takes the place of the
    one that has waited longest without a request: whoever holds many open gets no more by it."""

    def __init__(self, most: MostConnections) -> None:
        self.most = MostConnections(_as_files_allow(most.in_all), most.by_address)
        self.here: set[GuardedConnection] = set()
        self.waiting: dict[GuardedConnection, None] = {}
        """Those of which no request is under way, the longest waiting first."""
        self.by_address: Counter[str] = Counter()

    def let_in(self, new: GuardedConnection) -> bool:
        """Whether there is room. It is made where that is possible."""
        place = new.place
        if place and self.by_address[place] >= self.most.by_address and not self._make_room(place):
            return False
        if len(self.here) >= self.most.in_all and not self._make_room(None):
            return False
        self.here.add(new)
        self.by_address[place] += 1
        self.waiting[new] = None
        return True

    def let_out(self, left: GuardedConnection) -> None:
        if left not in self.here:
            return
        self.here.discard(left)
        self.waiting.pop(left, None)
        self.by_address[left.place] -= 1
        if not self.by_address[left.place]:
            del self.by_address[left.place]

    def _make_room(self, place: str | None) -> bool:
        oldest = next((each for each in self.waiting if place in (None, each.place)), None)
        if oldest is not None:
            oldest.give_up()
        return oldest is not None

    def close_the_slow(self) -> None:
        now = time.monotonic()
        for each in list(self.here):
            if each.is_too_slow(now):
                each.end(TOO_SLOW)

    async def watch(self) -> None:
        """Close what is too slow, every second, until cancelled."""
        while True:
            await asyncio.sleep(1)
            self.close_the_slow()


class GuardedConnection(HttpToolsProtocol):
    """A connection of uvicorn's that counts what comes, and how long it takes."""

    def __init__(self, door: Door, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.door = door
        self.place = ""
        self._since: float | None = time.monotonic()
        """Since when the head of a request has been coming; None while none is."""
        self._body_since: float | None = None
        self._unread_since: float | None = None
        self._besides = self._body = self._body_now = self._fields = 0
        self._has_ended = False
        """Whether the head or the body of a request came to its end within the last bytes."""

    # Coming and going

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.place = place_of(self.client[0] if self.client else "")
        if not self.door.let_in(self):
            self.give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self.door.let_out(self)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """End the connection at once, whether or not its other end listens."""
        self.door.let_out(self)
        self.transport.abort()

    def end(self, last_words: bytes) -> None:
        """End the connection with an answer, unless one is under way already."""
        if self._is_answering:
            self.give_up()
            return
        self.door.let_out(self)
        self.transport.write(last_words)
        self.transport.close()

    def is_too_slow(self, now: float) -> bool:
        if self._unread_since is not None and now - self._unread_since > UNREAD_SECONDS:
            return True
        if self._body_since is not None and not self.flow.read_paused:
            return now - self._body_since > BODY_SECONDS + self._body / SLOWEST_BODY
        return self._since is not None and now - self._since > HEAD_SECONDS

    def pause_writing(self) -> None:
        self._unread_since = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    # What comes

    def data_received(self, data: bytes) -> None:
        self._body_now, self._has_ended = 0, False
        if self._since is None and self._body_since is None:
            self._since = time.monotonic()
        super().data_received(data)
        if self._has_ended:
            self._besides = 0
            return
        self._besides += len(data) - self._body_now
        # What chunks have around them is allowed for: as much again as they hold.
        if self._besides > LARGEST_HEAD + self._body and not self.transport.is_closing():
            self.end(TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        """Refuse what uvicorn cannot read, or what had too many headers."""
        if self._fields > LARGEST_HEAD:
            self.end(TOO_LARGE)
        else:
            super().send_400_response(msg)

    # What httptools tells while it reads

    def on_message_begin(self) -> None:
        self._since = self._since or time.monotonic()
        self._fields = self._body = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def _count(self, more: int) -> None:
        self._fields += more
        if self._fields > LARGEST_HEAD:
            raise HeadTooLargeError

    def on_headers_complete(self) -> None:
        self._since, self._body_since, self._has_ended = None, time.monotonic(), True
        self.door.waiting.pop(self, None)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        self._body_now += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since, self._has_ended = None, True
        super().on_message_complete()
        self._wait_again()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_again()

    def _wait_again(self) -> None:
        """Once a request has come and been answered, the connection waits for another."""
        if self._body_since is None and not self._is_answering and self in self.door.here:
            self.door.waiting[self] = None

    @property
    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete


def place_of(address: str) -> str:
    """Where connections come from, as far as they are counted together. Nobody else comes from this
    machine than its own proxy, so what does is not counted: the place is empty."""
    try:
        ip = ip_address(address)
    except ValueError:  # a socket of this machine
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return ""
    if isinstance(ip, IPv6Address):  # a household or a company has at least 64 bits to choose from
        return str(IPv6Address(int(ip) >> 64 << 64))
    return str(ip)


def _as_files_allow(most: int) -> int:
    """As many as the process may open, which it raises as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + FILES_BESIDES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return most if soft == resource.RLIM_INFINITY else min(most, soft - FILES_BESIDES)
