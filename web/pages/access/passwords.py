"""Signing in with a work e-mail address and a password, where the organisation has passwords."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.access.passwords import NOT_RIGHT
from register.errors import InvalidError, TooManyError
from register.register import Register
from web.errors import STATUS, headers_of
from web.pages.access.beginning import begun
from web.pages.signing_in import sign_in_page
from web.requests.device import whence

LONGEST_ADDRESS = 254


def sign_in(request: Request, form: FormData) -> Response:
    """The same is said whatever is wrong, also of somebody who has left."""
    register: Register = request.app.state.register
    email = str(form.get("email", ""))[:LONGEST_ADDRESS]
    try:
        proved = register.passwords.used(email, str(form.get("password", "")), whence(request))
        if not register.read.directory().is_here(proved.person):
            raise InvalidError.of("password", NOT_RIGHT)
        return begun(request, proved)
    except (InvalidError, TooManyError) as error:
        answer = sign_in_page(request, str(error), STATUS[error.code], email=email)
        answer.headers.update(headers_of(error))
        return answer
