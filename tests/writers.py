"""A writer that is watched, with callers in threads of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.event import Event
from events.log.log import Log
from events.log.writer import Unit, Writer
from tests.logs import said, texts

SECONDS = 10
"""Long enough for anything that happens at all."""


class Watched:
    """A writer on a log, with callers in threads of their own."""

    def __init__(self, log: Log, **options: Any) -> None:
        self.log = log
        self.undone = 0
        self.commits = 0
        self.writer: Writer[Unit] = Writer(self._begin, **options)
        self._callers = ThreadPoolExecutor(100)
        sa.event.listen(log.database.engine, "commit", self._count_commit)

    @contextmanager
    def _begin(self) -> Iterator[Unit]:
        try:
            with self.log.database.write() as connection:
                yield Unit(connection)
        except BaseException:
            self.undone += 1
            raise

    def _count_commit(self, _connection: object) -> None:
        self.commits += 1

    def call(self, command: Callable[[], Any]) -> Future[Any]:
        return self._callers.submit(self.writer.run, lambda _unit: command())

    def append(self, text: str) -> list[Event]:
        return self.log.append([said(uuid4(), text)])

    def call_append(self, text: str) -> Future[Any]:
        return self.call(lambda: self.append(text))

    def hold(self) -> Held:
        """Keeps the writer busy, so that what comes meanwhile shares the commit."""
        held = Held()
        held.answer = self.call(held.command)
        assert held.has_begun.wait(SECONDS)
        return held

    def wait_for_queue(self, size: int) -> None:
        give_up_at = time.monotonic() + SECONDS
        while self.writer.waiting < size:
            assert time.monotonic() < give_up_at, "waited too long"
            time.sleep(0.002)

    def close(self) -> None:
        self.writer.close()
        self._callers.shutdown()


class Held:
    answer: Future[Any]

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def command(self) -> None:
        self.has_begun.set()
        assert self.may_end.wait(SECONDS)

    def release(self) -> None:
        self.may_end.set()


@pytest.fixture
def watched(log: Log) -> Iterator[Watched]:
    with closing(Watched(log)) as watched:
        yield watched


def committed(log: Log) -> list[str]:
    """What somebody else sees: from another connection."""
    with closing(Log(str(log.factory.env["DATABASE_URL"]), log.keyring)) as other:
        return texts(other.after())
