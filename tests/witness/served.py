"""A witness that is served: in a process of its own, or in a thread of the tests'."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from events.proof.cosignatures import CosignerKey
from register.proving.witness.logs import read_known
from register.proving.witness.service import Witness, opened_witness
from tests.postgres import free_port
from tests.witness.making import key_of
from web.api.witness import create_witness

ORIGIN = "log.example/served"
LOG = key_of(ORIGIN)
LOGS = f"""
name = "witness.example/w1"

[[log]]
origin = "{ORIGIN}"
keys = ["{LOG.public}"]
"""
DIES = "WITNESS_DIES"
SECONDS = 20


@dataclass(frozen=True)
class Served:
    url: str
    key: CosignerKey
    witness: Witness

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=SECONDS)


def opened(folder: Path, logs: str = LOGS) -> Witness:
    file = folder / "logs.toml"
    file.write_text(logs, encoding="utf-8")
    return opened_witness(read_known(file), folder / "witness")


@contextmanager
def served(witness: Witness) -> Iterator[Served]:
    port = free_port()
    config = uvicorn.Config(create_witness(witness), port=port, ws="none", log_config=None)
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    try:
        key = witness.key.public
        assert isinstance(key, CosignerKey)
        yield Served(f"http://127.0.0.1:{port}", key, witness)
    finally:
        server.should_exit = True
        serving.join()
        witness.book.close()


@contextmanager
def process(folder: Path, port: int, *, dies: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A process that serves; `dies` once it has kept a checkpoint, before it answers."""
    command = [sys.executable, "-m", "tests.witness.served", str(folder), str(port)]
    surroundings = os.environ | ({DIES: "yes"} if dies else {})
    running = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == b"serving\n"
        yield running
    finally:
        running.kill()
        running.wait(SECONDS)
        running.stdout.close()


class Telling(uvicorn.Server):
    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        print("serving", flush=True)


def main(folder: Path, port: int) -> None:
    witness = opened(folder)
    if os.environ.get(DIES):
        witness.point = lambda _point: os.kill(os.getpid(), signal.SIGKILL)
    Telling(uvicorn.Config(create_witness(witness), port=port, ws="none", log_config=None)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
