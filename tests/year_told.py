"""What became of the alerts of each year that was lived, at the end of a run; for `-p`."""

from __future__ import annotations

import pytest

YEAR = "year"
"""Under which name a test tells of its year, also from another process."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what became of the alerts")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, told in report.user_properties:
                if name == YEAR and report.when == "call":
                    terminalreporter.line(told)
