"""Connections have limits of their own: how many, how large a head, how slow."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import Any, cast

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from web.edge import connections
from web.edge.connections import Door, GuardedConnection, MostConnections, place_of
from web.serving import GuardedServer

MANY = MostConnections(in_all=100, by_address=100)
HEAD = b"PUT / HTTP/1.1\r\nHost: localhost\r\n"
SECONDS = 5
KIB = 1024


async def counting(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how many bytes the body had."""
    request = Request(scope, receive)
    response: Response = PlainTextResponse(str(len(await request.body())))
    await response(scope, receive, send)


@contextmanager
def served(most: MostConnections = MANY) -> Iterator[tuple[str, int]]:
    door = Door(most)
    http: Any = partial(GuardedConnection, door)
    config = uvicorn.Config(counting, port=0, http=http, ws="none", lifespan="off", log_config=None)
    server = GuardedServer(config, door)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def at() -> Iterator[tuple[str, int]]:
    with served() as address:
        yield address


def line_to(address: tuple[str, int], *sent: bytes) -> socket.socket:
    line = socket.create_connection(address, timeout=SECONDS)
    for each in sent:
        with suppress(ConnectionError):
            line.sendall(each)
    return line


def answered(line: socket.socket) -> bytes:
    """All that comes until the other end closes; nothing, if it broke off."""
    found = b""
    with closing(line), suppress(ConnectionError):
        while more := line.recv(65536):
            found += more
    return found


def status(answer: bytes) -> int | None:
    return int(answer.split()[1]) if answer else None


def is_served(address: tuple[str, int]) -> bool:
    line = line_to(address, HEAD, b"Connection: close\r\nContent-Length: 2\r\n\r\nab")
    return answered(line).endswith(b"\r\n\r\n2")


# How large


def padded(size: int) -> bytes:
    """Headers of so many bytes."""
    each = b"X-More: " + b"a" * 1012 + b"\r\n"
    return each * (size // len(each))


def test_sixty_kibibytes_of_headers_are_read(at: tuple[str, int]) -> None:
    head = HEAD + padded(60 * KIB) + b"Connection: close\r\nContent-Length: 0\r\n\r\n"
    assert status(answered(line_to(at, head))) == 200


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + padded(66 * KIB) + b"\r\n",
        HEAD + padded(300 * KIB),
        HEAD + b"X-More: " + b"a" * 300 * KIB,
        b"GET /" + b"a" * 66 * KIB + b" HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 300 * KIB,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 300 * KIB,
    ],
    ids=["in one go", "many", "one", "an address", "a longer address", "beside a chunk"],
)
def test_more_is_refused_while_it_comes(at: tuple[str, int], sent: bytes) -> None:
    assert status(answered(line_to(at, sent))) in (431, None)
    assert is_served(at)


def test_what_is_refused_is_told_why(at: tuple[str, int]) -> None:
    answer = answered(line_to(at, HEAD + padded(65 * KIB)))
    assert status(answer) == 431
    assert b"64 KiB" in answer


def test_headers_after_the_body_count_too(at: tuple[str, int]) -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    assert status(answered(line_to(at, chunked, *[padded(30 * KIB)] * 4))) in (431, None)
    assert is_served(at)


def test_a_body_in_small_chunks_is_read(at: tuple[str, int]) -> None:
    chunks = b"20\r\n" + b"a" * 32 + b"\r\n"
    head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = line_to(at, head, chunks * 20_000, b"0\r\n\r\n")
    assert answered(line).endswith(b"\r\n\r\n640000")


def test_many_requests_on_one_connection_have_each_their_own_head(at: tuple[str, int]) -> None:
    with closing(line_to(at)) as line:
        for _ in range(4):
            line.sendall(HEAD + padded(40 * KIB) + b"Content-Length: 0\r\n\r\n")
            assert b" 200 " in line.recv(65536)


# How slow


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"])
def test_a_request_that_does_not_come_is_not_waited_for(
    at: tuple[str, int], sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    assert status(answered(line_to(at, sent))) == 408


def test_a_head_that_drips_is_not_waited_for(
    at: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    line, began = line_to(at, b"GET / HTTP/1.1\r\nX: "), time.monotonic()
    with closing(line), suppress(ConnectionError):
        while time.monotonic() - began < SECONDS:
            line.sendall(b"a")
            time.sleep(0.05)
    assert time.monotonic() - began < SECONDS


def test_a_body_that_drips_is_not_waited_for_but_one_that_flows_is(
    at: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.2)
    slow = line_to(at, HEAD, b"Content-Length: 100000\r\n\r\n", b"a" * 10)
    flowing = line_to(at, HEAD, b"Connection: close\r\nContent-Length: 15000\r\n\r\n")
    for _ in range(15):
        flowing.sendall(b"a" * 1000)
        time.sleep(0.15)
    assert answered(flowing).endswith(b"\r\n\r\n15000")
    assert status(answered(slow)) in (400, None)


# How many


def test_a_new_connection_takes_the_place_of_the_one_that_waited_longest() -> None:
    with served(MostConnections(in_all=5, by_address=100)) as address:
        half_open = [line_to(address, b"GET / HTTP/1.1\r\n") for _ in range(5)]
        time.sleep(0.2)
        assert is_served(address)
        assert answered(half_open[0]) == b""
        for line in half_open[1:]:
            line.sendall(b"Host: localhost\r\nConnection: close\r\n\r\n")
            assert status(answered(line)) == 200


def test_what_is_being_asked_or_answered_gives_its_place_to_nobody() -> None:
    with served(MostConnections(in_all=2, by_address=100)) as address:
        busy = [line_to(address, HEAD, b"Content-Length: 3\r\n\r\na") for _ in range(2)]
        time.sleep(0.2)
        assert not is_served(address)
        for line in busy:
            line.sendall(b"bc")
            assert b" 200 " in line.recv(65536)
            line.close()
        time.sleep(0.2)
        assert is_served(address)


class Line:
    """A connection, as far as the door knows of it."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.is_given_up = False

    def give_up(self) -> None:
        self.is_given_up = True
        DOOR.let_out(cast(GuardedConnection, self))


DOOR = Door(MostConnections(in_all=10, by_address=3))


def test_one_address_gets_its_share_and_no_more() -> None:
    lines = [Line("192.0.2.1") for _ in range(4)]
    other = Line("192.0.2.2")
    for each in (other, *lines):
        assert DOOR.let_in(cast(GuardedConnection, each))
    assert [each.is_given_up for each in lines] == [True, False, False, False]
    assert not other.is_given_up
    for each in (other, *lines):
        DOOR.let_out(cast(GuardedConnection, each))
    assert not DOOR.by_address


def test_whoever_shares_an_address_is_counted_together() -> None:
    assert place_of("192.0.2.1") == place_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert place_of("2001:db8:1:2::3") == place_of("2001:db8:1:2:9:9:9:9") == "2001:db8:1:2::"
    assert place_of("2001:db8:1:3::3") != place_of("2001:db8:1:2::3")


def test_a_proxy_on_this_machine_is_not_counted() -> None:
    assert {place_of(each) for each in ("127.0.0.1", "127.1.2.3", "::1", "")} == {""}
