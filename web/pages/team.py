"""All declarations, open and closed, of a manager's people or of a director's services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from web.forms.finding import declaration_filters, filter_meant, finding, look
from web.forms.people import people_below
from web.forms.questions import Question
from web.requests.visit import Visit, director

PATH = "/team"


def show(visit: Visit) -> Response:
    people = people_below(visit)
    found = finding(visit, PATH, _filters(visit, people), people)
    page = None
    if not found.errors:
        wanted = replace(filter_meant(visit, found), not_of=visit.by)
        page = visit.register.read.declarations(visit.by, wanted)
        visit.note_shown(page.items)
    return visit.page(
        "team.html",
        "Team",
        status=found.status,
        found=found,
        has_year=director(visit),
        errors=found.summary,
        declarations=page.items if page else (),
        next=page.next if page else None,
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, _filters(visit, people_below(visit)))


def _filters(visit: Visit, people: Mapping[str, str]) -> list[Question]:
    directory = visit.directory
    theirs = {each for person in people for each in directory.people[person].services}
    ids = sorted(theirs | directory.directs(visit.by))
    return declaration_filters(people, {each: directory.services[each].name for each in ids})
