"""Where a try to sign in comes from: its address, and what the browser's cookie says of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from register.access.tries import Whence
from register.register import Register
from web.edge.connections import place_of
from web.requests.session import is_secure

COOKIE = "register-device"
KEPT_FOR = 365 * 24 * 3600


def whence(request: Request) -> Whence:
    """The address is the client's own, where a proxy that is believed says so (the setting
    `REGISTER_PROXIES`)."""
    address = request.client.host if request.client else ""
    return Whence(place_of(address), request.cookies.get(_name(request), ""))


def remember_device(response: Response, request: Request, person: str) -> None:
    """Have the browser known as a device of this person. It outlasts sessions, and signs nobody
    in."""
    register: Register = request.app.state.register
    response.set_cookie(
        _name(request),
        register.tries.known(request.cookies.get(_name(request), ""), person),
        max_age=KEPT_FOR,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
        path="/",
    )


def _name(request: Request) -> str:
    return f"__Host-{COOKIE}" if is_secure(request) else COOKIE
