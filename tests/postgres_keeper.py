"""One PostgreSQL for a whole test run, started when the first test asks for it.

A run is several processes (pytest-xdist's), and any of them may be killed. So the server belongs to
a process of its own, the keeper, which nobody signals: it lives as long as the process that started
it holds the other end of its standard input, and takes the server with it when it goes.
"""

from __future__ import annotations

import json
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.postgres import SHORT_TMP, PostgresAddress, PostgresServer, PostgresUnavailable

PROJECT = Path(__file__).parent.parent


class Keeper:
    """The test run's end: starts a keeper at once, and ends it."""

    def __init__(self) -> None:
        self._directory = tempfile.mkdtemp(prefix="keeper-", dir=SHORT_TMP)
        self.door = f"{self._directory}/door"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.door)
        self._listener.listen()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._listener.fileno()), self._directory],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[self._listener.fileno()],
            start_new_session=True,  # Ctrl-C at the terminal is meant for the tests
        )
        self._listener.close()

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def ask_for_server(door: str) -> PostgresAddress:
    """Any process of the run: the server's address, once it is up."""
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(door)
        answer = json.loads(visitor.makefile().read())
    if "unavailable" in answer:
        raise PostgresUnavailable(answer["unavailable"])
    return PostgresAddress(**answer)


def keep(door: socket.socket) -> None:
    """Answers whoever comes to the door, until standard input ends."""
    server = PostgresServer()
    answer: dict[str, object] = {}
    try:
        while door in select.select([door, sys.stdin], [], [])[0]:
            visitor, _ = door.accept()
            with visitor:
                answer = answer or start(server)
                visitor.sendall(json.dumps(answer).encode())
    finally:
        server.stop()


def start(server: PostgresServer) -> dict[str, object]:
    try:
        return asdict(server.start())
    except PostgresUnavailable as error:
        return {"unavailable": str(error)}


if __name__ == "__main__":
    listener, directory = sys.argv[1:]
    try:
        keep(socket.socket(fileno=int(listener)))
    finally:
        shutil.rmtree(directory)
