"""Should I declare this? A few questions lead to advice, and to a form with these answers.

Nothing is stored, and no answer is in a URL: every step posts the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from register.answers import WORDS, read
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds
from register.kinds.kind import Kind, Lead
from register.ruling.advising import asked_of
from register.standing.roles import ROLES
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit

TITLE = "Should I declare this?"
ADDRESS = "/should-i-declare"
DETAILS = "details."
NOTHING = "nothing"
AT_RISK = Question(
    "at_risk",
    "Is someone at risk now, or might they be?",
    "Of being hurt, neglected or taken advantage of.",
    "yes_no",
)


def leads() -> dict[str, tuple[str, Kind, Lead]]:
    """Every lead with its kind, by the lead's value in the form, such as `gift.0`."""
    return {
        f"{name}.{number}": (name, kind, lead)
        for name, kind in all_kinds().items()
        for number, lead in enumerate(kind.leads)
    }


def begin(visit: Visit) -> Response:
    return _first(visit, {})


def go_on(visit: Visit) -> Response:
    asked = _first_questions()
    body = answered(asked, visit.form)
    if body.get("at_risk") is True:
        return visit.page("advice_at_risk.html", "This is not for the register", back=ADDRESS)
    wrong = [
        FieldError(each.name, WORDS["missing"])
        for each in asked
        if body.get(each.name) not in (each.choices or (True, False))
    ]
    if wrong:
        return _first(visit, body, wrong)
    if body["what"] == NOTHING:
        unled = {name: kind.title for name, kind in all_kinds().items() if not kind.leads}
        return visit.page(
            "advice_nothing.html", "Talk with your line manager", back=ADDRESS, kinds=unled
        )
    return _about(visit, body["what"])


def _first_questions() -> list[Question]:
    names = {value: lead.happened for value, (_, _, lead) in leads().items()}
    names[NOTHING] = "None of these, or I am not sure"
    what = Question("what", "What is it about?", None, "choice", tuple(names), names)
    return [AT_RISK, what]


def _first(visit: Visit, body: dict[str, Any], wrong: Sequence[FieldError] = ()) -> Response:
    return _form(visit, filled(_first_questions(), body, wrong), wrong)


def _about(visit: Visit, what: str) -> Response:
    """Ask the few questions of a lead; once they are answered, show the advice."""
    name, kind, lead = leads()[what]
    model = asked_of(kind, lead)
    asked = questions(model, DETAILS)
    body = answered(asked, visit.form)
    if lead.asks and "asked" not in visit.form:
        return _form(visit, asked, what=what)
    try:
        answers = read(model, body.get("details", {}), today=visit.today)
    except InvalidError as error:
        errors = [FieldError(DETAILS + each.field, each.message) for each in error.errors]
        return _form(visit, filled(asked, body, errors), errors, what=what)
    advice = visit.register.advise(visit.by, name, lead, answers)
    return visit.page(
        "advice.html",
        _title(advice.is_known, advice.rule.duty),
        back=ADDRESS,
        advice=advice,
        roles={role: each.words for role, each in ROLES.items()},
        kind_name=name,
        kind=kind,
        fields=_as_fields({**lead.fills, **answers.model_dump(mode="json")}),
    )


def _title(is_known: bool, is_duty: bool) -> str:
    if not is_known:
        return "Your policy does not speak of this"
    return "Yes, declare this" if is_duty else "You need not, but it is worth telling"


def _as_fields(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Answers as fields of the kind's form: names and values."""
    truths = {True: "true", False: "false"}
    return [
        (DETAILS + name, truths[value] if isinstance(value, bool) else str(value))
        for name, given in answers.items()
        for value in (given if isinstance(given, list) else [given])
        if value is not None
    ]


def _form(
    visit: Visit,
    asked: Sequence[Question],
    errors: Sequence[FieldError] = (),
    what: str | None = None,
) -> Response:
    return visit.page(
        "should_i_declare.html",
        TITLE,
        status=422 if errors else 200,
        back=ADDRESS if what else "/declare",
        address=ADDRESS,
        questions=asked,
        what=what,
        errors=summary(asked, errors),
    )
