"""Whether somebody looks at what a request is answered with."""

from __future__ import annotations

from starlette.requests import Request

LOOKS = ("GET", "POST")
"""A search is a POST, as its form may name a service user."""
FETCHES_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""With these a browser says that nobody asked for the page yet."""
OF_OUR_OWN = ("same-origin", "none")
"""Where requests come from that no other site makes."""


def is_look(request: Request) -> bool:
    """Not for HEAD, where nothing is shown; for a page fetched ahead; for a part of a page that
    refreshes itself; or where another site made the browser ask."""
    headers = request.headers
    return (
        request.method in LOOKS
        and not any(name in headers for name in FETCHES_AHEAD)
        and "hx-request" not in headers
        and headers.get("sec-fetch-site", "none") in OF_OUR_OWN
    )
