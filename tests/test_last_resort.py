"""A server does not start unless somebody is named with whom every alert ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from register.console.last_resort import NoLastResortError, check_last_resort
from tests.cast import TODAY, left
from tests.registers import opened_register
from web.edge.heartbeat import Heartbeat


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ((), "Nobody is named as the last resort"),
        (("carol",), "Nobody is named as the last resort"),
        (("carol", "nobody-known"), "The directory does not know nobody-known"),
    ],
)
def test_without_two_people_whom_the_directory_knows_it_does_not_start(url, named, says):
    with (
        opened_register(url, last_resort=named) as register,
        pytest.raises(NoLastResortError, match=says),
    ):
        check_last_resort(register)


def test_that_one_of_two_has_left_is_said_and_it_starts(url: str) -> None:
    with opened_register(url, last_resort=("carol", "dana")) as register:
        check_last_resort(register)
        register.change_directory([left("carol", TODAY)])
        check_last_resort(register)
        register.change_directory([left("dana", TODAY)])
        with pytest.raises(
            NoLastResortError, match="Nobody of the last resort works here any more"
        ):
            check_last_resort(register)


class Watch(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []
    heard = threading.Event()

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.heard.set()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def watching() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Watch)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_sign_of_life_asks_for_the_address() -> None:
    with watching() as address:
        Heartbeat(address)()
        assert Watch.heard.wait(10)
    assert Watch.seen == ["/ping/1"]


def test_nobody_who_watches_keeps_the_register_waiting() -> None:
    beat = Heartbeat("http://127.0.0.1:9/nobody")
    for _ in range(3):
        beat()
