"""Servers in processes of their own, on a free port of loopback, ended with the bench."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.postgres import free_port

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 60
"""Seconds."""


AS_MANY_AS_THEY_LIKE = {
    "REGISTER_CHANGES_A_MINUTE": "1000000",
    "REGISTER_CALLS_A_MINUTE": "1000000",
}
"""A few people stand for hundreds here."""


@contextmanager
def serving(
    command: Sequence[str], log: Path, env: Mapping[str, str], port_option: str = "--port={}"
) -> Iterator[int]:
    """A server that is ready; gives its port. What it says goes to a file."""
    port = free_port()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, port_option.format(port)],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # Ctrl-C is for the bench, which then ends its servers
        )
    try:
        _wait(process, port, log)
        yield port
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"a server did not start:\n{log.read_text()[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def load(port: int, seconds: float, what: str, *who: str) -> dict[str, float]:
    """One run of the load against a server."""
    figures: dict[str, float] = _loaded(port, seconds, what, *who)
    return figures


def load_in_turn(
    port: int, seconds: float, turn: float, path: str, more: str, *cookies: str
) -> list[dict[str, float]]:
    """One run in which each asks with their cookie, and with `more` behind it, in turns of `turn`
    seconds; the figures of the one and of the other."""
    figures: list[dict[str, float]] = _loaded(
        port, seconds, "in-turn", str(turn), path, more, *cookies
    )
    return figures


def _loaded(port: int, seconds: float, *asked: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", HOST, str(port), str(seconds), *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds + 120,
    )
    if done.returncode:
        raise RuntimeError(f"the load failed:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)
