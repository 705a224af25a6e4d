"""The register itself, but that it keeps no looks: what keeping them costs is the difference.

`python -m bench.peers.unlooked --port=N`, with the register's own settings.
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from typing import Any

from register.reading.looks.looks import LooksPage
from register.setup.opening import open_register
from register.setup.settings import Settings
from web.serving import Limits, log_to_standard_error, serve


class NoLooks:
    """Keeps nothing, at once."""

    def keep(self, *_given: object, **_named: object) -> list[Future[None]]:
        return []

    def refused(self, *_given: object, **_named: object) -> Future[None]:
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def at_own(self, *_given: object) -> LooksPage:
        return LooksPage([], None)

    def close(self) -> None:
        pass


if __name__ == "__main__":
    settings = Settings.from_environment()
    register = open_register(settings)
    register.looks.close()
    without: Any = NoLooks()
    register.looks = without
    port = int(sys.argv[1].removeprefix("--port="))
    log_to_standard_error()
    try:
        serve(register, "127.0.0.1", port, limits=Limits.of(settings))
    finally:
        register.close()
