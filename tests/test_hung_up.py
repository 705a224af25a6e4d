"""A phone loses its signal while it sends: nothing is stored, and nothing has failed."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.gifts import new_id
from tests.server import Server

SECONDS_TO_BE_LOGGED = 10


@pytest.mark.parametrize("path", ["/api/declarations/{id}", "/declare/gift"])
def test_who_hangs_up_in_the_middle_is_no_failure(server: Server, path: str) -> None:
    host, port = urlsplit(server.url).hostname, urlsplit(server.url).port
    method = "PUT" if path.startswith("/api") else "POST"
    head = (
        f"{method} {path.format(id=new_id())} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Authorization: Bearer {server.token('amina')}\r\nOrigin: {server.url}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    if method == "POST":
        head = head.replace("application/json", "application/x-www-form-urlencoded")
    before = len(server.logged())
    with socket.create_connection((host, port), timeout=10) as line:
        line.sendall(head.encode())
        time.sleep(0.2)
    give_up_at = time.monotonic() + SECONDS_TO_BE_LOGGED
    while not server.logged()[before:]:
        assert time.monotonic() < give_up_at, "nothing was logged"
        time.sleep(0.02)
    assert [each["level"] for each in server.logged()[before:]] == ["info"]
