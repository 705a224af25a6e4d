"""Reads visits to pages (session, then form), and shows a refusal as a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message, Receive

from register.access.sessions import Session
from register.access.who_may import Comer, check_may_come_in, check_way, row_of
from register.errors import (
    ConflictError,
    ForbiddenError,
    FromElsewhereError,
    InvalidError,
    LimitedError,
    MalformedError,
    NotFoundError,
    NotFreshError,
    NotYetError,
    RegisterError,
    TooLargeError,
    UnauthenticatedError,
)
from register.register import Register
from web.edge.allowances import Strangers, take
from web.errors import STATUS, TITLES, headers_of
from web.requests.again import AGAIN, kept_while_signing_in, to_sign_in_again
from web.requests.going_back import kept_before, kept_for_going_back
from web.requests.limits import LARGEST_BODY, LARGEST_PICTURE
from web.requests.looking import PART, Asking, Showing, check_is_asked_for, keep_refusal
from web.requests.session import check_same_origin, own_origin, session_of
from web.requests.threads import READS, in_thread
from web.requests.visit import NO_FORM, Visit, to
from web.resources import FAILED
from web.templating import page

MultiPartParser.spool_max_size = LARGEST_PICTURE + LARGEST_BODY
"""Uploads stay in memory up to this size: Starlette writes larger files to the disk."""
LARGEST_OF_STRANGERS = 16 * 1024
"""The largest form on a public page, in bytes: nobody is signed in there."""
SIGN_IN = "/sign-in"
SIGN_IN_FIRST = "Please sign in."
UNREADABLE = "This form could not be read."
TITLES_OF_PAGES = {**TITLES, "forbidden": "Somebody else can do this"}
"""Titles as pages say them."""


@dataclass(frozen=True)
class Page:
    method: str
    path: str
    show: Callable[[Visit], Response]
    takes_picture: bool = False
    form_at: str | None = None
    """The path of the form that is sent here, if it has another path."""
    fresh: bool = False
    """Whether it takes a sign-in of the last five minutes, by more than a link."""
    asks_by_itself: bool = False
    """Whether an open page asks for it, and nobody else: that is no use of the session."""
    refreshes: bool = False
    """Whether it asks for itself, or for a part of it, as long as it is open: nor is that."""
    begins_at: str | None = None
    """The page to come back to after that, for what is no page itself."""


@dataclass(frozen=True)
class PublicPage:
    """A page for people who are not signed in; `show` gets the request and the form."""

    method: str
    path: str
    show: Callable[[Request, FormData], Response]
    asks_provider: bool = False
    """Whether it may have to wait for a provider with whom people sign in."""
    is_from_provider: bool = False
    """Whether the provider itself sends this, and no browser: a signature proves whose it is."""


class PageAdapter:
    """Shows pages to the owner of the browser's session. Others are sent to sign in."""

    async def carry_out(self, operation: Page | PublicPage, request: Request) -> Response:
        if isinstance(operation, PublicPage):
            return await _public(operation, request)
        check_same_origin(request)
        if session_of(request) is None:
            raise UnauthenticatedError(SIGN_IN_FIRST)
        check_is_asked_for(request)
        if request.method in READS:
            return await in_thread(request, _show, operation, request)
        session = await in_thread(request, _session, operation, request, is_at_door=True)
        takes_picture = operation.takes_picture
        most, beside = (LARGEST_PICTURE, LARGEST_BODY) if takes_picture else (LARGEST_BODY, 0)
        async with _form(request, most, beside) as form:
            return await in_thread(
                request, _sent, operation, request, session, form, takes_picture=takes_picture
            )

    def refuse(self, error: RegisterError, request: Request) -> Response:
        if isinstance(error, UnauthenticatedError):
            return _to(AGAIN if isinstance(error, LimitedError) else SIGN_IN, request)
        if isinstance(error, FromElsewhereError):
            return _go_on(error, request)
        return _refusal(error.code, str(error), headers_of(error))

    def fail(self, request: Request) -> Response:
        return _refusal("failed", FAILED, {})


async def _public(operation: PublicPage, request: Request) -> Response:
    if not operation.is_from_provider:
        check_same_origin(request)
    async with _form(request, LARGEST_OF_STRANGERS) as form:
        if operation.asks_provider:
            turn = request.app.state.at_providers.one()
        else:
            turn = _in_turn(request)
        async with turn:
            return await in_thread(
                request, operation.show, request, form, asks_provider=operation.asks_provider
            )


def _in_turn(request: Request) -> AbstractAsyncContextManager[None]:
    """Whoever sends a form on a public page waits for the turn of a stranger."""
    strangers: Strangers = request.app.state.strangers
    return nullcontext() if request.method in READS else strangers.one()


def _show(operation: Page, request: Request) -> Response:
    register: Register = request.app.state.register
    showing = Showing.of(request, operation.path, refreshes=operation.refreshes)
    try:
        with register.read.look():
            session = _session(operation, request)
            response = _shown(operation, request, session, NO_FORM, showing)
    except NotFreshError:
        path, query = operation.begins_at or request.url.path, request.url.query
        return to_sign_in_again(f"{path}?{query}" if query else path)
    showing.wait()
    return response


