"""The pages to declare: choose the kind, answer, check the answers, send; and what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from register.acts.declaring import TELLINGS
from register.acts.photographing import room
from register.deadlines import LONDON
from register.errors import FieldError, InvalidError, NotFoundError
from register.kinds import all_kinds
from register.kinds.kind import Kind
from register.standing.acting import check_is_worker
from web.forms.people import with_people, without_people
from web.forms.questions import Question, answered, filled, questions, summary
from web.forms.versions import WHEN
from web.requests.visit import Visit, to

AFTERWARDS = ("late_reason",)
LAST, MOST = 5, 100
"""How many service users are suggested: of those last declared about, and of the service's."""
REFERENCES = "references"
"""The id of the list on the page that suggests them."""


def choose(visit: Visit) -> Response:
    """Choose the kind. The page says first whom to call when somebody is at risk now."""
    return visit.page("declare_choose.html", "Declare", back="/", kinds=all_kinds())


def ask(visit: Visit) -> Response:
    return _form(visit, _kind(visit), str(uuid4()), _at_first(visit))


def _at_first(visit: Visit) -> dict[str, Any]:
    return {"happened_on": visit.today.isoformat(), "service_user": _last_reference(visit)}


def check(visit: Visit) -> Response:
    """Show the answers to be checked; or, if there are errors, the form again."""
    kind, declaration = _kind(visit), str(visit.form.get("id", ""))
    asked = _asked_of(visit)
    body = _body(visit, asked)
    if "prefill" in visit.form:  # sent by another page, with some of the answers
        values = {**body, **_at_first(visit)}
        return _form(visit, kind, str(uuid4()), values, is_prefilled=True)
    try:
        ruling = visit.register.preview(visit.by, body)
    except InvalidError as error:
        return _form(visit, kind, declaration, body, error.errors)
    if "change" in visit.form:
        return _form(visit, kind, declaration, body)
    reference = str(body.get("service_user", ""))
    return visit.page(
        "declare_check.html",
        "Check your answers",
        kind=kind,
        kind_name=visit.path["kind"],
        declaration=declaration,
        answers=filled(asked, body),
        fields=list(visit.form.multi_items()),
        service=_service(visit),
        sees=_names(visit, ruling.sees),
        late=ruling.ruling.late,
        is_known=not reference or _is_known(visit, reference),
        late_question=filled(_late_question(visit.path["kind"]), body)[0],
    )


def _is_known(visit: Visit, reference: str) -> bool:
    return visit.register.read.knows_service_user(reference, visit.person.service or "")


def send(visit: Visit) -> Response:
    kind, declaration = _kind(visit), str(visit.form.get("id", ""))
    body = _body(visit, [*_asked_of(visit), *_late_question(visit.path["kind"])])
    try:
        declared = visit.register.declare(visit.by, declaration, body)
    except InvalidError as error:
        return _form(visit, kind, declaration, body, error.errors)
    return to(f"/declarations/{declared.state.id}/sent")


def sent(visit: Visit) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    check_is_worker(visit.register.situation(visit.by, declaration), "see this page")
    return visit.page(
        "declare_sent.html",
        "Your declaration is in the register",
        declaration=declaration,
        told=_names(visit, [told.person for told in declaration.ruling.tells]),
        clause=visit.register.clause_in_words(declaration),
        room=room(declaration),
    )


def _kind(visit: Visit) -> Kind:
    kind = all_kinds().get(visit.path["kind"])
    if kind is None:
        raise NotFoundError("There is no such kind of declaration.")
    return kind


def _questions(kind: str) -> list[Question]:
    telling = {question.name: question for question in questions(TELLINGS[kind])}
    if "service_user" in telling:
        telling["service_user"] = replace(telling["service_user"], suggested_in=REFERENCES)
    return [
        *(telling[name] for name in WHEN if name in telling),
        *questions(all_kinds()[kind].details, "details."),
    ]


def _asked_of(visit: Visit) -> list[Question]:
    """The questions of a kind, with the people that this person may choose from."""
    asked = _questions(visit.path["kind"])
    return with_people(asked, visit.people) if _kind(visit).names_subject else asked


def _late_question(kind: str) -> list[Question]:
    return [each for each in questions(TELLINGS[kind]) if each.name in AFTERWARDS]


def _body(visit: Visit, asked: Sequence[Question]) -> dict[str, Any]:
    """The body from the form. Unless a phone says when it saved it, it is captured now."""
    body = answered(asked, visit.form)
    now = visit.register.now().astimezone(LONDON)
    captured = str(visit.form.get("captured_at", "")) or now.isoformat(timespec="seconds")
    return {"kind": visit.path["kind"], "captured_at": captured, "details": {}, **body}


def _form(
    visit: Visit,
    kind: Kind,
    declaration: str,
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    is_prefilled: bool = False,
) -> Response:
    now = visit.register.now().astimezone(LONDON)
    return visit.page(
        "declare_form.html",
        kind.title,
        status=422 if errors else 200,
        declaration=declaration,
        captured_at=values.get("captured_at", now.isoformat(timespec="seconds")),
        references=_references(visit),
        service=_service(visit),
        is_prefilled=is_prefilled,
        **_form_with(visit.path["kind"], _asked_of(visit), values, errors),
    )


def form_of(kind: str) -> dict[str, Any]:
    """What the empty form of a kind shows, the same for everybody."""
    return _form_with(kind, without_people(_questions(kind)), {})


def _form_with(
    kind: str,
    asked: Sequence[Question],
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
) -> dict[str, Any]:
    late = _late_question(kind)
    places = {each.name: place for place, each in enumerate(asked)}
    errors = sorted(errors, key=lambda error: places.get(error.field, len(places)))
    shown = filled(asked, values, errors)
    return {
        "back": "/declare",
        "kind": all_kinds()[kind],
        "kind_name": kind,
        "questions": shown,
        "late_question": late[0],
        "asks": [[each.name, each.widget, not each.is_optional] for each in [*asked, *late]],
        "errors": summary(shown, errors),
    }


def _service(visit: Visit) -> str | None:
    """The name of the worker's service."""
    service = visit.directory.services.get(visit.person.service or "")
    return service.name if service else None


def _references(visit: Visit) -> list[str]:
    register = visit.register
    here = register.unguarded.references_at(visit.person.service or "", MOST)
    return list(dict.fromkeys([*register.read.last_references(visit.by, LAST), *here]))


def _last_reference(visit: Visit) -> str | None:
    return next(iter(visit.register.read.last_references(visit.by, 1)), None)


def _names(visit: Visit, people: Sequence[str]) -> list[str]:
    return [visit.register.read.name(person) for person in people]
