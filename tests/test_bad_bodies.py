"""A body that cannot be read is refused for what it is, and no more of it is read than need be."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.gifts import (
    assert_refused,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Server
from tests.test_bad_declarations import JSON

MIB = 1024 * 1024


RAW_BODIES = {
    "nothing": b"",
    "half an object": b'{"kind": "gift"',
    "two objects": b"{}{}",
    "NaN": json.dumps(gift()).replace('"60.00"', "NaN").encode(),
    "Infinity": json.dumps(gift()).replace('"60.00"', "-Infinity").encode(),
    "a number beyond all numbers": json.dumps(gift()).replace('"60.00"', "1e999").encode(),
    "a number of 5,000 digits": json.dumps(gift()).replace('"60.00"', "9" * 5000).encode(),
    "a lone surrogate": json.dumps(gift()).replace("60.00", "\\ud800").encode(),
    "a lone surrogate in a name": json.dumps(gift()).replace('"worth"', '"\\udfff"').encode(),
    "a surrogate in UTF-8": json.dumps(gift()).encode().replace(b"60.00", b"\xed\xa0\x80"),
    "invalid UTF-8": json.dumps(gift()).encode().replace(b"60.00", b"\xff\xfe"),
    "Latin-1": json.dumps(gift(item="Café"), ensure_ascii=False).encode("latin-1"),
    "UTF-16": json.dumps(gift()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(gift()).encode(),
    "100,000 lists deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a form": b"kind=gift&item=frame",
}


@pytest.mark.parametrize("name", RAW_BODIES)
def test_what_is_not_json_in_utf_8_cannot_be_read(server: Server, name: str) -> None:
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), content=RAW_BODIES[name], headers=JSON)
        assert_refused(answer, 400, "malformed")


def chunks(size: int) -> Iterator[bytes]:
    """A body of this size, sent in chunks: nobody is told beforehand how long it will be."""
    for start in range(0, size, 65536):
        yield b" " * min(65536, size - start)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("size", [MIB + 1, 5 * MIB])
def test_more_than_a_mebibyte_is_refused_before_anything_else_of_it(
    server: Server, size: int, media_type: str
) -> None:
    headers = {"Content-Type": media_type}
    with nothing_stored(server):
        for content in (b" " * size, chunks(size)):
            answer = server.as_("amina").put(path(new_id()), content=content, headers=headers)
            assert_refused(answer, 413, "too_large")


def test_a_mebibyte_is_read(server: Server) -> None:
    body = json.dumps(gift()).encode()
    padded = body + b" " * (MIB - len(body))
    for content in (padded, (padded[start : start + 65536] for start in range(0, MIB, 65536))):
        answer = server.as_("amina").put(path(new_id()), content=content, headers=JSON)
        taken(answer, 201)


def test_a_mebibyte_of_unknown_fields_is_refused_by_every_name(server: Server) -> None:
    many = {f"{number:05x}": 0 for number in range(60_000)}
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), json={**gift(), **many})
        assert_refused(answer, 422, "invalid", many)


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "*/*",
    ],
)
def test_only_json_is_read(server: Server, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    body = json.dumps(gift()).encode()
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), content=body, headers=headers)
        assert_refused(answer, 415, "unsupported")


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", 'application/json;charset="UTF-8"', "APPLICATION/JSON"],
)
def test_json_may_say_that_it_is_utf_8(server: Server, media_type: str) -> None:
    headers, body = {"Content-Type": media_type}, json.dumps(gift()).encode()
    taken(server.as_("amina").put(path(new_id()), content=body, headers=headers), 201)


def test_whoever_is_not_known_is_refused_before_the_body_is_read(server: Server) -> None:
    for authorization in ("", "Authorization: Bearer nonsense\r\n"):
        head = f"PUT {path(new_id())} HTTP/1.1\r\nHost: x\r\n{authorization}"
        for length in ("Content-Length: 5000000", "Transfer-Encoding: chunked"):
            assert answered(server, f"{head}{length}\r\n\r\n").startswith("HTTP/1.1 401 ")


def test_a_length_that_is_too_much_is_refused_before_the_body_is_read(server: Server) -> None:
    head = f"PUT {path(new_id())} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    token = f"Authorization: Bearer {server.token('amina')}\r\n"
    answer = answered(server, f"{head}{token}Content-Length: {MIB + 1}\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413 ")


def answered(server: Server, head: str) -> str:
    """What comes back when only a request's head has been sent."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(head.encode())
        return connection.recv(65536).decode()
