"""What is held about somebody who asks for it: noted, decided upon, put together, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from register.declarations.ids import short_reference
from register.declarations.names import BundleForm
from register.erasing.requests import (
    BundleWanted,
    DisclosureWanted,
    Request,
    RequestAnswer,
    RequestWanted,
)
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds
from web.forms.people import among, everybody
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit, to

PATH, ONE = "/requests", "/requests/{request}"
DISCLOSURES, BUNDLE, ANSWER = f"{ONE}/disclosures", f"{ONE}/bundle", f"{ONE}/answer"
CHOOSE = "Nobody"
MEDIA = {BundleForm.JSON: "application/json", BundleForm.PDF: "application/pdf"}
FILE = "what-is-held"
Errors = Sequence[FieldError]


def show(visit: Visit) -> Response:
    return _list(visit, {"received_on": str(visit.today)})


def receive(visit: Visit) -> Response:
    body = answered(_asked(visit, RequestWanted), visit.form)
    try:
        found = visit.register.protection.requests.receive(visit.by, body)
    except InvalidError as error:
        return _list(visit, body, error.errors, 422)
    return to(f"{PATH}/{found.id}")


def show_one(visit: Visit) -> Response:
    return _one(visit)


def decide(visit: Visit) -> Response:
    body = answered(_asked(visit, DisclosureWanted), visit.form)
    try:
        visit.register.protection.requests.decide(visit.by, visit.path["request"], body)
    except InvalidError as error:
        return _one(visit, DisclosureWanted, body, error.errors)
    return to(f"{PATH}/{visit.path['request']}?done=decided")


def make(visit: Visit) -> Response:
    """The file itself; that it is made is a look at all that is in it."""
    body = answered(questions(BundleWanted), visit.form)
    try:
        made = visit.register.protection.requests.make(visit.by, visit.path["request"], body)
    except InvalidError as error:
        return _one(visit, BundleWanted, body, error.errors)
    visit.note_words(made.declarations)
    visit.keep_looks()
    visit.showing.wait()
    return Response(
        made.content,
        media_type=MEDIA[made.form],
        headers={
            "Content-Disposition": f'attachment; filename="{FILE}.{made.form}"',
            "Cache-Control": "no-store",
        },
    )


def answer(visit: Visit) -> Response:
    body = answered(questions(RequestAnswer), visit.form)
    try:
        visit.register.protection.requests.answer(visit.by, visit.path["request"], body)
    except InvalidError as error:
        return _one(visit, RequestAnswer, body, error.errors)
    return to(PATH)


def _list(
    visit: Visit, body: Mapping[str, Any], errors: Errors = (), status: int = 200
) -> Response:
    asked = filled(_asked(visit, RequestWanted), body, errors)
    requests = visit.register.protection.requests
    return visit.page(
        "requests.html",
        "What is held about somebody",
        status=status,
        back="/protection",
        waiting=[(each, _about(visit, each)) for each in requests.known_to(visit.by)],
        answered=[
            (each, _about(visit, each)) for each in requests.known_to(visit.by, is_answered=True)
        ],
        questions=asked,
        errors=summary(asked, errors),
    )


def _one(
    visit: Visit,
    model: type[BaseModel] | None = None,
    body: Mapping[str, Any] | None = None,
    errors: Errors = (),
) -> Response:
    """The page of a request; with what was filled in into the form of `model`, where that is
    wrong."""
    shown = visit.register.protection.requests.one(visit.by, visit.path["request"])
    known = {
        str(each.id): f"{_title(each.kind)}, {short_reference(each.id)}"
        for each in (*shown.held.declarations, *shown.held.acted_on)
    }
    forms = {
        each: filled(
            _asked(visit, each, known),
            (body or {}) if each is model else {},
            errors if each is model else (),
        )
        for each in (DisclosureWanted, BundleWanted, RequestAnswer)
    }
    return visit.page(
        "request.html",
        "A request",
        status=422 if errors else 200,
        back=PATH,
        request=shown.request,
        about=_about(visit, shown.request),
        count=len(known),
        withheld=[
            (known[str(each.id)], each.id in shown.request.restricted) for each in shown.withheld
        ],
        disclosure=forms[DisclosureWanted],
        bundle=forms[BundleWanted],
        answer=forms[RequestAnswer],
        errors=summary(forms[model], errors) if model in forms else [],
        done="It is noted." if visit.query.get("done") else None,
    )


def _title(kind: str) -> str:
    return all_kinds()[kind].title_for_others if kind in all_kinds() else kind


def _about(visit: Visit, request: Request) -> str:
    words = request.words
    if words is None:
        return "Somebody whose words are erased"
    if words.person is not None:
        return visit.register.read.name(words.person)
    return str(words.service_user)


def _asked(
    visit: Visit, model: type[BaseModel], declarations: Mapping[str, str] | None = None
) -> list[Question]:
    people = {each: name for each, name in everybody(visit).items() if each != visit.by}
    lists = {"person": (people, CHOOSE), "declaration": (declarations or {}, "Choose one")}
    return [
        among(each, *lists[each.name]) if each.name in lists else each for each in questions(model)
    ]
