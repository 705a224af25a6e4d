"""The load: people who ask for one thing after the other, each on a connection of their own.

A process of its own, and lean, so that it is not what is measured: it says which share of a core
it took. `python -m bench.load HOST PORT SECONDS declare TOKEN...`, where each declares; or
`... look PATH COOKIE...`, where each looks at a page.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from typing import cast
from uuid import UUID

import uvloop

from bench.bodies import waiting_gift

BODIES = 50
PATIENCE = 30
"""Seconds after which a server that does not answer is given up."""
DECLARE = (
    "PUT /api/declarations/{id} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
)
LOOK = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"


class Person(asyncio.Protocol):
    """Sends the next request as soon as the last is answered, until time is up."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.requests, self.until = requests, until
        self.took: list[float] = []
        self.finished = asyncio.get_running_loop().create_future()
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.send()

    def send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not is_whole(self.answer):
            return
        if self.answer[9:10] != b"2":
            self.fail(self.answer.decode(errors="replace"))
            return
        now = time.perf_counter()
        self.took.append(now - self.sent)
        self.answer = b""
        if now < self.until:
            self.send()
        else:
            self.finished.set_result(None)
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.fail(f"the connection was lost: {error}")

    def fail(self, reason: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(RuntimeError(reason))
            self.transport.close()


def is_whole(answer: bytes) -> bool:
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    _, _, rest = head.lower().partition(b"content-length:")
    return len(body) >= int(rest.split(b"\r\n", 1)[0])


def declarations(token: str, seed: int) -> Iterator[bytes]:
    dice, now = random.Random(seed), datetime.now(UTC)
    bodies = [json.dumps(waiting_gift(dice, now)) for _ in range(BODIES)]
    ids = random.Random()
    while True:
        body, chosen = dice.choice(bodies), UUID(int=ids.getrandbits(128), version=4)
        yield DECLARE.format(id=chosen, token=token, length=len(body), body=body).encode()


def looks(path: str, cookie: str) -> Iterator[bytes]:
    return repeat(LOOK.format(path=path, cookie=cookie).encode())


def requests(what: str, *who: str) -> list[Iterator[bytes]]:
    """What each person sends."""
    if what == "declare":
        return [declarations(token, seed) for seed, token in enumerate(who)]
    path, *cookies = who
    return [looks(path, cookie) for cookie in cookies]


async def load(
    host: str, port: int, seconds: float, requests: Sequence[Iterator[bytes]]
) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    began, worked = time.perf_counter(), time.process_time()
    people = [Person(each, began + seconds) for each in requests]
    await asyncio.gather(
        *(loop.create_connection(lambda person=person: person, host, port) for person in people)
    )
    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(*(person.finished for person in people))
    elapsed = time.perf_counter() - began
    took = sorted(each for person in people for each in person.took)
    return {
        "rate": len(took) / elapsed,
        "p50": 1000 * percentile(took, 0.50),
        "p99": 1000 * percentile(took, 0.99),
        "client": (time.process_time() - worked) / elapsed,
    }


def percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


if __name__ == "__main__":
    host, port, seconds, *wanted = sys.argv[1:]
    print(json.dumps(uvloop.run(load(host, int(port), float(seconds), requests(*wanted)))))
