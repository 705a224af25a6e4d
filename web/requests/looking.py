"""Whether somebody looks at what a request is answered with, and what is noted of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from starlette.requests import Request

from register.declarations.declaration import Declaration
from register.register import Register

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


class Looker(Protocol):
    """Who asks the register; `is_look` is whether they look at the answer."""

    @property
    def register(self) -> Register: ...
    @property
    def by(self) -> str: ...
    @property
    def is_look(self) -> bool: ...


class Looking:
    """What whoever asks may look at. It opens their alerts about that."""

    def look_at(self: Looker, declaration: str) -> Declaration:
        """A declaration as it is now."""
        read = self.register.look_at if self.is_look else self.register.read.declaration
        return read(self.by, declaration)

    def note_shown(self: Looker, declarations: Iterable[Declaration]) -> None:
        """Note that the words of these are in the answer."""
        if self.is_look:
            self.register.note_shown(self.by, [each.id for each in declarations])
