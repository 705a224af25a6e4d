"""A siege of a server: connections without a request, bodies that drip, forms of strangers, and
headers without end, all at once, from a process of its own; and how a worker fares meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.gifts import gift, new_id
from tests.server import PROJECT, Server

DRIP_SECONDS, BREATH = 0.5, 1.0
HEADER = b"X-More: " + b"a" * 8000 + b"\r\n"


@dataclass(frozen=True)
class Size:
    half_open: int
    slow_bodies: int
    strangers: int
    """How many post at once, again and again."""
    endless: int
    """How many send headers without end."""


FULL = Size(half_open=2000, slow_bodies=300, strangers=500, endless=20)
SHORT = Size(half_open=200, slow_bodies=30, strangers=50, endless=2)


class Besieger:
    """Whatever the server closes, it opens anew after a breath."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.origin = parts.hostname or "", parts.port or 80, url
        self.token = token

    async def again_and_again(self, attack: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await attack()
            await asyncio.sleep(BREATH)

    @contextmanager
    def closing(self, line: asyncio.StreamWriter) -> Iterator[None]:
        try:
            yield
        finally:
            line.transport.abort()

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", *more, "", ""]
        return "\r\n".join(lines).encode()

    async def half_open(self) -> None:
        answers, line = await self.opened()
        with self.closing(line):
            line.write(b"GET / HTTP/1.1\r\nHost:")
            await answers.read(1)

    async def slow_body(self) -> None:
        """A declaration with a real token, a byte at a time."""
        answers, line = await self.opened()
        with self.closing(line):
            bearer = f"Authorization: Bearer {self.token}"
            json_ = ("Content-Type: application/json", "Content-Length: 1000000")
            line.write(self.head("PUT", f"/api/declarations/{new_id()}", bearer, *json_))
            while not answers.at_eof() and not line.is_closing():
                line.write(b" ")
                await line.drain()
                await asyncio.sleep(DRIP_SECONDS)

    async def stranger(self) -> None:
        answers, line = await self.opened()
        with self.closing(line):
            form = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 3")
            origin = f"Origin: {self.origin}"
            line.write(self.head("POST", f"/sign-in/{new_id()}", origin, *form) + b"a=b")
            await answers.readuntil(b"\r\n\r\n")

    async def endless(self) -> None:
        _, line = await self.opened()
        with self.closing(line):
            line.write(b"GET / HTTP/1.1\r\n")
            while not line.is_closing():
                line.write(HEADER)
                await line.drain()

    async def attack(self, size: Size) -> None:
        attackers = {
            self.half_open: size.half_open,
            self.slow_body: size.slow_bodies,
            self.stranger: size.strangers,
            self.endless: size.endless,
        }
        all_of_them = itertools.chain.from_iterable([each] * n for each, n in attackers.items())
        await asyncio.gather(*map(self.again_and_again, all_of_them))


@contextmanager
def besieged(server: Server, size: Size, by: str) -> Iterator[None]:
    words = (server.url, server.token(by), json.dumps(asdict(size)))
    command = [sys.executable, "-m", "tests.leash", "tests.siege", *words]
    siege = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE)
    try:
        yield
        assert siege.poll() is None, "the siege was lifted too early"
    finally:
        siege.kill()
        siege.wait()
        assert siege.stdin is not None
        siege.stdin.close()


def declared_in_seconds(server: Server, by: str, times: int, pause: float) -> list[float]:
    """How long each declaration took: a phone opens a new connection for each."""
    host = urlsplit(server.url).netloc
    headers = {
        "Authorization": f"Bearer {server.token(by)}",
        "Content-Type": "application/json",
    }
    took = []
    for _ in range(times):
        began = time.perf_counter()
        phone = HTTPConnection(host, timeout=30)
        phone.request("PUT", f"/api/declarations/{new_id()}", json.dumps(gift()), headers)
        status = phone.getresponse().status
        phone.close()
        took.append(time.perf_counter() - began)
        assert status == 201, status
        time.sleep(pause)
    return took


def most_memory(server: Server) -> int:
    """The most that the server has ever held, in MiB."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    besieger = Besieger(sys.argv[1], sys.argv[2])
    asyncio.run(besieger.attack(Size(**json.loads(sys.argv[3]))))
