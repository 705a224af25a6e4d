"""Who has which role; and roles given and taken, some of which wait for a second person."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from register.answers import Answers, read
from register.declarations.names import Role
from register.directory.edited import role_said
from register.directory.files import LoadError
from register.errors import InvalidError, NotFoundError
from web.api.calls import Call
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


class RoleView(Struct):
    person: str
    role: str


class RoleList(Struct):
    items: list[RoleView]
    next: None = None


class RoleChange(Answers):
    """A role that somebody is given, or that is taken from them."""

    person: Id
    role: Given
    given: bool


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
    items = [RoleView(each.id, role) for each in people for role in each.roles]
    return json_response(RoleList(sorted(items, key=lambda each: (each.person, each.role))))


def change_role(call: Call) -> Response:
    wanted = read(RoleChange, call.body)
    person, role = wanted.person, Role(wanted.role)
    known = call.register.read.directory().people.get(person)
    if known is None:
        raise NotFoundError("Nobody here has that id.")
    words = call.register.unguarded.names().get(person)
    files = role_said(known, words, role, given=wanted.given)
    try:
        load = call.register.load(files, by=call.by)
    except LoadError as error:
        raise InvalidError.of("role", "; ".join(error.problems)) from None
    held = role in call.register.read.directory().people[person].roles
    return json_response(RoleChanged(person, role, held, len(load.waiting)))
