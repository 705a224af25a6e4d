"""What has to be put right: checks by name, each of which says it in code words.

A check is one line where `Register` or a server begins. One that fails hides no other.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from events.ids import own_id
from events.log.log import Log

log = structlog.get_logger("register")

Check = Callable[[], Iterable[str]]
"""Gives a code word for each thing that is not as it should be; none if all is well."""
UNKNOWN = "unknown"
"""What is said of a check that could not be made."""
BACKUPS = own_id("backups")
"""The stream that tells of backups."""
LEAST_ROOM = 512 * 1024 * 1024
"""Bytes: with fewer, somebody has to make room before nothing can be stored any more."""


class Condition:
    """Makes checks. `lasts`: for how many seconds what they found is not asked again."""

    def __init__(self, checks: Mapping[str, Check], lasts: float = 0) -> None:
        self.checks = dict(checks)
        self._lasts = lasts
        self._found: tuple[float, dict[str, list[str]]] | None = None

    def red(self) -> dict[str, list[str]]:
        """The code words by the names of the checks, of those alone that are red."""
        if self._found is not None and time.monotonic() - self._found[0] < self._lasts:
            return self._found[1]
        words = {name: _words(name, check) for name, check in self.checks.items()}
        red = {name: found for name, found in words.items() if found}
        self._found = time.monotonic(), red
        return red


def _words(name: str, check: Check) -> list[str]:
    try:
        return sorted(check())
    except Exception as error:  # whatever it is, the other checks are made
        log.warning("check", check=name, error=type(error).__name__)
        return [UNKNOWN]


def has_room(folder: Path, least: int = LEAST_ROOM) -> Check:
    """Whether there is room on the disk where a folder is."""
    return lambda: ["little_room"] if shutil.disk_usage(folder).free < least else []


def is_backed_up(log: Log, every: timedelta) -> Check:
    """Whether the last backup of which the log tells is new enough."""

    def check() -> list[str]:
        last = log.last_of(BACKUPS)
        if last is None:
            return ["none"]
        return ["too_old"] if log.clock() - last.moment > every else []

    return check
