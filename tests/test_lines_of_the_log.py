"""The log never stands in anybody's way: a line that cannot be written is dropped and counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.gifts import gift, new_id
from tests.postgres import free_port
from tests.server import PROJECT, SECONDS_TO_START, Installation
from web.edge.lines import Lines

LINE = b'{"event":"answered"}\n'


def test_a_line_is_written_as_it_is(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        lines = Lines(file.fileno())
        lines.write(LINE)
        lines.write(LINE.decode())
    assert (tmp_path / "log").read_bytes() == 2 * LINE
    assert lines.dropped_in_all == 0


def test_on_a_full_disk_lines_are_dropped_and_counted() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        lines = Lines(full.fileno())
        for _ in range(3):
            lines.write(LINE)
    assert (lines.dropped, lines.dropped_in_all) == (3, 3)


def test_without_a_reader_nobody_waits_and_what_is_missing_is_told_afterwards() -> None:
    reading, writing = os.pipe()
    lines, began = Lines(writing), time.monotonic()
    while not lines.dropped:
        lines.write(LINE)
    lines.write(LINE)
    assert time.monotonic() - began < 5
    read = os.read(reading, 2**20)
    assert read.endswith(LINE)
    lines.write(LINE)
    told, last = os.read(reading, 2**20).splitlines(keepends=True)
    assert json.loads(told) == {"level": "warning", "event": "lines dropped", "lines": 2}
    assert last == LINE
    assert (lines.dropped, lines.dropped_in_all) == (0, 2)
    os.close(reading)
    lines.write(LINE)
    assert lines.dropped == 1, "nobody will ever read it"
    os.close(writing)


def test_a_process_without_standard_error_drops_all() -> None:
    lines = Lines(None)
    lines.write(LINE)
    assert lines.dropped_in_all == 1


def test_with_a_full_disk_under_its_log_the_server_answers_as_ever(
    new_installation: Callable[[str], Installation],
) -> None:
    installation = new_installation("sqlite")
    installation.set_up()
    port = free_port()
    with Path("/dev/full").open("wb") as full:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.leash", "register", "serve", "--port", str(port)],
            cwd=PROJECT,
            env=installation.env,
            stdin=subprocess.PIPE,
            stdout=full,
            stderr=full,
        )
    try:
        headers = {"Authorization": f"Bearer {installation.tokens['amina']}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as amina:
            wait_for(amina)
            address = f"/api/declarations/{new_id()}"
            assert amina.put(address, json=gift()).status_code == 201
            assert amina.get(address).status_code == 200
            assert amina.put(address, content=b"x").status_code == 415
            assert amina.get("/nowhere").status_code == 404
    finally:
        server.terminate()
        assert server.wait(SECONDS_TO_START) == 0
        assert server.stdin is not None
        server.stdin.close()


def wait_for(client: httpx.Client) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        try:
            assert client.get("/healthz").status_code == 200
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")
