"""A line manager acknowledges: what was agreed, and who must do what.

Actions are asked in rows. Empty rows are left out and the others move up, so that an error about
`actions.0` is about the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from register.acts.acknowledging import (
    ANOTHER_KEY_WORKER,
    Acknowledgement,
    acknowledge,
    possible_key_workers,
    unsaid,
)
from register.acts.agreeing import MOST_ACTIONS, ActionWanted
from register.acts.situation import Situation
from register.errors import FieldError
from register.standing.acting import may_be_asked
from web.forms import declared
from web.forms.act_form import FilledForm, form_of
from web.forms.others_about import everything_about
from web.forms.questions import Question, questions, summary
from web.requests.visit import Visit

ROWS = 1
ACTIONS = "actions."
NEW_KEY_WORKER = "new_key_worker"
NOTHING = "nothing"
"""The name of the button that says that nothing more is needed."""
BEGUN = "You filled in an action. Press “Acknowledge” below it, or clear it."
NOTE_FIRST = "Write a note first."
RECORDED = ("confidentiality_discussed", "risk_assessment", "duties_considered")


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    own = {question.name: question for question in questions(Acknowledgement)}
    must = situation.declaration.ruling.needs
    names = who_may_be_asked(visit, situation)
    return [
        replace(own["note"], hint="Always needed. A few words are enough."),
        *(question for place in range(_rows(visit)) for question in _row(place, names)),
        *(replace(own[name], is_optional=name not in must) for name in RECORDED),
        *_who_instead(visit, situation, own[NEW_KEY_WORKER]),
    ]


def _who_instead(visit: Visit, situation: Situation, asked: Question) -> list[Question]:
    """Who is the key worker in the worker's place, where the policy wants another."""
    if ANOTHER_KEY_WORKER not in situation.declaration.ruling.needs:
        return []
    people = {each: visit.register.read.name(each) for each in possible_key_workers(situation)}
    about = situation.declaration.service_user
    declared = {each.worker for each in everything_about(visit, [about])} if about else set()
    people = {
        each: f"{name}{DECLARED if each in declared else ''}" for each, name in people.items()
    }
    names = {"": "Not decided: add an action", **dict(sorted(people.items(), key=itemgetter(1)))}
    choices = tuple(names)[1:]
    return [replace(asked, widget="select", choices=choices, names=names, is_optional=False)]


DECLARED = " (has declared something about them too)"


def _rows(visit: Visit) -> int:
    """How many rows to show: as many as were sent, and one more if asked for."""
    if not visit.form:
        return ROWS
    sent = sum(f"{ACTIONS}{place}.what" in visit.form for place in range(MOST_ACTIONS))
    return min(max(sent, 1) + ("add" in visit.form), MOST_ACTIONS)


def _row(place: int, names: dict[str, str]) -> list[Question]:
    what, by, due_on = questions(ActionWanted, f"{ACTIONS}{place}.")
    people = tuple(person for person in names if person)
    return [what, replace(by, widget="select", choices=people, names=names), due_on]


def who_may_be_asked(visit: Visit, situation: Situation) -> dict[str, str]:
    """The people who may be given an action, by id: the worker first, then the person who
    acknowledges, then the others by name."""
    first = (situation.declaration.worker, visit.by)
    others = set(situation.directory.people).difference(first)
    names = {each: visit.register.read.name(each) for each in _may(situation, others)}
    by_name = sorted(names, key=lambda person: names[person])
    return {
        "": "Choose somebody",
        **{each: visit.register.read.name(each) for each in _may(situation, first)},
        **{each: names[each] for each in by_name},
    }


def _may(situation: Situation, people: Iterable[str]) -> list[str]:
    return [person for person in people if may_be_asked(situation, person)]


def _tidy(_visit: Visit, body: dict[str, Any], _situation: Situation) -> dict[str, Any]:
    """The body without empty rows."""
    rows = body.get("actions", {}).values()
    return {**body, "actions": [row for row in rows if _says_something(row)]}


def _says_something(part: dict[str, Any]) -> bool:
    return any(str(value).strip() for value in part.values())


def _refuses(form: FilledForm) -> list[FieldError]:
    """No action that was begun is lost by saying that nothing more is needed."""
    is_both = NOTHING in form.visit.form and form.body["actions"]
    return [FieldError("actions", BEGUN)] if is_both else []


def _wrong(form: FilledForm) -> list[FieldError]:
    """All errors, in the order of the questions on the page.

    The errors against the policy are added, so that they are shown together with the others.
    """
    known = {error.field for error in form.errors}
    missing = unsaid(form.situation.declaration.ruling.needs, form.body)
    places = {question.name: place for place, question in enumerate(form.asked)}
    places["actions"] = places[f"{ACTIONS}0.what"]
    errors = [
        *map(_note_first, form.errors),
        *(error for error in missing if error.field not in known),
    ]
    return sorted(errors, key=lambda error: places.get(error.field, -1))


def _note_first(error: FieldError) -> FieldError:
    return replace(error, message=NOTE_FIRST) if error.field == "note" else error


def _beside(form: FilledForm) -> dict[str, Any]:
    """What the template shows besides: the questions, by their place on the page."""
    asked = {question.name: question for question in form.questions}
    rows = _in_rows(form.questions)
    no_action = next((error.message for error in form.errors if error.field == "actions"), None)
    return {
        **declared.beside(form),
        "note": asked["note"],
        "rows": rows,
        "asked": [asked[name] for name in RECORDED if not asked[name].is_optional],
        "also": [asked[name] for name in RECORDED if asked[name].is_optional],
        "new_key_worker": asked.get(NEW_KEY_WORKER),
        "is_begun": any(each.value or each.error for row in rows for each in row)
        or any(asked[name].value or asked[name].error for name in RECORDED),
        "no_action": no_action,
        "may_add": len(rows) < MOST_ACTIONS,
        "errors": summary(_as_in_summary(form.questions, rows, no_action), form.errors),
    }


def _in_rows(asked: Iterable[Question]) -> list[list[Question]]:
    actions = (question for question in asked if question.name.startswith(ACTIONS))
    return [list(row) for _, row in groupby(actions, lambda each: each.name.split(".")[1])]


def _as_in_summary(
    asked: Sequence[Question], rows: list[list[Question]], no_action: str | None
) -> list[Question]:
    """The questions with the labels for the summary of errors: with the number of their row."""
    numbered = [
        replace(question, label=f"Action {number}: {question.label}")
        for number, row in enumerate(rows, start=1)
        for question in row
    ]
    actions = Question("actions", "Actions:", None, "text", error=no_action)
    return [*asked, *numbered, actions]


ACKNOWLEDGE = form_of(
    acknowledge,
    asks=_asks,
    tidy=_tidy,
    wrong=_wrong,
    refuses=_refuses,
    template="acknowledge.html",
    beside=_beside,
    again="add",
)
