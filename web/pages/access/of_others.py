"""Where an administrator sees the sessions and tokens of others, and ends them."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import NotFoundError
from web.pages.access.account import shown
from web.pages.access.tokens import FOR
from web.requests.visit import Visit, to

SESSIONS, TOKENS = "/people/{person}/sessions", "/people/{person}/tokens"


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
