"""One's own ways to sign in: passkeys, which are added and removed here, and the password."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from register.access.means import How
from register.access.sessions import Session
from register.errors import (
    FieldError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from web.pages.access.changing import may_change
from web.pages.access.passkeys import as_json, site
from web.pages.access.ways import Way
from web.requests.again import to_sign_in_again
from web.requests.device import remember_device, site_of
from web.requests.visit import Visit, to
from web.templating import moment

ACCOUNT, PASSKEYS, PASSWORD = "/account", "/account/passkeys", "/account/password"
NO_SESSION = "Please sign in with a browser."
DIFFER = "The two are not the same. Write the new password again in both."


def passkeys(visit: Visit) -> Response:
    return _passkeys(visit) if _may_change(visit) else to_sign_in_again(PASSKEYS)


def options(visit: Visit) -> Response:
    if not _may_change(visit):
        return to_sign_in_again(PASSKEYS)
    request, session = browser_and_session(visit)
    return as_json(visit.register.passkeys.to_add(visit.by, visit.name, session.id, site(request)))


def add_passkey(visit: Visit) -> Response:
    if not _may_change(visit):
        return to_sign_in_again(PASSKEYS)
    request, session = browser_and_session(visit)
    name, answer = str(visit.form.get("name", "")), str(visit.form.get("signed", ""))
    try:
        visit.register.passkeys.add(visit.by, name, answer, session.id, site(request))
    except InvalidError as error:
        return _passkeys(visit, error, name=name)
    response = to(f"{PASSKEYS}?done=added" if _may_change(visit) else f"{ACCOUNT}?done=passkey")
    remember_device(response, request, visit.by)
    return response


def remove_passkey(visit: Visit) -> Response:
    if not _may_change(visit):
        return to_sign_in_again(PASSKEYS)
    _, session = browser_and_session(visit)
    try:
        given = str(visit.form.get("id", ""))
        visit.register.passkeys.remove(visit.by, visit.by, given, session.id)
    except InvalidError as error:
        return _passkeys(visit, error)
    return to(f"{PASSKEYS}?done=removed")


def password(visit: Visit) -> Response:
    _check_has_passwords(visit)
    return _password(visit) if _may_change(visit) else to_sign_in_again(PASSWORD)


def set_password(visit: Visit) -> Response:
    """Set or change it. All other sessions end: whoever knew the old one is out. A password is
    never kept, also not for whoever has to sign in again first."""
    _check_has_passwords(visit)
    if not _may_change(visit):
        return to_sign_in_again(PASSWORD)
    request, session = browser_and_session(visit)
    new, again = str(visit.form.get("password", "")), str(visit.form.get("again", ""))
    try:
        if new != again:
            raise InvalidError.of("again", DIFFER)
        visit.register.passwords.set(visit.by, new, _around(visit), session.id)
    except InvalidError as error:
        return _password(visit, error)
    response = to(f"{PASSWORD}?done=set" if _may_change(visit) else f"{ACCOUNT}?done=password")
    remember_device(response, request, visit.by)
    return response


def remove_password(visit: Visit) -> Response:
    if not _may_change(visit):
        return to_sign_in_again(PASSWORD)
    _, session = browser_and_session(visit)
    try:
        visit.register.passwords.remove(visit.by, visit.by, session.id)
    except InvalidError as error:
        return _password(visit, error)
    return to(f"{PASSWORD}?done=removed")


def passkeys_of(visit: Visit, person: str) -> Iterator[Way]:
    for one in visit.register.passkeys.of(person):
        about = f"A passkey, added {moment(one.added_at)}, {_used(one.used_at)}."
        yield Way(How.PASSKEY, one.name, about, f"{PASSKEYS}/remove", one.id)


def password_of(visit: Visit, person: str) -> Iterator[Way]:
    one = visit.register.passwords.of(person) if visit.register.passwords.is_on else None
    if one is not None:
        about = f"With the work e-mail address. Set {moment(one.set_at)}, {_used(one.used_at)}."
        yield Way(How.PASSWORD, "A password", about, f"{PASSWORD}/remove")


def _used(at: datetime | None) -> str:
    return f"last used {moment(at)}" if at else "not used yet"


def _around(visit: Visit) -> list[str]:
    """What others would try: the person's names and address, and the names of the services."""
    words = visit.register.unguarded.names().get(visit.by)
    about = [visit.name, visit.by, words.email if words else ""]
    return [*about, *(service.name for service in visit.directory.services.values())]


def _passkeys(visit: Visit, error: InvalidError | None = None, name: str = "") -> Response:
    request, _ = browser_and_session(visit)
    return visit.page(
        "own_passkeys.html",
        "Your passkeys",
        status=200 if error is None else 422,
        passkeys=visit.register.passkeys.of(visit.by),
        takes_passkeys=site_of(request) is not None,
        done=visit.query.get("done"),
        name=name,
        back="/account",
        **_errors(error, "name"),
    )


def _password(visit: Visit, error: InvalidError | None = None) -> Response:
    return visit.page(
        "own_password.html",
        "Your password",
        status=200 if error is None else 422,
        has_one=visit.register.passwords.has_one(visit.by),
        done=visit.query.get("done"),
        back="/account",
        **_errors(error, "password", "again"),
    )


def _errors(error: InvalidError | None, *fields: str) -> dict[str, object]:
    """What is wrong, above the form and at each field that has it."""
    found: tuple[FieldError, ...] = () if error is None else error.errors
    shown = [
        {"text": each.message, **({"href": f"#{each.field}"} if each.field in fields else {})}
        for each in found
    ]
    return {"errors": shown, "wrong_at": {each.field: each.message for each in found}}


def _check_has_passwords(visit: Visit) -> None:
    if not visit.register.passwords.is_on:
        raise NotFoundError("Passwords are not used here.")


def _may_change(visit: Visit) -> bool:
    return may_change(*browser_and_session(visit))


def has_password(visit: Visit) -> bool:
    passwords = visit.register.passwords
    return passwords.is_on and passwords.has_one(visit.by)


def browser_and_session(visit: Visit) -> tuple[Request, Session]:
    if visit.request is None or visit.session is None:
        raise UnauthenticatedError(NO_SESSION)
    return visit.request, visit.session
