"""Legal holds: those that stand, and the form for another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from register.deadlines import in_words, london_day
from register.declarations.ids import short_reference
from register.erasing.holds import Hold, HoldLiftedSaid, HoldWanted
from register.errors import FieldError, InvalidError, NotFoundError
from web.forms.people import PERSON, among, everybody
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit, to

PATH, LIFT = "/holds", "/holds/{hold}/lift"
DONE = {
    "placed": "Nothing of it is erased now, except what was confirmed before.",
    "lifted": "The hold is lifted.",
}
CHOOSE = "Nobody"


@dataclass(frozen=True)
class Shown:
    hold: Hold
    on: str
    by: str
    since: str


def show(visit: Visit) -> Response:
    asked = visit.query.get("declaration")
    return _page(visit, {} if asked is None else {"declaration": asked})


def place(visit: Visit) -> Response:
    body = answered(_asked(visit), visit.form)
    try:
        visit.register.protection.holds.place(visit.by, body)
    except InvalidError as error:
        return _page(visit, body, error.errors, 422)
    except NotFoundError as error:
        return _page(visit, body, [FieldError("declaration", str(error))], 422)
    return to(f"{PATH}?done=placed")


def ask_to_lift(visit: Visit) -> Response:
    return _lift_page(visit)


def lift(visit: Visit) -> Response:
    body = answered(questions(HoldLiftedSaid), visit.form)
    try:
        visit.register.protection.holds.lift(visit.by, visit.path["hold"], body)
    except InvalidError as error:
        return _lift_page(visit, body, error.errors, 422)
    return to(f"{PATH}?done=lifted")


def _page(
    visit: Visit,
    body: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    asked = filled(_asked(visit), body, errors)
    known = visit.register.protection.holds.known_to(visit.by)
    return visit.page(
        "holds.html",
        "Legal holds",
        status=status,
        back="/protection" if visit.may_open("/protection") else "/",
        holds=[_shown(visit, each) for each in known],
        questions=asked,
        errors=summary(asked, errors),
        done=DONE.get(visit.query.get("done", "")),
    )


def _lift_page(
    visit: Visit,
    body: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    hold = visit.register.protection.holds.one(visit.by, visit.path["hold"])
    asked = filled(questions(HoldLiftedSaid), body or {}, errors)
    return visit.page(
        "hold_lift.html",
        "Lift a legal hold",
        status=status,
        back=PATH,
        hold=_shown(visit, hold),
        questions=asked,
        errors=summary(asked, errors),
    )


def _shown(visit: Visit, hold: Hold) -> Shown:
    since = in_words(london_day(hold.placed_at))
    return Shown(hold, _on(visit, hold), visit.register.read.name(hold.placed_by), since)


def _on(visit: Visit, hold: Hold) -> str:
    words = hold.words
    if words is None:
        return "Its words are erased"
    if words.declaration is not None:
        return f"Declaration {short_reference(words.declaration)}"
    if words.person is not None:
        return f"{visit.register.read.name(words.person)}, and all that they declared"
    return f"All about {words.service_user}"


def _asked(visit: Visit) -> list[Question]:
    names = {each: name for each, name in everybody(visit).items() if each != visit.by}
    return [
        among(each, names, CHOOSE) if each.widget == PERSON else each
        for each in questions(HoldWanted)
    ]
