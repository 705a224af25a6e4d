"""The register itself, but that it keeps no looks: what keeping them costs is the difference.

`python -m bench.peers.unlooked --port=N` is `register serve --port=N`, with the same settings.
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from typing import Any

from register.__main__ import app
from register.reading.looks.looks import Looks


def keep(*_given: object, **_named: object) -> list[Future[None]]:
    """Nothing, at once."""
    return []


if __name__ == "__main__":
    looks: Any = Looks
    looks.keep = keep
    app(["serve", *sys.argv[1:]])
