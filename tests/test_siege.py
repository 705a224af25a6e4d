"""Whoever declares is served, however many others hold, drip, post and shout at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.server import Installation
from tests.siege import FULL, SHORT, Size, besieged, declared_in_seconds, most_memory

P99_SECONDS, MOST_MIB = 0.3, 400
SECONDS_TO_BEGIN = 2
TRIES = 3
"""Of which the best counts: the machine has other work too."""


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99) - 1]


def holds_out(installation: Installation, size: Size, declarations: int) -> None:
    installation.set_up()
    with installation.serving() as server:
        declared_in_seconds(server, "amina", 5, 0)
        with besieged(server, size, by="gus"):
            time.sleep(SECONDS_TO_BEGIN)
            took = []
            for _ in range(TRIES):
                took.append(p99(declared_in_seconds(server, "amina", declarations, 0.02)))
                if took[-1] < P99_SECONDS:
                    break
        figures = f"p99 in {[round(each * 1000) for each in took]} ms, {most_memory(server)} MiB"
        print(figures)
        assert min(took) < P99_SECONDS, figures
        assert most_memory(server) < MOST_MIB, figures


def test_a_small_siege(new_installation: Callable[[str], Installation]) -> None:
    holds_out(new_installation("sqlite"), SHORT, 40)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_siege(new_installation: Callable[[str], Installation], engine: str) -> None:
    holds_out(new_installation(engine), FULL, 300)
