"""The register itself, but that it keeps no look for whoever asks with a cookie of the bench's own:
what keeping looks costs is the difference.

`python -m bench.peers.unlooked --port=N` is `register serve --port=N`, with the same settings.
"""

from __future__ import annotations

import sys
from typing import Any

from register.__main__ import app
from web.requests.looking import Showing

UNLOOKED = "unlooked=1"
"""The cookie."""


def forgetful(keep: Any) -> Any:
    """`Showing.of`, but that what it gives is kept only where it should be."""

    def of(request: Any, path: str, **named: Any) -> Showing:
        showing: Showing = keep(request, path, **named)
        showing.is_sent = showing.is_sent and UNLOOKED not in request.headers.get("cookie", "")
        return showing

    return of


if __name__ == "__main__":
    Showing.of = staticmethod(forgetful(Showing.of))  # type: ignore[method-assign,assignment]
    app(["serve", *sys.argv[1:]])
