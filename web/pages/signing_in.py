"""The pages to sign in, by a one-time link or in the demo as anybody, and to sign out."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.errors import NotFoundError
from register.register import Register
from web.requests.session import end_session, session_of, set_session
from web.requests.visit import to
from web.templating import page


def ask(request: Request, form: FormData) -> Response:
    register: Register = request.app.state.register
    people = _people(register) if request.app.state.is_demo else []
    return page("sign_in.html", title="Sign in", visit=None, people=people)


def _people(register: Register) -> list[tuple[str, str, str]]:
    """Everybody who has not left: their id, their name, and what they do."""
    directory = register.read.directory()
    here = [person for person in directory.people if directory.is_here(person)]
    return [(person, register.read.name(person), _does(register, person)) for person in here]


def _does(register: Register, person: str) -> str:
    directory = register.read.directory()
    roles: list[str] = list(directory.people[person].roles)
    if directory.directs(person):
        roles.insert(0, "service director")
    elif directory.manages(person):
        roles.insert(0, "line manager")
    return ", ".join(roles)


def as_anybody(request: Request, form: FormData) -> Response:
    """Sign in as anybody, without proof. Only the demo allows it."""
    register: Register = request.app.state.register
    if not request.app.state.is_demo:
        raise NotFoundError("Signing in like this is only for the demonstration.")
    return _signed_in(request, register.signing_in.begin(str(form.get("person", ""))))


def ask_with_link(request: Request, form: FormData) -> Response:
    """Show a button, so that a program that opens links in advance does not use up the link."""
    return page("sign_in_link.html", title="Sign in", visit=None)


def with_link(request: Request, form: FormData) -> Response:
    register: Register = request.app.state.register
    return _signed_in(request, register.signing_in.accept(request.path_params["code"]))


def sign_out(request: Request, form: FormData) -> Response:
    register: Register = request.app.state.register
    session = session_of(request)
    if session is not None:
        register.signing_in.end(session)
    response = to("/sign-in")
    end_session(response, request, wipe_storage=form.get("wipe") == "storage")
    return response


def _signed_in(request: Request, session: str) -> Response:
    response = to("/")
    set_session(response, request, session)
    return response
