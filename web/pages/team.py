"""All declarations, open and closed, of a manager's people or of a director's services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from web.forms.finding import declaration_filters, filter_meant, finding, look
from web.forms.questions import Question
from web.requests.visit import Visit

PATH = "/team"


def show(visit: Visit) -> Response:
    people = people_of(visit)
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
        errors=found.summary,
        declarations=page.items if page else (),
        next=page.next if page else None,
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, _filters(visit, people_of(visit)))


def _filters(visit: Visit, people: Mapping[str, str]) -> list[Question]:
    directory = visit.directory
    theirs = {each for person in people for each in directory.people[person].services}
    ids = sorted(theirs | directory.directs(visit.by))
    return declaration_filters(people, {each: directory.services[each].name for each in ids})


def people_of(visit: Visit) -> dict[str, str]:
    """The people below this person, or at a service that they direct: names by id."""
    directory = visit.directory
    services = directory.directs(visit.by)
    theirs = {each.id for each in directory.people.values() if services.intersection(each.services)}
    people = (theirs | directory.reports(visit.by)) - {visit.by}
    names = {person: visit.register.read.name(person) for person in people}
    return dict(sorted(names.items(), key=lambda item: item[1]))
