"""Where an administrator sees how others sign in, their sessions and tokens, and ends them."""

from __future__ import annotations

from contextlib import suppress

from starlette.responses import Response

from register.access.means import How
from register.errors import InvalidError, MalformedError, NotFoundError
from web.pages.access.account import shown, ways_of
from web.pages.access.tokens import FOR
from web.requests.visit import Visit, to

WAYS = "/people/{person}/sign-in"
SESSIONS, TOKENS = "/people/{person}/sessions", "/people/{person}/tokens"


def show_ways(visit: Visit) -> Response:
    person = _person(visit)
    name = visit.register.read.name(person)
    return visit.page(
        "ways_of.html",
        f"How {name} signs in",
        ways=ways_of(visit, person),
        called=name,
        done=visit.query.get("done"),
        back=f"/people/of/{person}",
    )


def remove_way(visit: Visit) -> Response:
    """Remove one; the person's sessions end, and they are told."""
    register, by, person = visit.register, visit.by, _person(visit)
    how, which = str(visit.form.get("how", "")), str(visit.form.get("id", ""))
    with suppress(NotFoundError, InvalidError):  # it was removed before
        match how:
            case How.PASSKEY:
                register.passkeys.remove(by, person, which)
            case How.PASSWORD:
                register.passwords.remove(by, person)
            case How.PROVIDER:
                register.bindings.unbind(by, person, which)
            case _:
                raise MalformedError("This form could not be read.")
    return to(f"{visit.address}?done=removed")


def show_sessions(visit: Visit) -> Response:
    person = _person(visit)
    name = visit.register.read.name(person)
    sessions = shown(visit, person)
    return visit.page(
        "sessions_of.html",
        f"Sessions of {name}",
        back=f"/people/of/{person}",
        person=person,
        sessions=sessions,
    )


def end_sessions(visit: Visit) -> Response:
    person = _person(visit)
    visit.register.account.end_sessions(visit.by, person)
    return to(SESSIONS.format(person=person))


def show_tokens(visit: Visit) -> Response:
    person = _person(visit)
    return visit.page(
        "tokens_of.html",
        f"Tokens of {visit.register.read.name(person)}",
        back=f"/people/of/{person}",
        person=person,
        tokens=visit.register.tokens.of(person),
        scopes=FOR,
        services=visit.directory.services,
        end_at=TOKENS.format(person=person),
    )


def end_token(visit: Visit) -> Response:
    person = _person(visit)
    visit.register.tokens.end(visit.by, person, str(visit.form.get("token", "")))
    return to(TOKENS.format(person=person))


def _person(visit: Visit) -> str:
    person = str(visit.path["person"])
    if person not in visit.directory.people:
        raise NotFoundError("There is nobody with that id.")
    return person
