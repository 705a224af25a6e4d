"""A phone loses its signal while it sends: nothing is stored, and nothing has failed. What a server
logs of that, and of all else, are lines of JSON with their moment in UTC."""

from __future__ import annotations

import socket
import time
from datetime import datetime, timedelta
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


def test_every_line_is_json_with_its_event_its_level_and_its_moment_in_utc(server: Server) -> None:
    server.as_nobody().get("/healthz")
    assert server.logged()
    for line in server.logged():
        assert {"event", "level"} <= set(line)
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
