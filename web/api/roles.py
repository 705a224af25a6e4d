"""Who has which role; and roles given and taken, some of which wait for a second person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import Field
from starlette.responses import Response

from register.answers import Answers, Day, read
from register.declarations.names import Role
from register.directory.auditing import AUDITORS, LIMITS, NO_LIMITS
from register.directory.directory import Person
from register.directory.edited import role_said
from register.directory.files import LoadError
from register.errors import InvalidError, NotFoundError
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import Id, NoQuery

Given = Literal[
    Role.WORKER,
    Role.AUDITOR,
    Role.AUDITOR_RESTRICTED,
    Role.ADMINISTRATOR,
    Role.DATA_PROTECTION_OFFICER,
]
"""The roles that are given to people; others are theirs by reporting lines and services."""
MOST_SERVICES = 200
"""How many services one call may name."""


class RoleView(Struct):
    """A role that somebody was given. An auditor's holds on the days from `audits_from` to
    `audits_until`, and for `audits_services`; null is no limit, and no services are all."""

    person: str
    role: str
    audits_from: date | None
    audits_until: date | None
    audits_services: tuple[str, ...]


class RoleList(Struct):
    items: list[RoleView]
    next: None = None


class RoleChange(Answers):
    """A role that somebody is given, or that is taken from them. What is not said of the days and
    services of an auditor stays as it is; null, and no services, are no limit."""

    person: Id
    role: Given
    given: bool
    audits_from: Day | None = None
    audits_until: Day | None = None
    audits_services: Annotated[list[Id], Field(max_length=MOST_SERVICES)] = Field(default=[])

    @property
    def limits(self) -> dict[str, Any]:
        """What is said of them."""
        return {each: getattr(self, each) for each in LIMITS if each in self.model_fields_set}


class RoleChanged(Struct):
    """Whether they have the role now, and how many changes wait for a second person."""

    person: str
    role: str
    held: bool
    waiting: int


def list_roles(call: Call) -> Response:
    call.asked(NoQuery)
    directory = call.register.read.directory()
    people = (each for each in directory.people.values() if directory.is_here(each.id))
    items = [_view(each, role) for each in people for role in each.roles]
    return json_response(RoleList(sorted(items, key=lambda each: (each.person, each.role))))


def _view(person: Person, role: Role) -> RoleView:
    limits = person.auditing if role in AUDITORS else NO_LIMITS
    return RoleView(person.id, role, limits.first_on, limits.last_on, limits.services)


def change_role(call: Call) -> Response:
    wanted = read(RoleChange, call.body)
    person, role = wanted.person, Role(wanted.role)
    known = call.register.read.directory().people.get(person)
    if known is None:
        raise NotFoundError("Nobody here has that id.")
    words = call.register.unguarded.names().get(person)
    if wanted.limits and not (wanted.given and role in AUDITORS):
        raise InvalidError.of(next(iter(wanted.limits)), "Only the role of an auditor has limits.")
    files = role_said(known, words, role, wanted.limits, given=wanted.given)
    try:
        load = call.register.load(files, by=call.by)
    except LoadError as error:
        about = (each.column for each in error.problems if each.column in LIMITS)
        raise InvalidError.of(next(about, "role"), "; ".join(error.problems)) from None
    held = role in call.register.read.directory().people[person].roles
    return json_response(RoleChanged(person, role, held, len(load.waiting)))


OPERATIONS = [
    Operation(
        "GET",
        "/api/roles",
        list_roles,
        "Who has which role",
        {200: RoleList},
        query=NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/roles",
        change_role,
        "Give a role or take it; some wait for a second person",
        {200: RoleChanged},
        (RoleChange,),
        refusals=("invalid", "forbidden", "not_found", "unavailable"),
        fresh=True,
    ),
]
