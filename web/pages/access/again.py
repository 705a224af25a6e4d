"""Signing in again, before what matters most: by a passkey, the password, or in a demo by name.
What a passkey says for one session is good for no other."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from register.access.means import How, Proved, nothing_to_check
from register.errors import InvalidError, TooManyError
from register.setup.providers import Provider
from web.errors import STATUS, headers_of
from web.pages.access.beginning import verified
from web.pages.access.oidc.knowing import Known
from web.pages.access.own_ways import browser_and_session
from web.pages.access.passkeys import as_json, site
from web.requests.again import THEN, own_path
from web.requests.device import site_of, whence
from web.requests.visit import Visit
from web.templating import page

ONLY_IN_A_DEMO = "Signing in like this is only for the demonstration."
ANOTHERS = "This passkey belongs to somebody else. Use one of your own."


def ask(visit: Visit) -> Response:
    return _asked(visit, visit.query.get(THEN, ""))


def options(visit: Visit) -> Response:
    request, session = browser_and_session(visit)
    return as_json(visit.register.passkeys.to_use(site(request), session.id))


def by_passkey(visit: Visit) -> Response:
    request, session = browser_and_session(visit)
    try:
        said = str(visit.form.get("signed", ""))
        proved = visit.register.passkeys.used(said, site(request), session.id)
        if proved.person != visit.by:
            raise InvalidError.of("passkey", ANOTHERS)
        return verified(request, proved, _then(visit))
    except InvalidError as error:
        return _asked(visit, _then(visit), error)


def by_password(visit: Visit) -> Response:
    request, _ = browser_and_session(visit)
    try:
        password = str(visit.form.get("password", ""))
        proved = visit.register.passwords.shown_again(visit.by, password, whence(request))
        return verified(request, proved, _then(visit))
    except (InvalidError, TooManyError) as error:
        return _asked(visit, _then(visit), error)


def by_name(visit: Visit) -> Response:
    """In a demo anybody may be anybody: there it is enough to say that one is still oneself."""
    request, _ = browser_and_session(visit)
    if not visit.is_demo:
        return _asked(visit, _then(visit), InvalidError.of("person", ONLY_IN_A_DEMO))
    return verified(request, Proved(visit.by, How.DEMO, nothing_to_check), _then(visit))


def _then(visit: Visit) -> str:
    return own_path(str(visit.form.get(THEN, "")))


def _asked(visit: Visit, then: str, error: InvalidError | TooManyError | None = None) -> Response:
    """The ways to sign in that this person has; `error` is what went wrong with one of them."""
    request, _ = browser_and_session(visit)
    passwords = visit.register.passwords
    answer = page(
        "sign_in_again.html",
        200 if error is None else STATUS[error.code],
        title="Sign in again",
        visit=None,
        then=own_path(then),
        is_limited=visit.is_limited,
        name=visit.name,
        signed_in_as=visit.name,
        has_passkey=bool(visit.register.passkeys.of(visit.by)),
        takes_passkeys=site_of(request) is not None,
        takes_passwords=passwords.is_on,
        has_password=passwords.is_on and passwords.has_one(visit.by),
        providers=_providers(request, visit),
        is_demo=visit.is_demo,
        errors=[] if error is None else [{"text": str(error)}],
    )
    answer.headers.update({} if error is None else headers_of(error))
    return answer


def _providers(request: Request, visit: Visit) -> list[Provider]:
    """Those at which this person signs in."""
    known: Mapping[str, Known] = request.app.state.providers
    bound = (each.provider for each in visit.register.bindings.of(visit.by))
    return [known[name].provider for name in bound if name in known]
