"""The session that begins once somebody has proved who they are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from register.access.means import Proved
from register.register import Register
from web.requests.device import remember_device
from web.requests.session import browser_of, session_of, signed_in


def begun(request: Request, proved: Proved) -> Response:
    """Send the browser to the first page, in a new session; it is known as this person's device.
    Raises a refusal where what they proved it by was changed or removed meanwhile."""
    register: Register = request.app.state.register
    secret = register.signing_in.begin(
        proved.person,
        proved.how,
        which=proved.which,
        browser=browser_of(request),
        verified_at=register.now(),
        still=proved.still,
        instead_of=session_of(request),
    )
    response = signed_in(request, secret)
    remember_device(response, request, proved.person)
    return response


def verified(request: Request, proved: Proved, then: str) -> Response:
    """Send the browser on, in the session that it had, whose owner proved again who they are.
    Raises a refusal, as `begun` does."""
    register: Register = request.app.state.register
    before, now = session_of(request) or "", register.now()
    secret = register.signing_in.verified(
        before, proved.how, now, which=proved.which, still=proved.still
    )
    response = signed_in(request, secret, then)
    remember_device(response, request, proved.person)
    return response
