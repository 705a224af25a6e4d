"""A line between phones and the server, which can be cut, be too slow, or lose what is answered."""

from __future__ import annotations

import re
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closed with a reset, as a line that breaks."""
PLAINLY = re.compile(rb"Accept-Encoding: [^\r]*")
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
    b"Retry-After: 1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
)


class Wire:
    """Its own address stays while the server behind it goes and comes at another."""

    def __init__(self, to: str) -> None:
        self._to = _address(to)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self._is_cut = False
        self._is_slow = threading.Event()
        self._is_busy = False
        self._loses: bytes | None = None
        self._loses_what_is_sent = False
        self._instead: tuple[bytes, bytes] | None = None
        self.lost = threading.Event()
        """Set once an answer to a PUT has been lost: what it answered was stored."""
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, url: str) -> None:
        self._to = _address(url)

    def cut(self) -> None:
        self._is_cut = True
        self._break()

    def be_slow(self) -> None:
        """What is asked from now on is not answered at all."""
        self._is_slow.set()
        self._break()

    def lose_what_is_sent(self) -> None:
        """Pages come, but nothing that is put arrives."""
        self._loses_what_is_sent = True

    def be_busy(self) -> None:
        """As a server that has too much to do."""
        self._is_busy = True
        self._break()

    def say_instead(self, was: bytes, now: bytes) -> None:
        """Of the same length, or the answer would not be as long as it says."""
        assert len(was) == len(now)
        self._instead = (was, now)

    def mend(self) -> None:
        self._is_cut = self._is_busy = False
        self._loses, self._loses_what_is_sent = None, False
        self._is_slow.clear()
        self._break()

    def lose_answers(self, to: bytes = b"PUT ") -> None:
        """To what is put, where its address has this in it."""
        self.lost.clear()
        self._loses = to

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _break(self) -> None:
        for end in list(self._ends):
            self._end(end)

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        self._ends.add(phone)
        if self._is_slow.is_set():
            return
        try:
            if self._is_busy:
                phone.recv(CHUNK)
                phone.sendall(BUSY)
            if self._is_cut or self._is_busy:
                raise ConnectionError
            server = socket.create_connection(self._to, timeout=5)
        except OSError:
            self._end(phone)
            return
        server.settimeout(None)
        self._ends.add(server)
        sent = threading.Event()
        threading.Thread(target=self._answer, args=(server, phone, sent), daemon=True).start()
        with suppress(OSError):
            while data := phone.recv(CHUNK):
                if self._instead:
                    data = PLAINLY.sub(b"Accept-Encoding: identity", data)
                if data.startswith(b"PUT ") and self._loses_what_is_sent:
                    break
                if data.startswith(b"PUT ") and self._loses and self._loses in data[:200]:
                    sent.set()
                server.sendall(data)
        self._end(server)
        self._end(phone)

    def _answer(self, server: socket.socket, phone: socket.socket, sent: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if sent.is_set():
                    self.lost.set()
                    break
                phone.sendall(data.replace(*self._instead) if self._instead else data)
        self._end(server)
        self._end(phone)

    def _end(self, end: socket.socket) -> None:
        self._ends.discard(end)
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80
