"""Signing in again before what matters most: the browser is sent to do so, and comes back to where
it was. What was filled in is kept meanwhile, sealed under the session's secret."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.access.kept_pages import KeptPage
from register.errors import UnavailableError
from register.register import Register
from web.requests.going_back import KEPT
from web.requests.session import session_of
from web.requests.visit import FIRST_PAGE, to
from web.templating import page

AGAIN = "/sign-in/again"
THEN = "then"
"""The field with the address to come back to."""
OWN = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1000}")
BUSY = "The register is busy and could not keep what you filled in. Please send it again."


def own_path(text: str) -> str:
    """An address of the register's own, as somebody gives it; the first page if it is none."""
    return text if OWN.fullmatch(text) else FIRST_PAGE


def to_sign_in_again(then: str) -> Response:
    return to(f"{AGAIN}?{urlencode({THEN: then})}")


def kept_while_signing_in(request: Request, form: FormData, address: str) -> Response:
    """Keep what was sent, to be sent on once its sender has signed in again. `address` is that of
    the form."""
    register: Register = request.app.state.register
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    shown = page(
        "again_go_on.html",
        title="You are signed in again",
        visit=None,
        fields=fields,
        action=request.url.path,
        back=address,
    )
    kept = KeptPage(shown.status_code, bytes(shown.body))
    name = register.signing_in.keep(session_of(request) or "", address, kept)
    if name is None:
        raise UnavailableError(BUSY)
    return to_sign_in_again(f"{address}?{KEPT}={name}")
