"""A server whose clock a test can set while it runs, by libfaketime; the other clocks go on.

Under libfaketime 0.9.10 with these settings `time.sleep` fails; nothing in a server calls it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.packages import can_install_packages, steps_to_install, take

FOLDERS = ("/usr/lib/*/faketime", "/usr/lib*/faketime", "/usr/local/lib/faketime")
NO_LIBRARY = (
    "The tests of a wrong clock need libfaketime, and none could be installed. Install it "
    "(Debian: apt-get install faketime), or say in FAKETIME_LIBRARY where libfaketime.so.1 is."
)


def find_or_install() -> str:
    """Raises `AssertionError`, never skips, where there is none and none can be installed."""
    found = _find()
    if found is None:
        assert can_install_packages(), NO_LIBRARY
        take(steps_to_install("faketime"), NO_LIBRARY)
        found = _find()
    assert found is not None, NO_LIBRARY
    return found


def _find() -> str | None:
    named = os.environ.get("FAKETIME_LIBRARY")
    return named or next(map(str, _libraries()), None)


def _libraries() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from Path("/").glob(f"{folder[1:]}/libfaketime.so.1")


class WrongClock:
    """The clock of every process that has these settings; it is right until it is set."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock-is-off-by"
        self.settings = {
            "LD_PRELOAD": find_or_install(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set_right()

    def set_off_by(self, step: timedelta) -> None:
        """Put in place whole: the other process reads it again whenever it looks at the clock."""
        spare = self._file.with_suffix(".new")
        spare.write_text(f"{step.total_seconds():+.0f}\n", encoding="ascii")
        spare.replace(self._file)

    def set_right(self) -> None:
        self.set_off_by(timedelta(0))
