"""What each file of tests costs in CPU seconds, with the servers and browsers that it starts.

    make test ARGS="-p tests.cost"

On Linux alone, which tells what other processes have used. PostgreSQL is a process of the whole
run's and is not counted here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
costs: Counter[str] = Counter()
tests: Counter[str] = Counter()


def used(process: int) -> float:
    """Seconds, with those of its children, whether they have ended or are running."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [each for task in tasks for each in (task / "children").read_text().split()]
    except OSError:  # it has just ended
        return 0
    return sum(map(int, told[11:15])) / TICKS + sum(used(int(child)) for child in children)


def cost(item: pytest.Item) -> Generator[None, object, object]:
    before = used(os.getpid())
    try:
        return (yield)
    finally:  # a browser's process that is killed takes its figure with it
        item.user_properties.append(("cpu", max(0, used(os.getpid()) - before)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from cost(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from cost(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from cost(item))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In the process that reports; a test's last report has the figures of all three."""
    if report.when == "teardown":
        file = report.nodeid.partition("::")[0]
        costs[file] += sum(value for name, value in report.user_properties if name == "cpu")
        tests[file] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("CPU seconds")
    for file, seconds in costs.most_common():
        terminalreporter.line(f"{seconds:8.1f}  {tests[file]:5} tests  {file}")
    terminalreporter.line(f"{costs.total():8.1f}  {tests.total():5} tests")
