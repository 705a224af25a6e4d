"""The load: people who ask for one thing after the other, each on a connection of their own.

A process of its own, and lean, so that it is not what is measured: it says which share of a core
it took. `python -m bench.load HOST PORT SECONDS declare TOKEN...`, where each declares; or
`... look PATH COOKIE...`, where each looks at a page. `... in-turn TURN PATH MORE COOKIE...`:
each looks with their cookie, and with MORE behind it, in turns of so many seconds; the figures are
those of the one and of the other.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from typing import NamedTuple, cast
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


Requests = Callable[[float], bytes]
"""What somebody sends at a moment."""


class Asked(NamedTuple):
    at: float
    took: float


class Person(asyncio.Protocol):
    """Sends the next request as soon as the last is answered, until time is up."""

    def __init__(self, requests: Requests, until: float) -> None:
        self.requests, self.until = requests, until
        self.asked: list[Asked] = []
        self.finished = asyncio.get_running_loop().create_future()
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.send()

    def send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(self.requests(self.sent))

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not is_whole(self.answer):
            return
        if self.answer[9:10] != b"2":
            self.fail(self.answer.decode(errors="replace"))
            return
        now = time.perf_counter()
        self.asked.append(Asked(self.sent, now - self.sent))
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


def requests(what: str, *who: str) -> list[Requests]:
    """What each person sends."""
    if what == "declare":
        those = [declarations(token, seed) for seed, token in enumerate(who)]
    else:
        path, *cookies = who
        those = [looks(path, cookie) for cookie in cookies]
    return [lambda _now, each=each: next(each) for each in those]  # type: ignore[misc]


async def load(
    host: str, port: int, seconds: float, requests: Sequence[Requests]
) -> dict[str, float]:
    """What all of them met."""
    began, worked = time.perf_counter(), time.process_time()
    asked = await _asked(host, port, seconds, requests)
    elapsed = time.perf_counter() - began
    return {
        **_figures([each.took for each in asked], elapsed),
        "client": (time.process_time() - worked) / elapsed,
    }


async def in_turn(
    host: str, port: int, seconds: float, turn: float, path: str, more: str, *cookies: str
) -> list[dict[str, float]]:
    """What all of them met with their cookies, and with `more` behind these. The turns are first,
    second, second, first, so that what becomes slower or faster meanwhile is the same for both."""
    began = time.perf_counter()

    def which(now: float) -> int:
        return (0, 1, 1, 0)[int((now - began) / turn) % 4]

    def asks(cookie: str) -> Requests:
        both = [next(looks(path, each)) for each in (cookie, cookie + more)]
        return lambda now: both[which(now)]

    asked = await _asked(host, port, seconds, [asks(each) for each in cookies])
    took = [[each.took for each in asked if which(each.at) == side] for side in (0, 1)]
    return [_figures(side, seconds / 2) for side in took]


async def _asked(host: str, port: int, seconds: float, requests: Sequence[Requests]) -> list[Asked]:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    people = [Person(each, until) for each in requests]
    await asyncio.gather(
        *(loop.create_connection(lambda person=person: person, host, port) for person in people)
    )
    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(*(person.finished for person in people))
    return [each for person in people for each in person.asked]


def _figures(took: Sequence[float], seconds: float) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "rate": len(took) / seconds,
        "p50": 1000 * percentile(ordered, 0.50),
        "p99": 1000 * percentile(ordered, 0.99),
    }


def percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def main(host: str, port: str, seconds: str, what: str, *who: str) -> object:
    if what == "in-turn":
        turn, *asks = who
        return uvloop.run(in_turn(host, int(port), float(seconds), float(turn), *asks))
    return uvloop.run(load(host, int(port), float(seconds), requests(what, *who)))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
