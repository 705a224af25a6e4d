"""`register serve`, but with a clock that reads its time from a file, so that a test can set it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from register.setup.opening import open_register
from register.setup.settings import Settings
from web.serving import Limits, log_to_standard_error, serve


def main(file: Path) -> None:
    def now() -> datetime:
        return datetime.fromisoformat(file.read_text(encoding="ascii")).astimezone(UTC)

    register = open_register(Settings.from_environment(), clock=now)
    try:
        log_to_standard_error()
        register.clock.start()
        serve(register, "127.0.0.1", 0, limits=Limits.of(Settings.from_environment()))
    finally:
        register.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
