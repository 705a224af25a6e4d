"""The browser's session: its cookie, and the check that a request comes from our own pages."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from register.access.lasting import ON_A_PHONE
from register.errors import ForbiddenError, UnauthenticatedError

COOKIE = "register-session"
SECURE = "__Host-"
"""What the name of a cookie begins with that browsers take by https alone, and from no other
address."""
PERSON = "register-person"
"""The header with the id of the person whose declaration a phone sends."""
USUAL_PORTS = {"http": 80, "https": 443}
UNKNOWN_HOST = (
    "The register does not know this address as its own. Whoever keeps it sets REGISTER_ADDRESS to "
    "the address where people reach it."
)
SAFE = ("GET", "HEAD", "OPTIONS")


def session_of(request: Request) -> str | None:
    return request.cookies.get(cookie_name(_is_secure(request)))


def cookie_name(is_secure: bool) -> str:
    return SECURE + COOKIE if is_secure else COOKIE


def signed_in(request: Request, session: str, to: str = "/") -> Response:
    """Send the browser on, with the secret of its new session."""
    response = RedirectResponse(to, 303)
    set_session(response, request, session)
    return response


def set_session(response: Response, request: Request, session: str) -> None:
    """Set the session's cookie. The cookie stays when the browser is closed, as phones close
    applications often; the server ends the session."""
    is_secure = _is_secure(request)
    response.set_cookie(
        cookie_name(is_secure),
        session,
        max_age=int(ON_A_PHONE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure,
        path="/",
    )


def end_session(response: Response, request: Request, *, wipe_storage: bool) -> None:
    """End the session in the browser. `wipe_storage` also deletes what the register stored there:
    only for a page that made sure that nothing waits to be sent."""
    is_secure = _is_secure(request)
    response.delete_cookie(cookie_name(is_secure), path="/", secure=is_secure, httponly=True)
    cleared = ["cache", *(["storage"] if wipe_storage else [])]
    response.headers["Clear-Site-Data"] = ", ".join(f'"{each}"' for each in cleared)


BROWSERS = {
    "Edg": "Edge",
    "SamsungBrowser": "Samsung Internet",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
"""What browsers call themselves; many also call themselves what comes later here."""
SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "a Chromebook",
    "Macintosh": "a Mac",
    "Linux": "Linux",
}


def browser_of(request: Request) -> str:
    """Which browser it is, so that its owner knows it again: such as "Chrome on Android"."""
    says = request.headers.get("user-agent", "")
    browser = next((name for mark, name in BROWSERS.items() if mark in says), "A browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in says), "something unknown")
    return f"{browser} on {system}"


def check_is_for(request: Request, person: str) -> None:
    """Raises `UnauthenticatedError` if a phone sends one person's declaration in the session of
    another."""
    if request.headers.get(PERSON, person) != person:
        raise UnauthenticatedError("Somebody else is signed in.")


def check_same_origin(request: Request) -> None:
    """Raises `ForbiddenError` if a request that changes something does not come from our own pages
    (Fetch, the header `Origin`)."""
    if request.method in SAFE:
        return
    own = own_origin(request)
    if own is None:
        raise ForbiddenError(UNKNOWN_HOST)
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.headers.get("origin") != own or site != "same-origin":
        raise ForbiddenError("This was not sent from the register's own pages.")


def origin_of(address: str) -> str:
    """The origin of an address as browsers send it: without the path and the usual port."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_usual = parts.port in (None, USUAL_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")


def is_overheard(address: str) -> bool:
    """Whether others on the network hear what is said at an address: sign-ins, too."""
    parts = urlsplit(address)
    return parts.scheme != "https" and not _is_this_machine(parts.netloc)


def own_origin(request: Request) -> str | None:
    """The origin of our own pages: that of the setting `REGISTER_ADDRESS`. Without it, what a
    request says is believed if that is this machine; else None. A request can say anything: the
    name of another site may lead to this machine."""
    known: str | None = request.app.state.origin
    host = request.headers.get("host", "")
    if known is not None or not _is_this_machine(host):
        return known
    return f"{request.url.scheme}://{host}"


def _is_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False


def _is_secure(request: Request) -> bool:
    return (own_origin(request) or "").startswith("https://")
