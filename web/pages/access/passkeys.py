"""Signing in with a passkey. The browser asks for what it needs, and sends what the passkey said as
a form."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.access.passkeys import NOT_KNOWN, Site
from register.errors import InvalidError, NotFoundError
from register.register import Register
from web.pages.access.beginning import begun
from web.pages.signing_in import sign_in_page
from web.requests.device import site_of

NO_SITE = (
    "Passkeys do not work at this address. They go with a name, such as register.example.org or "
    "localhost."
)
UNREADABLE = 422


def options(request: Request, form: FormData) -> Response:
    """What a browser needs to use a passkey, as JSON. Nothing is stored of it."""
    register: Register = request.app.state.register
    return as_json(register.passkeys.to_use(site(request)))


def sign_in(request: Request, form: FormData) -> Response:
    """Nobody can guess what a passkey says, so these tries are not counted: no stranger can use up
    those of a whole home."""
    register: Register = request.app.state.register
    try:
        proved = register.passkeys.used(str(form.get("signed", "")), site(request))
        if not register.read.directory().is_here(proved.person):
            raise InvalidError.of("passkey", NOT_KNOWN)
        return begun(request, proved)
    except InvalidError as error:
        return sign_in_page(request, str(error), UNREADABLE)


def site(request: Request) -> Site:
    found = site_of(request)
    if found is None:
        raise NotFoundError(NO_SITE)
    return found


def as_json(options: str) -> Response:
    return Response(options, media_type="application/json", headers={"Cache-Control": "no-store"})
