"""Complaints of how what is held is dealt with, each with its 30 days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from register.erasing.complaints import ComplaintAnswer, ComplaintWanted
from register.errors import FieldError, InvalidError
from web.forms.questions import answered, filled, questions, summary
from web.requests.visit import Visit, to

PATH, ONE = "/complaints", "/complaints/{complaint}"


def show(visit: Visit) -> Response:
    return _list(visit, {"received_on": str(visit.today)})


def receive(visit: Visit) -> Response:
    body = answered(questions(ComplaintWanted), visit.form)
    try:
        visit.register.protection.complaints.receive(visit.by, body)
    except InvalidError as error:
        return _list(visit, body, error.errors, 422)
    return to(PATH)


def show_one(visit: Visit) -> Response:
    return _one(visit, {})


def answer(visit: Visit) -> Response:
    body = answered(questions(ComplaintAnswer), visit.form)
    try:
        visit.register.protection.complaints.answer(visit.by, visit.path["complaint"], body)
    except InvalidError as error:
        return _one(visit, body, error.errors, 422)
    return to(PATH)


def _list(
    visit: Visit, body: Mapping[str, Any], errors: Sequence[FieldError] = (), status: int = 200
) -> Response:
    asked = filled(questions(ComplaintWanted), body, errors)
    complaints = visit.register.protection.complaints
    return visit.page(
        "complaints.html",
        "Complaints",
        status=status,
        back="/protection",
        waiting=complaints.known_to(visit.by),
        answered=complaints.known_to(visit.by, is_answered=True),
        questions=asked,
        errors=summary(asked, errors),
    )


def _one(
    visit: Visit, body: Mapping[str, Any], errors: Sequence[FieldError] = (), status: int = 200
) -> Response:
    asked = filled(questions(ComplaintAnswer), body, errors)
    return visit.page(
        "complaint.html",
        "A complaint",
        status=status,
        back=PATH,
        complaint=visit.register.protection.complaints.one(visit.by, visit.path["complaint"]),
        questions=asked,
        errors=summary(asked, errors),
    )
