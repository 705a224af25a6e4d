"""The session that begins once somebody has proved who they are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from register.access.means import How
from register.register import Register
from web.requests.device import remember_device
from web.requests.session import browser_of, session_of, signed_in


def begun(request: Request, person: str, how: How, which: str = "") -> Response:
    """Send the browser to the first page, in a new session; it is known as this person's device."""
    register: Register = request.app.state.register
    secret = register.signing_in.begin(
        person,
        how,
        which=which,
        browser=browser_of(request),
        verified_at=register.now(),
        instead_of=session_of(request),
    )
    response = signed_in(request, secret)
    remember_device(response, request, person)
    return response


def verified(request: Request, person: str, how: How, then: str, which: str = "") -> Response:
    """Send the browser on, in the session that it had, whose owner proved again who they are."""
    register: Register = request.app.state.register
    before, now = session_of(request) or "", register.now()
    secret = register.signing_in.verified(before, how, now, which=which)
    response = signed_in(request, secret, then)
    remember_device(response, request, person)
    return response
