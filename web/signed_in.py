"""The browser's session, and whether a request comes from our own pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from register.errors import ForbiddenError, UnauthenticatedError
from register.sessions import ABSOLUTE

COOKIE = "register-session"
PERSON = "register-person"
"""The header in which a phone says for whom it sends what was declared on it."""
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
    """Storage is wiped only where the page has looked what waits in it to be sent."""
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
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.headers.get("origin") != own or site != "same-origin":
        raise ForbiddenError("This was not sent from the register's own pages.")


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
