"""Signing in at a provider (OIDC): to there, back from there, and what it says of signing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from authlib.oidc.core import CodeIDToken
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from register.access.bindings import UNKNOWN, Claimed
from register.access.means import How, Proved
from register.access.sessions import OfProvider
from register.access.tries import At
from register.errors import ForbiddenError, NotFoundError, RegisterError, TooManyError
from register.register import Register
from web.errors import STATUS, headers_of
from web.pages.access.changing import may_change
from web.pages.access.oidc import answers
from web.pages.access.oidc.answers import RefusedError, is_name
from web.pages.access.oidc.asking import AwayError
from web.pages.access.oidc.knowing import Known
from web.pages.access.oidc.way_in import (
    LASTS,
    MARK,
    MOST,
    PURPOSE_OF_KEY,
    WayIn,
    Why,
    begin,
    hashed,
    mark_of,
    opened,
    sealed,
)
from web.pages.signing_in import sign_in_page
from web.requests.again import own_path, to_sign_in_again
from web.requests.device import remember_device, whence
from web.requests.session import (
    SECURE,
    UNKNOWN_HOST,
    browser_of,
    own_origin,
    session_of,
    signed_in,
)
from web.templating import page

log = structlog.get_logger("web")

PATH = "/sign-in/with/{name}"
LOGOUT = PATH + "/logout"
OWN = "/account/providers"
ADDED = f"{OWN}?done=added"
ONCE = ("state", "code", "iss", "error")


def set_out(request: Request, form: FormData) -> Response:
    """Send the browser to the provider. It goes there from a page, not from the form: browsers
    follow a form to nowhere but the register."""
    known, session = _known(request), session_of(request)
    try:
        why = Why(str(form.get("why", Why.SIGN_IN)))
    except ValueError:
        raise NotFoundError("There is no such way to sign in.") from None
    register: Register = request.app.state.register
    if why is not Why.SIGN_IN:
        register.signing_in.session(session or "")
    then = ADDED if why is Why.BIND else own_path(str(form.get("then", "/")))
    if why is Why.BIND and not _may_bind(request):
        return to_sign_in_again(OWN)
    way = begin(known.provider.name, why, then, session, register.now())
    try:
        with known.asked(whence(request).address):
            url = answers.way_to(known, way, _callback(request, known))
    except AwayError as error:
        return _refused(request, known, error, error.why, 503)
    label = known.provider.label
    answer = page(
        "sign_in_going.html", title=f"Sign in with {label}", visit=None, url=url, label=label
    )
    answer.headers["Refresh"] = f"0; url={url}"
    _make_room(request, answer)
    answer.set_cookie(
        _cookie(request, way.state),
        sealed(way, _key(request)),
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


def come_back(request: Request, form: FormData) -> Response:
    """The browser comes back from the provider, with its answer in the address."""
    known = _known(request)
    try:
        with known.asked(whence(request).address):
            answer = _taken(request, known)
    except AwayError as error:  # the way is still open, if the answer was not taken yet
        return _refused(request, known, error, error.why, 503)
    except TooManyError as error:
        answer = _refused(request, known, error, "too many tries", STATUS[error.code])
        answer.headers.update(headers_of(error))
    except RefusedError as error:
        answer = _refused(request, known, error, error.why, 403)
    except ForbiddenError as error:
        answer = _refused(request, known, error, "nobody", 403)
    for name in (_cookie(request, state) for state in request.query_params.getlist("state")):
        if name in request.cookies:
            answer.delete_cookie(name, path="/", secure=_is_secure(request), httponly=True)
    return answer


def signed_out(request: Request, form: FormData) -> Response:
    """The provider itself says that somebody signed out there: their sessions end here too."""
    register: Register = request.app.state.register
    known, now = _known(request), register.now()
    try:
        with known.asked():
            said = answers.signed_out(known, form.get("logout_token"), now)
        jti = register.bindings.index("logout", known.provider.issuer, said["jti"])
        over = _of_provider(register, known, said)
        if not register.signing_in.end_of_provider(jti, answers.too_old_at(now), over):
            raise RefusedError(known.provider.label, "logout replayed")
    except RefusedError as error:
        _note(known, error.why)
        told = {"error": "invalid_request"}
        return JSONResponse(told, 400, headers={"Cache-Control": "no-store"})
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


def _taken(request: Request, known: Known) -> Response:
    """Take the answer in the address, whatever it was asked for. Raises `RefusedError`."""
    register: Register = request.app.state.register
    label, given, now = known.provider.label, _given(request, known), register.now()
    way = _way(request, known, given.get("state", ""))
    answers.check_issuer(known, given.get("iss"))
    if not register.bindings.is_first_use(
        register.bindings.index("state", way.state), way.began_at + LASTS
    ):
        raise RefusedError(label, "replayed")
    tokens, claims = _exchanged(request, known, way, answers.code_in(known, given))
    subject = register.bindings.index(*answers.subject_of(known, claims))
    claimed = Claimed(known.provider.name, subject)
    if way.why is Why.SIGN_IN:
        person = _person(register, known, claimed, claims, tokens)
        return _sign_in(request, known, way, claims, register.bindings.proved(person, claimed))
    secret = session_of(request) or ""
    session = register.signing_in.session(secret)
    person = session.person
    if way.why is Why.BIND:
        if not _may_bind(request):
            return to_sign_in_again(OWN)
        register.bindings.bind_oneself(person, claimed, session.id)
        return _on(way.then)
    if register.bindings.person(claimed) != person:
        raise RefusedError(label, "other")
    at, of_it = answers.verified_at(claims, now), _of_provider(register, known, claims)
    still = register.bindings.proved(person, claimed).still
    new = register.signing_in.verified(secret, How.PROVIDER, at, of_provider=of_it, still=still)
    return signed_in(request, new, way.then)


def _exchanged(
    request: Request, known: Known, way: WayIn, code: str
) -> tuple[Mapping[str, Any], CodeIDToken]:
    """What the provider tells for a code, and who that is. What it does not believe was a try: a
    stranger with made-up codes has only so many. Raises `RefusedError` and `TooManyError`."""
    register: Register = request.app.state.register
    here, tries = whence(request), register.tries
    person = tries.first_known(here.device, register.read.directory().people)
    one = tries.begin(person, here, At.PROVIDER)
    try:
        tokens = answers.exchanged(known, way, code, _callback(request, known))
        claims = answers.who_signed_in(known, way, tokens, register.now())
    except AwayError:
        tries.succeeded(one)
        raise
    tries.succeeded(one)
    return tokens, claims


def _person(
    register: Register,
    known: Known,
    claimed: Claimed,
    claims: Mapping[str, Any],
    tokens: Mapping[str, Any],
) -> str:
    """Who signed in. The first time, the address that the provider has verified says so. Raises
    `ForbiddenError` for somebody unknown."""
    person = register.bindings.person(claimed)
    if person is None:
        email = answers.verified_email(known, claims, tokens)
        if email is None:
            raise ForbiddenError(UNKNOWN)
        return register.bindings.bind_by_email(replace(claimed, email=email))
    if not register.read.directory().is_here(person):
        raise ForbiddenError(UNKNOWN)
    return person


def _sign_in(
    request: Request, known: Known, way: WayIn, claims: Mapping[str, Any], proved: Proved
) -> Response:
    register: Register = request.app.state.register
    session = register.signing_in.begin(
        proved.person,
        proved.how,
        browser=browser_of(request),
        of_provider=_of_provider(register, known, claims),
        verified_at=answers.verified_at(claims, register.now()),
        still=proved.still,
        instead_of=session_of(request),
    )
    response = signed_in(request, session, way.then)
    remember_device(response, request, proved.person)
    return response


def _of_provider(register: Register, known: Known, said: Mapping[str, Any]) -> OfProvider:
    """What the provider calls a session and its owner, by which it ends them."""
    issuer = known.provider.issuer
    session, subject = (
        register.bindings.index(claim, issuer, said[claim]) if is_name(said.get(claim)) else None
        for claim in ("sid", "sub")
    )
    return OfProvider(known.provider.name, session, subject)


def _known(request: Request) -> Known:
    providers: Mapping[str, Known] = request.app.state.providers
    known = providers.get(request.path_params["name"])
    if known is None:
        raise NotFoundError("There is no such way to sign in.")
    return known


def _given(request: Request, known: Known) -> dict[str, str]:
    """What the address says, each thing once."""
    if any(len(request.query_params.getlist(each)) > 1 for each in ONCE):
        raise RefusedError(known.provider.label, "state")
    return dict(request.query_params)


def _way(request: Request, known: Known, state: str) -> WayIn:
    """How this began, as the browser's cookie has it. Raises `RefusedError`."""
    label, register = known.provider.label, request.app.state.register
    cookie = request.cookies.get(_cookie(request, state), "")
    way = opened(cookie, state, _key(request), register.now())
    if way is None:
        raise RefusedError(label, "state")
    if way.provider != known.provider.name:
        raise RefusedError(label, "mixed up")
    if way.why is not Why.SIGN_IN and way.session != hashed(session_of(request)):
        raise RefusedError(label, "state")
    return way


