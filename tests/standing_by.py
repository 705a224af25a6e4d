"""`register background`, but with a clock that reads its time from a file, so that a test can set
it."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from register.console.background import background
from register.setup.opening import open_register
from register.setup.settings import Settings
from web.serving import leave_when_told, log_to_standard_error


def main(file: Path) -> None:
    def now() -> datetime:
        return datetime.fromisoformat(file.read_text(encoding="ascii")).astimezone(UTC)

    settings = Settings.from_environment()
    register = open_register(settings, clock=now)
    log_to_standard_error()
    leave_when_told()
    try:
        with background(register, settings):
            while True:
                signal.pause()
    finally:
        register.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
