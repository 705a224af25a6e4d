"""The way back from a declaration to the list on which it was found, which its address names."""

from __future__ import annotations

from urllib.parse import urlsplit

from web.requests.visit import Visit

LISTS = ("/team", "/register", "/service-user", "/how-soon/overdue")
LONGEST = 500


def way_back(visit: Visit) -> str | None:
    """The list's address; None if none of ours is named."""
    named = visit.query.get("list", "")
    if len(named) > LONGEST or not named.isascii() or not named.isprintable():
        return None
    try:
        parts = urlsplit(named)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path not in LISTS:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