def _refused(
    request: Request, known: Known, error: RegisterError, why: str, status: int
) -> Response:
    _note(known, why)
    return sign_in_page(request, str(error), status)


def _note(known: Known, why: str) -> None:
    log.info("sign-in refused", provider=known.provider.name, why=why)


def _make_room(request: Request, answer: Response) -> None:
    """Browsers send every cookie each time: only a few ways are kept."""
    kept = [name for name in request.cookies if MARK in name]
    for name in kept[: max(0, len(kept) - MOST + 1)]:
        answer.delete_cookie(name, path="/", secure=_is_secure(request), httponly=True)


def _cookie(request: Request, state: str) -> str:
    return (SECURE if _is_secure(request) else "") + mark_of(state)


def _is_secure(request: Request) -> bool:
    return _origin(request).startswith("https://")


def _key(request: Request) -> bytes:
    register: Register = request.app.state.register
    return register.bindings.key_for(PURPOSE_OF_KEY)


def _callback(request: Request, known: Known) -> str:
    return f"{_origin(request)}{PATH.format(name=known.provider.name)}/callback"


def _origin(request: Request) -> str:
    origin = own_origin(request)
    if origin is None:
        raise ForbiddenError(UNKNOWN_HOST)
    return origin


def _may_bind(request: Request) -> bool:
    register: Register = request.app.state.register
    return may_change(request, register.signing_in.session(session_of(request) or ""))


def _on(path: str) -> Response:
    return RedirectResponse(path, 303)
