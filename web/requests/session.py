"""The browser's session, and whether a request comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from register.access.sessions import ABSOLUTE
from register.errors import ForbiddenError, UnauthenticatedError

COOKIE = "register-session"
PERSON = "register-person"
"""The header in which a phone says for whom it sends what was declared on it."""
USUAL_PORTS = {"http": 80, "https": 443}
SAFE = ("GET", "HEAD", "OPTIONS")


def session_of(request: Request) -> str | None:
    return request.cookies.get(COOKIE)


def set_session(response: Response, request: Request, session: str) -> None:
    """The cookie outlasts the app: a phone ends apps as it likes. The server ends the session."""
    response.set_cookie(
        COOKIE,
        session,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
        path="/",
    )


def end_session(response: Response, request: Request, *, wipe_storage: bool) -> None:
    """Storage is wiped only where the page has made sure that nothing in it waits to be sent."""
    response.delete_cookie(COOKIE, path="/", secure=_is_secure(request), httponly=True)
    cleared = ["cache", "cookies", *(["storage"] if wipe_storage else [])]
    response.headers["Clear-Site-Data"] = ", ".join(f'"{each}"' for each in cleared)


def check_is_for(request: Request, person: str) -> None:
    """A phone sends nobody's declarations under somebody else's session."""
    if request.headers.get(PERSON, person) != person:
        raise UnauthenticatedError("Somebody else is signed in.")


def check_same_origin(request: Request) -> None:
    """An unsafe request by cookie has to come from a page of ours (Fetch, `Origin`)."""
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.headers.get("origin") != _own_origin(request) or site != "same-origin":
        raise ForbiddenError("This was not sent from the register's own pages.")


def origin_of(address: str) -> str:
    """As a browser gives the origin of pages at an address: without the usual port, or a path."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_usual = parts.port in (None, USUAL_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")


def _own_origin(request: Request) -> str:
    """Where people reach the register, if that is known; else where this request came to, which a
    proxy may not have told."""
    known: str | None = request.app.state.origin
    return known or f"{request.url.scheme}://{request.headers.get('host', '')}"


def _is_secure(request: Request) -> bool:
    return _own_origin(request).startswith("https://")
