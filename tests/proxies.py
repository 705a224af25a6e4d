"""A proxy before a database, which can do to its connections what networks do."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

ABORT = struct.pack("ii", 1, 0)
"""The option with which closing a socket resets its connection."""
PIECE = 65_536


class Mode(Enum):
    PASSES = "passes everything on"
    DELAYS = "passes everything on, late"
    SILENT = "takes everything and says nothing"
    SWALLOWS = "passes on what is asked, and swallows the answers"
    RESETS = "resets every connection"


class Proxy:
    def __init__(self, host: str, port: int) -> None:
        self.mode = Mode.PASSES
        self.delay = 0.2
        self._target = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, mode: Mode) -> None:
        self.mode = mode
        if mode is Mode.RESETS:
            for each in list(self._open):
                _reset(each)

    def close(self) -> None:
        for each in [self._listening, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._open.add(client)
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.mode is Mode.RESETS:
            _reset(client)
            return
        with suppress(OSError):
            server = socket.create_connection(self._target)
            self._open.add(server)
            back = threading.Thread(target=self._pump, args=[server, client, True], daemon=True)
            back.start()
            self._pump(client, server, False)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if self.mode is Mode.DELAYS:
                    time.sleep(self.delay)
                while self._holds(is_answer):
                    time.sleep(0.02)
                    if source.fileno() < 0 or target.fileno() < 0:
                        return
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _holds(self, is_answer: bool) -> bool:
        return self.mode is Mode.SILENT or (self.mode is Mode.SWALLOWS and is_answer)


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        connection.shutdown(socket.SHUT_RD)
    connection.close()


@contextmanager
def proxy_before(host: str, port: int) -> Iterator[Proxy]:
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
