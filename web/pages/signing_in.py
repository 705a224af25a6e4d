"""The pages to sign in, by a one-time link or in the demo as anybody, and to sign out."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.access.means import How
from register.declarations.names import Role
from register.directory.directory import Directory, Person
from register.errors import ForbiddenError, NotFoundError
from register.register import Register
from web.requests.device import site_of, whence
from web.requests.session import browser_of, end_session, session_of, signed_in
from web.requests.visit import to
from web.templating import page

NUMBER = "number"
"""The field with the staff number that opens a slip."""
GROUPS: dict[str, Callable[[Person, Directory], bool]] = {
    "Service directors": lambda person, directory: bool(directory.directs(person.id)),
    "Line managers": lambda person, directory: directory.manages(person.id),
    "Workers": lambda person, _: Role.WORKER in person.roles,
    "Auditors": lambda person, directory: person.audits(directory.today),
    "Administrators": lambda person, _: Role.ADMINISTRATOR in person.roles,
    "Others": lambda *_: True,
}
"""What people do: each is among the first that fits."""
IN_ORDER = ("Workers", "Line managers", "Service directors", "Auditors", "Administrators", "Others")
"""The groups as the page has them: most people are workers."""


def ask(request: Request, form: FormData) -> Response:
    return sign_in_page(request)


def sign_in_page(
    request: Request, problem: str | None = None, status: int = 200, **filled: str
) -> Response:
    """The ways to sign in that there are; `problem` is what went wrong with one of them, and
    `filled` what was filled in."""
    register: Register = request.app.state.register
    groups = _groups(register) if request.app.state.is_demo else {}
    return page(
        "sign_in.html",
        status,
        title="Sign in",
        visit=None,
        groups=groups,
        providers=request.app.state.providers,
        takes_passkeys=site_of(request) is not None,
        takes_passwords=register.passwords.is_on,
        filled=filled,
        errors=[{"text": problem}] if problem else [],
    )


Somebody = tuple[str, str, str]
"""The id of somebody, their name, and where they work."""


def _groups(register: Register) -> dict[str, list[Somebody]]:
    """Everybody who has not left, by what they do."""
    directory = register.read.directory()
    groups: dict[str, list[Somebody]] = {each: [] for each in GROUPS}
    for person in directory.people.values():
        if directory.is_here(person.id):
            at = " and ".join(directory.services[each].name for each in person.services)
            group = next(name for name, is_one in GROUPS.items() if is_one(person, directory))
            groups[group].append((person.id, register.read.name(person.id), at))
    return {name: groups[name] for name in IN_ORDER if groups[name]}


def as_anybody(request: Request, form: FormData) -> Response:
    """Sign in as anybody, without proof. Only the demo allows it."""
    register: Register = request.app.state.register
    if not request.app.state.is_demo:
        raise NotFoundError("Signing in like this is only for the demonstration.")
    person, now = str(form.get("person", "")), register.now()
    begun = register.signing_in.begin(
        person,
        How.DEMO,
        browser=browser_of(request),
        verified_at=now,
        instead_of=session_of(request),
    )
    return signed_in(request, begun)


def ask_with_link(request: Request, form: FormData) -> Response:
    """Show a button, so that a program that opens links in advance does not use up the link."""
    register: Register = request.app.state.register
    link = register.linking.found(request.path_params["code"])
    return _link_page(asks_number=link is not None and link.asks_number)


def _link_page(problem: str | None = None, status: int = 200, *, asks_number: bool) -> Response:
    return page(
        "sign_in_link.html",
        status,
        title="Sign in",
        visit=None,
        asks_number=asks_number,
        errors=[{"text": problem, "href": "#number"}] if problem else [],
    )


def with_link(request: Request, form: FormData) -> Response:
    """Whoever wrote a staff number gets the form again, in the same words whatever is wrong: most
    have mistyped it."""
    try:
        return _with_link(request, form)
    except NotFoundError as error:
        if NUMBER not in form:
            raise
        return _link_page(str(error), 404, asks_number=True)
    except ForbiddenError as error:
        return sign_in_page(request, str(error), 403)


def _with_link(request: Request, form: FormData) -> Response:
    register: Register = request.app.state.register
    code, browser, before = request.path_params["code"], browser_of(request), session_of(request)
    if register.linking.found(code) is None:
        begun = register.signing_in.accept(code, browser=browser, instead_of=before)
    else:
        number = str(form.get(NUMBER, ""))
        begun = register.linking.accept(
            code, number, whence(request), browser=browser, instead_of=before
        )
    return signed_in(request, begun)


def sign_out(request: Request, form: FormData) -> Response:
    register: Register = request.app.state.register
    session = session_of(request)
    if session is not None:
        register.signing_in.end(session)
    response = to("/sign-in")
    end_session(response, request, wipe_storage=form.get("wipe") == "storage")
    return response
