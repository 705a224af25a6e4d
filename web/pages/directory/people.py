"""The forms on which administrators let somebody join, change their place, or end them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from register.directory.directory import Person
from register.directory.edited import person_said
from register.directory.files import GIVEN_ROLES
from register.errors import NotFoundError
from web.forms.people import everybody
from web.forms.questions import Question
from web.pages.directory.editing import Editing
from web.requests.visit import Visit
from web.templating import said

ID = Question("id", "Id", "For example z.lim: it never changes, and stands in addresses", "line")
LINE_MANAGER = Question(
    "line_manager",
    "Line manager",
    "The whole name, or the id; leave it empty for nobody",
    "line",
    is_optional=True,
)
STAFF_NUMBER = Question(
    "staff_number",
    "Staff number",
    "With it they open the slip that you print for them, the first time",
    "line",
    is_optional=True,
)
LAST_DAY = Question(
    "left_on",
    "Left on",
    "The first day on which they no longer work here, for example 31/3/2027; leave it empty for "
    "whoever stays",
    "date",
    is_optional=True,
)
AUDITS_FROM = Question(
    "audits_from",
    "Audits from",
    "For auditors: the first day, for example 1/4/2027; leave it empty for no first day",
    "date",
    is_optional=True,
)
AUDITS_UNTIL = Question(
    "audits_until",
    "Audits until",
    "For auditors: the last day on which they read the register; leave it empty for no last day",
    "date",
    is_optional=True,
)
AT_THESE = "For auditors: leave it empty for all services, also those to come"
COUNTS = "The one that counts where only one can"
BY_TWO = (
    "Line managers and service directors are so by whom they manage and what they direct. All "
    "roles but the worker's wait for a second person."
)
NOBODY = "Nobody here has that id."


OF_SERVICES = {"director": "left_on", "reserve": "left_on"}
"""What is wrong with a service once somebody is changed: that its director or reserve leaves."""


def new(visit: Visit) -> Editing:
    return _editing(visit, None)


def known(visit: Visit) -> Editing:
    return _editing(visit, _known(visit))


def _known(visit: Visit) -> Person:
    known = visit.directory.people.get(visit.path["person"])
    if known is None:
        raise NotFoundError(NOBODY)
    return known


def _editing(visit: Visit, known: Person | None) -> Editing:
    names = everybody(visit)
    title = "Add somebody" if known is None else f"Change {names[known.id]}"
    asked = _asked(visit)
    return Editing(
        title=title,
        asked=[ID, *asked] if known is None else asked,
        begins={} if known is None else _begins(visit, known),
        read=partial(person_said, known=known, directory=visit.directory, names=names),
        elsewhere=OF_SERVICES,
    )


def _asked(visit: Visit) -> list[Question]:
    services = {each.id: each.name for each in visit.directory.services.values()}
    roles = {str(each): said(each) for each in GIVEN_ROLES}
    return [
        Question("name", "Name", None, "line"),
        Question("email", "E-mail address", None, "line"),
        STAFF_NUMBER,
        LINE_MANAGER,
        _chosen("service", "Service", COUNTS, "select", {"": "None", **services}),
        _chosen("services", "Works at these too", None, "choices", services),
        _chosen("roles", "Roles", BY_TWO, "choices", roles),
        AUDITS_FROM,
        AUDITS_UNTIL,
        _chosen("audits_services", "Audits these services only", AT_THESE, "choices", services),
        LAST_DAY,
    ]


def _chosen(
    name: str, label: str, hint: str | None, widget: str, names: Mapping[str, str]
) -> Question:
    choices = tuple(each for each in names if each)
    return Question(name, label, hint, widget, choices, names, is_optional=True)


def _begins(visit: Visit, known: Person) -> Mapping[str, Any]:
    words = visit.register.unguarded.names().get(known.id)
    return {
        "name": words.name if words else "",
        "email": words.email if words else "",
        "staff_number": (words.staff_number or "") if words else "",
        "line_manager": known.line_manager,
        "service": next(iter(known.services), None),
        "services": list(known.services[1:]),
        "roles": list(known.roles),
        "audits_from": _day(known.auditing.first_on),
        "audits_until": _day(known.auditing.last_on),
        "audits_services": list(known.auditing.services),
        "left_on": _day(known.left_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