def _sent(operation: Page, request: Request, session: Session, form: FormData) -> Response:
    showing = Showing.of(request, operation.path)
    form_at = operation.form_at
    address = form_at.format(**request.path_params) if form_at else request.url.path
    try:
        answer = _shown(operation, request, session, form, showing)
    except NotFreshError:
        return kept_while_signing_in(request, form, address)
    showing.wait()
    return kept_for_going_back(request, answer, address)


def _session(operation: Page, request: Request) -> Session:
    register: Register = request.app.state.register
    secret = session_of(request)
    if secret is None:
        raise UnauthenticatedError(SIGN_IN_FIRST)
    is_by_itself = operation.asks_by_itself or (operation.refreshes and _wants_part(request))
    session = register.signing_in.session(secret, is_use=not is_by_itself)
    take(request, session.person)
    check_way(row_of(operation.method, operation.path), Comer(is_limited=session.is_limited))
    return session


def _wants_part(request: Request) -> bool:
    return PART in request.headers


def _shown(
    operation: Page, request: Request, session: Session, form: FormData, showing: Showing
) -> Response:
    """The answer; where it is a refusal, that is kept first."""
    try:
        return _made(operation, request, session, form, showing)
    except (NotFreshError, NotYetError):
        raise
    except (ForbiddenError, NotFoundError):
        keep_refusal(request.app.state.register, session.person)
        raise


def _made(
    operation: Page, request: Request, session: Session, form: FormData, showing: Showing
) -> Response:
    register: Register = request.app.state.register
    visit = Visit(
        register,
        register.read.person(session.person),
        request.path_params,
        request.query_params,
        form,
        wants_part=_wants_part(request),
        address=request.url.path,
        asking=Asking.of(request, refreshes=operation.refreshes),
        showing=showing,
        is_demo=request.app.state.is_demo,
        origin=request.app.state.origin or own_origin(request) or "",
        request=request,
        session=session,
        privacy_contact=request.app.state.privacy_contact,
    )
    check_may_come_in(
        row_of(operation.method, operation.path), Comer(visit.roles, is_limited=visit.is_limited)
    )
    if operation.fresh:
        register.signing_in.check_fresh(session_of(request) or "")
    kept = kept_before(request) if request.method in READS else None
    response = _of_now_or_kept(operation, visit, kept)
    visit.keep_looks()  # of what is not a page, such as a picture
    return response


def _of_now_or_kept(operation: Page, visit: Visit, kept: Response | None) -> Response:
    """The page; or what was kept of it, once the page has said that they may still see it. Where
    that is gone the page is not made: nobody would be shown it."""
    if isinstance(kept, RedirectResponse):
        return kept
    try:
        made = operation.show(visit)
    except (ConflictError, InvalidError):  # the form itself is not to be had as it stands now
        if kept is None:
            raise
        return kept
    return kept or made


def _to(address: str, request: Request) -> Response:
    """Send the browser to sign in, with its whole page even if only a part was asked for."""
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    if _wants_part(request):
        return Response(status_code=401, headers={"HX-Redirect": address})
    return to(address)


@asynccontextmanager
async def _form(request: Request, most: int, beside: int = 0) -> AsyncIterator[FormData]:
    """The form of a request; closed afterwards. It may have `most` bytes, and `beside` more for
    what a multipart form has around a picture."""
    if request.method != "POST":
        yield NO_FORM
        return
    _check_is_utf8(request)
    counted = Request(request.scope, _no_more_than(most, beside, request.receive))
    try:
        form = await counted.form(max_fields=500, max_part_size=LARGEST_BODY)
    except HTTPException:
        raise MalformedError(UNREADABLE) from None
    try:
        yield form
    finally:
        await form.close()


def _check_is_utf8(request: Request) -> None:
    """Browsers send forms in UTF-8. Other codecs give what is no text at all, or fail."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise MalformedError(UNREADABLE)


def _no_more_than(most: int, beside: int, receive: Receive) -> Receive:
    """Count a body while it comes, as not every request says its length beforehand. It may have
    `most` + `beside` bytes."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most + beside:
            raise TooLargeError(f"This is too much at once; send no more than {_size(most)}.")
        return message

    return counting


def _size(count: int) -> str:
    return f"{count // 2**20} MiB" if count >= 2**20 else f"{count // 2**10} KiB"


def _go_on(error: FromElsewhereError, request: Request) -> Response:
    """A page with the way to the page that another site asked for."""
    path, query = request.url.path, request.url.query
    then = f"{path}?{query}" if query else path
    title, status = "Go on to the register", STATUS[error.code]
    return page(
        "refused.html", status, title=title, words=str(error), visit=None, home="/", then=then
    )


def _refusal(code: str, words: str, headers: Mapping[str, str]) -> Response:
    response = HTMLResponse(_refusal_in_words(code, words), STATUS[code])
    response.headers.update({"Cache-Control": "no-store", **headers})
    return response


@lru_cache(maxsize=256)
def _refusal_in_words(code: str, words: str) -> bytes:
    """The page of a refusal. It is made once: whoever is refused a thousand times in a second takes
    no time from those who declare."""
    title = TITLES_OF_PAGES[code]
    made = page("refused.html", title=title, words=words, visit=None, home="/", then=None)
    return bytes(made.body)
