"""Erasing: somebody asks, and a data protection officer confirms or refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from register.deadlines import in_words, london_day
from register.declarations.names import ErasureOf, ErasureState
from register.erasing.asking import ErasureRefusal, ErasureWanted
from register.erasing.erasures import Standing
from register.errors import ConflictError, FieldError, InvalidError, MalformedError, NotFoundError
from web.forms.questions import Question, answered, filled, questions, summary
from web.pages.adapter import Page
from web.requests.visit import Visit, to

PATH, ASK, ONE = "/erasures", "/erasures/ask", "/erasures/{erasure}"
CONFIRM, REFUSE = "erase", "leave"
GIVEN = ("of", "declaration", "entry", "photograph", "person")
"""What the address of the form may say already. A service user never stands in an address."""
DONE = {
    "asked": "It is asked. A data protection officer, who is not you, has to confirm it.",
    CONFIRM: "It is confirmed, and is erased once that is published outside the register.",
    REFUSE: "It will not be erased.",
}
WHAT = {
    ErasureOf.ENTRY: "An entry of a declaration",
    ErasureOf.PHOTOGRAPH: "A photograph",
    ErasureOf.DECLARATION: "A declaration",
    ErasureOf.PERSON: "Somebody who has left, and all that they declared",
    ErasureOf.SERVICE_USER: "All about a service user",
}
NO_PLACE = "No place outside the register has taken it yet: until one has, nothing is destroyed."


def show(visit: Visit) -> Response:
    return visit.page(
        "erasures.html",
        "Erasing",
        back="/",
        erasures=[(each, WHAT[each.erasure.of], _stands(visit, each)) for each in _all(visit)],
        done=DONE.get(visit.query.get("done", "")),
    )


def _all(visit: Visit) -> Sequence[Standing]:
    return visit.register.erasures.all(visit.by)


def ask(visit: Visit) -> Response:
    given = {name: visit.query[name] for name in GIVEN if name in visit.query}
    return _form(visit, given)


def send(visit: Visit) -> Response:
    body = answered(_asked(), visit.form)
    try:
        visit.register.erasures.ask(visit.by, body)
    except InvalidError as error:
        return _form(visit, body, error.errors, 422)
    except (ConflictError, NotFoundError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _form(visit, body, [FieldError("declaration", str(error))], status)
    return to(f"{PATH}?done=asked")


def _form(
    visit: Visit, body: Mapping[str, Any], errors: Sequence[FieldError] = (), status: int = 200
) -> Response:
    asked = filled(_asked(), body, errors)
    return visit.page(
        "erasure_form.html",
        "Ask that something be erased",
        status=status,
        back=PATH,
        questions=asked,
        errors=summary(asked, errors),
    )


def _asked() -> list[Question]:
    return questions(ErasureWanted)


def show_one(visit: Visit) -> Response:
    return _one(visit)


def decide(visit: Visit) -> Response:
    erasure, decided = visit.path["erasure"], str(visit.form.get("decided", ""))
    if decided not in (CONFIRM, REFUSE):
        raise MalformedError("This form could not be read; please try again.")
    try:
        if decided == CONFIRM:
            visit.register.erasures.confirm(visit.by, erasure)
        else:
            body = answered(questions(ErasureRefusal), visit.form)
            visit.register.erasures.refuse(visit.by, erasure, body)
    except InvalidError as error:
        return _one(visit, error.errors, 422)
    except ConflictError as error:
        return _one(visit, [FieldError("", str(error))], 409)
    return to(f"{PATH}/{erasure}?done={decided}")


def _one(visit: Visit, errors: Sequence[FieldError] = (), status: int = 200) -> Response:
    standing = visit.register.erasures.one(visit.by, visit.path["erasure"])
    erasure = standing.erasure
    asked = filled(questions(ErasureRefusal), {}, errors)
    is_asked = erasure.state is ErasureState.ASKED
    return visit.page(
        "erasure.html",
        WHAT[erasure.of],
        status=status,
        back=PATH,
        erasure=erasure,
        stands=_stands(visit, standing),
        who=_who(visit, erasure.asked_by),
        may_confirm=standing.may_decide,
        may_refuse=standing.may_decide or (is_asked and erasure.asked_by == visit.by),
        is_own=erasure.asked_by == visit.by,
        questions=asked,
        errors=summary(asked, errors),
        done=DONE.get(visit.query.get("done", "")),
    )


def _who(visit: Visit, person: str | None) -> str:
    return "The register's keeper" if person is None else visit.register.read.name(person)


def _stands(visit: Visit, standing: Standing) -> str:
    """How far it has come, in words."""
    erasure = standing.erasure
    if erasure.state is ErasureState.ASKED:
        return "It waits for a data protection officer, who is not the one who asked."
    if erasure.state is ErasureState.REFUSED:
        return f"{_who(visit, erasure.refused_by)} refused it, or took it back."
    by = "The policy" if erasure.confirmed_by is None else _who(visit, erasure.confirmed_by)
    said = f"{by} confirmed it."
    if erasure.done_at is None:
        waits = "It is published, and is erased within minutes or at the next run."
        return f"{said} {waits if standing.is_published else NO_PLACE}"
    day, last = in_words(london_day(erasure.done_at)), standing.complete_on
    assert last is not None
    complete = (
        f"Since {in_words(last)} no copy can be opened any more: it is complete."
        if standing.is_complete
        else f"Copies from before are kept until {in_words(last)}: on that day it is complete."
    )
    return f"{said} It was erased on {day}. {complete}"


PAGES = [
    Page("GET", PATH, show),
    Page("GET", ASK, ask),
    Page("POST", ASK, send, fresh=True),
    Page("GET", ONE, show_one),
    Page("POST", ONE, decide, fresh=True),
]
