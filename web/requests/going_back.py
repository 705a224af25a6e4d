"""What a browser goes back to after it has sent a form.

The answer to a form is kept for some minutes, and the browser is sent to an address that shows it:
so Back, and loading a page again, never ask whether the form is to be sent again. This is for
browsers that go to the answer as a page (they say so); a script gets its answer at once.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from register.access.kept_pages import KeptPage
from register.register import Register
from web.requests.session import session_of
from web.requests.visit import to

KEPT = "kept"
"""The part of an address with the name of a kept answer."""
AT_THE_PROBLEMS = "#problems"
"""Where a page says what is wrong: else the part that the address named before would stay."""
REFUSED = 400


def kept_for_going_back(request: Request, answer: Response, address: str) -> Response:
    """Send the browser to where this answer is kept; `address` is that of the form itself."""
    register: Register = request.app.state.register
    session = session_of(request)
    if session is None:
        return answer
    if answer.status_code == 303:
        register.signing_in.forget_kept(session, address)
    if not isinstance(answer, HTMLResponse) or not _goes_to_a_page(request):
        return answer
    page = KeptPage(answer.status_code, bytes(answer.body))
    name = register.signing_in.keep(session, address, page)
    if name is None:
        return answer
    part = AT_THE_PROBLEMS if answer.status_code >= REFUSED else ""
    return to(f"{address}?{KEPT}={name}{part}")


def shown_once(shown: Response) -> Response:
    """A page that nobody goes back to, as a secret stands on it: it is kept nowhere."""
    headers = {"Cache-Control": "no-store"}
    return Response(shown.body, shown.status_code, headers, "text/html")


def kept_before(request: Request) -> Response | None:
    """The kept answer that the address names, shown where its form is and nowhere else, as that is
    asked who may see it; the way to the page itself where it is gone; or None where the address
    names none."""
    name = request.query_params.get(KEPT)
    if name is None:
        return None
    register: Register = request.app.state.register
    found = register.signing_in.kept(session_of(request) or "", request.url.path, name)
    if found is None:
        return to(request.url.path)
    return HTMLResponse(found.html, found.status, headers={"Cache-Control": "no-store"})


def _goes_to_a_page(request: Request) -> bool:
    return request.headers.get("sec-fetch-mode") == "navigate"
