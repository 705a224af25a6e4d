"""Whether somebody looks at what a request is answered with."""

from __future__ import annotations

from starlette.requests import Request

SEARCH = "/api/declarations/search"
"""The one look that is a POST, as it names a service user."""
FETCHES_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""With these a browser says that nobody asked for the page yet."""
OF_OUR_OWN = ("same-origin", "none")
"""Where requests come from that no other site makes."""


def is_look(request: Request) -> bool:
    """By GET alone. Not for HEAD, where nothing is shown; for a form that comes back; for a page
    fetched ahead; for a part of a page that refreshes itself; or where another site made the
    browser ask."""
    headers = request.headers
    return (
        (request.method == "GET" or request.url.path == SEARCH)
        and not any(name in headers for name in FETCHES_AHEAD)
        and "hx-request" not in headers
        and headers.get("sec-fetch-site", "none") in OF_OUR_OWN
    )
