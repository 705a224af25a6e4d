"""What came of each fault, counted: a table at the end of `make test-faults`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.server import Installation

LONGEST = 6
"""Seconds in which every request ends."""
MADE = "SELECT originator_id FROM entries WHERE topic = 'declaration-made'"


@dataclass
class Figures:
    """Of one fault, made so many times."""

    fault: str
    times: int
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: list[float] = field(default_factory=list)
    """How long each request took."""

    @contextmanager
    def timed(self) -> Iterator[None]:
        """One request is made inside."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds.append(time.monotonic() - began)

    def count(self, installation: Installation, acknowledged: Collection[str]) -> None:
        """Look in the log for every declaration that was acknowledged."""
        with installation.connected() as connection:
            self.compare(connection.exec_driver_sql(MADE).scalars().all(), acknowledged)

    def compare(self, stored: Collection[Any], acknowledged: Collection[str]) -> None:
        made = Counter(map(_as_text, stored))
        self.acknowledged = len(acknowledged)
        self.lost = sum(not made[each] for each in acknowledged)
        self.doubled = sum(times > 1 for times in made.values())
        assert (self.lost, self.doubled) == (0, 0), self.line()

    def assert_short(self) -> None:
        """Whatever happened to what the register stands on, nobody waited long."""
        assert self.longest < LONGEST, self.line()

    @property
    def longest(self) -> float:
        return max(self.seconds, default=0.0)

    def line(self) -> str:
        counted = f"{self.times:6} {len(self.seconds):9} {self.acknowledged:13}"
        return f"{self.fault:60} {counted} {self.lost:5} {self.doubled:8} {self.longest:10.2f} s"


HEADING = (
    f"{'fault':60} {'times':>6} {'requests':>9} {'acknowledged':>13} {'lost':>5} {'doubled':>8}"
    f" {'longest':>12}"
)
ROWS = pytest.StashKey[list[Figures]]()


def _as_text(id_: Any) -> str:
    """SQLite and PostgreSQL give ids in their own ways."""
    if isinstance(id_, bytes):
        return str(UUID(bytes=id_))
    return str(UUID(str(id_)))


@pytest.fixture
def figures_of(pytestconfig: pytest.Config) -> Callable[[str, int], Figures]:
    """Begins the row of a fault, in the table at the end."""

    def begin(fault: str, times: int = 1) -> Figures:
        begun = Figures(fault, times)
        pytestconfig.stash.setdefault(ROWS, []).append(begun)
        return begun

    return begin


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Nothing where several processes ran the tests: what each counted went with it."""
    if rows := config.stash.get(ROWS, []):
        terminalreporter.section("faults")
        for line in (HEADING, *(each.line() for each in rows)):
            terminalreporter.write_line(line)
