"""The page of people, reporting lines, and each service's policy: now, or as at a moment."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.responses import Response

from register.standing.officers import lacks_officers
from register.standing.unheld import lacks_last_resort
from web.forms.finding import AS_AT, look
from web.forms.moments import DAY, moment_in, moment_questions, tidied
from web.forms.people_found import people_filters, people_found, roles_of
from web.pages.organisation import organisation
from web.requests.visit import Visit

PATH, PATH_THEN = "/people", "/register/people"


def show(visit: Visit) -> Response:
    words = visit.register.unguarded.names()
    asked = people_found(visit, PATH)
    return visit.page(
        "people.html",
        "People and services",
        status=asked.found.status,
        found=asked.found,
        errors=asked.found.summary,
        organisation=organisation(visit.directory, words, visit.register.policies),
        page=asked.among(visit.directory, words),
        directory=visit.directory,
        roles_of=roles_of,
        words=words,
        has_addresses=True,
        changes_at="/people/of/",
        changes=_changes(visit.query.get("changes", "")),
        unattended=visit.register.alert_check.made().in_words,
        lacks_last_resort=lacks_last_resort(visit.directory),
        lacks_officers=lacks_officers(visit.directory),
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, people_filters(visit))


def _changes(text: str) -> int | None:
    """How many changes a load has just made, as the page's address says; None if not said."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def as_at(visit: Visit) -> Response:
    tidy = replace(visit, query=tidied(visit.query, AS_AT))
    asked = people_found(tidy, PATH_THEN, moment_questions(AS_AT, "As at"))
    then = visit.register.read.as_at(
        "" if asked.found.errors else moment_in(asked.found.chosen, AS_AT)
    )
    directory = visit.register.read.directory_at(then)
    words = visit.register.unguarded.names(then.position)
    return visit.page(
        "people_as_at.html",
        "People and policies",
        status=asked.found.status,
        found=asked.found,
        first=[AS_AT + DAY, AS_AT],
        errors=asked.found.summary,
        as_at=then,
        page=asked.among(directory, words),
        directory=directory,
        roles_of=roles_of,
        words=words,
        has_addresses=False,
        organisation=organisation(directory, words, visit.register.policies),
    )


def find_then(visit: Visit) -> Response:
    return look(visit, PATH_THEN, [*moment_questions(AS_AT, "As at"), *people_filters(visit)])
