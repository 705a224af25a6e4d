"""Signing in again, before what matters most: by a passkey, the password, or in a demo by name.
What a passkey says for one session is good for no other."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.access.means import How
from register.access.sessions import Session
from register.errors import InvalidError, NotFoundError, TooManyError, UnauthenticatedError
from register.register import Register
from web.errors import STATUS, headers_of
from web.pages.access.beginning import verified
from web.pages.access.passkeys import as_json, site
from web.requests.again import THEN, own_path
from web.requests.device import site_of, whence
from web.requests.session import session_of
from web.templating import page

SIGN_IN_FIRST = "Please sign in."
ANOTHERS = "This passkey belongs to somebody else. Use one of your own."


def ask(request: Request, form: FormData) -> Response:
    return _asked(request, request.query_params.get(THEN, ""))


def options(request: Request, form: FormData) -> Response:
    session, _ = _owner(request)
    register: Register = request.app.state.register
    return as_json(register.passkeys.to_use(site(request), session))


def by_passkey(request: Request, form: FormData) -> Response:
    session, person = _owner(request)
    register: Register = request.app.state.register
    answer, then = str(form.get("signed", "")), str(form.get(THEN, ""))
    try:
        used = register.passkeys.used(answer, site(request), session)
        if used != person:
            raise InvalidError.of("passkey", ANOTHERS)
    except InvalidError as error:
        return _asked(request, then, error)
    return verified(request, person, How.PASSKEY, own_path(then))


def by_password(request: Request, form: FormData) -> Response:
    _, person = _owner(request)
    register: Register = request.app.state.register
    password, then = str(form.get("password", "")), str(form.get(THEN, ""))
    try:
        register.passwords.shown_again(person, password, whence(request))
    except (InvalidError, TooManyError) as error:
        return _asked(request, then, error)
    return verified(request, person, How.PASSWORD, own_path(then))


def by_name(request: Request, form: FormData) -> Response:
    """In a demo anybody may be anybody: there it is enough to say that one is still oneself."""
    _, person = _owner(request)
    if not request.app.state.is_demo:
        raise NotFoundError("Signing in like this is only for the demonstration.")
    return verified(request, person, How.DEMO, own_path(str(form.get(THEN, ""))))


def _asked(
    request: Request, then: str, error: InvalidError | TooManyError | None = None
) -> Response:
    """The ways to sign in that this person has; `error` is what went wrong with one of them."""
    session = _session(request)
    register: Register = request.app.state.register
    person = session.person
    answer = page(
        "sign_in_again.html",
        200 if error is None else STATUS[error.code],
        title="Sign in again",
        visit=None,
        then=own_path(then),
        is_limited=session.is_limited,
        takes_passwords=register.passwords.is_on,
        name=register.read.name(person),
        has_passkey=bool(register.passkeys.of(person)),
        takes_passkeys=site_of(request) is not None,
        has_password=register.passwords.is_on and register.passwords.has_one(person),
        is_demo=request.app.state.is_demo,
        errors=[] if error is None else [{"text": str(error)}],
    )
    answer.headers.update({} if error is None else headers_of(error))
    return answer


def _owner(request: Request) -> tuple[str, str]:
    """The id of the browser's session, and whose it is."""
    session = _session(request)
    return session.id, session.person


def _session(request: Request) -> Session:
    secret = session_of(request)
    if secret is None:
        raise UnauthenticatedError(SIGN_IN_FIRST)
    register: Register = request.app.state.register
    return register.signing_in.session(secret, is_use=False)
