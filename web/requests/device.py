"""The browser that somebody signs in with: where it is, who did so there before, and by which
address it knows the register."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from register.access.passkeys import Site
from register.access.tries import Whence
from register.register import Register
from web.edge.connections import place_of
from web.requests.session import SECURE, own_origin

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
        secure=_is_secure(request),
        path="/",
    )


def site_of(request: Request) -> Site | None:
    """The register as this browser knows it; None where passkeys do not work: they go with a name,
    and an address of numbers is none."""
    origin = own_origin(request)
    host = urlsplit(origin or "").hostname or ""
    if not origin or _is_of_numbers(host):
        return None
    return Site(host, origin)


def _is_of_numbers(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_secure(request: Request) -> bool:
    return (own_origin(request) or "").startswith("https://")


def _name(request: Request) -> str:
    return SECURE + COOKIE if _is_secure(request) else COOKIE
