"""All declarations, open and closed, of a manager's people or of a director's services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from register.projections.register_list import Filter
from web.forms.finding import declaration_filters, filter_meant, finding, look
from web.forms.people import people_below
from web.forms.questions import Question
from web.forms.silence import silent
from web.requests.visit import Visit, director, worker

PATH = "/team"


def show(visit: Visit) -> Response:
    people = _people(visit)
    found = finding(visit, PATH, _filters(visit, people), people)
    page, own = None, 0
    if not found.errors:
        meant = filter_meant(visit, found)
        page = visit.register.read.declarations(visit.by, replace(meant, not_of=visit.by))
        own = _own(visit, meant) if found.text and worker(visit) else 0
        visit.note_shown(page.items)
    return visit.page(
        "team.html",
        "Team",
        status=found.status,
        found=found,
        has_year=director(visit),
        own=own,
        errors=found.summary,
        declarations=page.items if page else (),
        after_ending=visit.after_ending(page.items) if page else (),
        silent=silent(visit, page.items) if page else {},
        next=page.next if page else None,
    )


def find(visit: Visit) -> Response:
    return look(visit, PATH, _filters(visit, _people(visit)))


def _people(visit: Visit) -> dict[str, str]:
    """Everybody of whom the list can show something, and whoever else is below: names by id."""
    seen = visit.register.workers_seen(visit.by) - {visit.by}
    names = people_below(visit) | {each: visit.register.read.name(each) for each in seen}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def _own(visit: Visit, meant: Filter) -> int:
    """How many of their own declarations are meant as well, which the list leaves out."""
    if meant.worker not in (None, visit.by):
        return 0
    wanted = replace(meant, worker=visit.by, after=None)
    return len(visit.register.read.declarations(visit.by, wanted, words=False).items)


def _filters(visit: Visit, people: Mapping[str, str]) -> list[Question]:
    directory = visit.directory
    theirs = {each for person in people for each in directory.people[person].services}
    ids = sorted(theirs | directory.directs(visit.by))
    return declaration_filters(people, {each: directory.services[each].name for each in ids})
