"""All declarations, open and closed, of a manager's people or of a director's services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from register.answers import Answers, Reference, read
from register.declarations.names import Status
from register.errors import FieldError, InvalidError, NotFoundError
from register.kinds import all_kinds
from register.projections.register_list import Filter
from web.forms.questions import Question, filled, questions, summary
from web.requests.visit import ON_A_PAGE, Visit


class About(Answers):
    service_user: Reference


ABOUT = replace(
    questions(About)[0],
    label="Which service user?",
    hint="Case reference, for example SU-1042",
)


def show(visit: Visit) -> Response:
    """Show the declarations, filtered by worker, kind and status."""
    asked = filled(_filters(visit), visit.query)
    worker, kind, status = map(_chosen, asked)
    wanted = Filter(
        worker=worker,
        kind=kind,
        status=status,
        not_of=visit.by,
        after=visit.after,
        limit=ON_A_PAGE,
    )
    return _list(visit, wanted, asked, ABOUT)


def find(visit: Visit) -> Response:
    """Find declarations by service user. The form is posted, so no reference is in a URL."""
    body = {"service_user": str(visit.form.get("service_user", "")).strip()}
    wanted = Filter(not_of=visit.by, after=visit.after, limit=ON_A_PAGE)
    try:
        about = read(About, body).service_user
    except InvalidError as error:
        asked = filled([ABOUT], body, error.errors)[0]
        return _list(visit, wanted, _filters(visit), asked, error.errors)
    index = visit.register.read.service_user_index(about)
    wanted = replace(wanted, service_user=index)
    return _list(visit, wanted, _filters(visit), filled([ABOUT], body)[0], about=about)


def _filters(visit: Visit) -> list[Question]:
    return [
        _filter("worker", "Worker", "Everybody", _people(visit)),
        _filter("kind", "Kind", "Every kind", {n: kind.title for n, kind in all_kinds().items()}),
        _filter("status", "Status", "Open and closed", dict.fromkeys(Status, "")),
    ]


def _filter(name: str, label: str, everything: str, names: Mapping[str, str]) -> Question:
    return Question(
        name, label, None, "select", choices=tuple(names), names={"": everything, **names}
    )


def _people(visit: Visit) -> dict[str, str]:
    """The people below this person, or at a service that they direct: names by id."""
    directory = visit.directory
    services = directory.directs(visit.by)
    theirs = {each.id for each in directory.people.values() if services.intersection(each.services)}
    people = (theirs | directory.reports(visit.by)) - {visit.by}
    names = {person: visit.register.read.name(person) for person in people}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def _chosen(question: Question) -> str | None:
    value = str(question.value or "")
    if value and value not in question.choices:
        raise NotFoundError(f"There is no such {question.name} to choose here.")
    return value or None


def _list(
    visit: Visit,
    wanted: Filter,
    asked: Sequence[Question],
    about_question: Question,
    errors: Sequence[FieldError] = (),
    about: str | None = None,
) -> Response:
    page = visit.register.read.declarations(visit.by, wanted)
    visit.note_shown(page.items)
    shown: dict[str, Any] = {
        "filters": asked,
        "chosen": {each.name: each.value for each in asked if each.value},
        "about_question": about_question,
        "about": about,
        "errors": summary([about_question], errors),
        "declarations": page.items,
        "next": page.next,
    }
    return visit.page("team.html", "Team", status=422 if errors else 200, **shown)
