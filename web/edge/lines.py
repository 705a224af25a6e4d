"""The lines of the log. A line that cannot be written is dropped and counted: no request waits for
the log or fails because of it."""

from __future__ import annotations

import os
import select
import sys
import threading

import orjson

LONGEST = select.PIPE_BUF
"""What a pipe that can be written to takes without waiting, in bytes."""


class Lines:
    """Writes lines to a file's number, as it is, without a buffer: what stays in a buffer when a
    disk is full comes out broken later. It is a file as far as loggers need one."""

    def __init__(self, number: int | None) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._is_broken = False
        self.dropped = 0
        """How many lines were not written since the last one that was."""
        self.dropped_in_all = 0

    def write(self, text: str | bytes) -> int:
        line = text.encode("utf-8", "replace") if isinstance(text, str) else text
        with self._lock:
            if not self._written(self._after_a_gap(line)):
                self.dropped += 1
                self.dropped_in_all += 1
            else:
                self.dropped = 0
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def _after_a_gap(self, line: bytes) -> bytes:
        """The line; before it, if some were dropped, how many."""
        gap = b""
        if self.dropped:
            told = {"level": "warning", "event": "lines dropped", "lines": self.dropped}
            gap = orjson.dumps(told) + b"\n"
        return (b"\n" if self._is_broken else b"") + gap + line

    def _written(self, line: bytes) -> bool:
        if self._number is None:
            return False
        try:
            while line and _takes_more(self._number):
                line = line[os.write(self._number, line[:LONGEST]) :]
                self._is_broken = bool(line)
        except OSError:  # the disk is full, or nobody is there any more
            return False
        return not line


def _takes_more(number: int) -> bool:
    """Whether writing to a file will not have to wait: a pipe may have no reader."""
    poll = select.poll()
    poll.register(number, select.POLLOUT)
    return any(event & select.POLLOUT for _, event in poll.poll(0))


def to_standard_error() -> Lines:
    """To the process's standard error; it may have none."""
    try:
        return Lines(sys.stderr.fileno() if sys.stderr is not None else None)
    except (OSError, ValueError):
        return Lines(None)
