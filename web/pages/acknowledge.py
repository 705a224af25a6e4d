"""A line manager acknowledges: what was said, what is to be done by whom, what was handed over.

Actions are asked in rows. One that was left empty is nothing; those filled in move up, so that
an error about `actions.0` is about the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from register.acts.acknowledging import MOST_ACTIONS, Acknowledgement, ActionWanted, HandOver
from register.acts.situation import Situation
from register.errors import FieldError
from register.standing.acting import may_be_asked
from web.forms import settling
from web.forms.acts import done
from web.forms.questions import UNANSWERED, Question, answered, filled, questions
from web.forms.settling import Settling
from web.requests.visit import Visit

ROWS = 3
NO_ACTION = "Agree at least one action."
HANDED_OVER_TO = {"": "Nobody", "hr": "HR"}


@dataclass(frozen=True)
class Asked:
    """The questions, by their place on the page."""

    note: Question
    actions: Sequence[Sequence[Question]]
    recorded: Sequence[Question]
    handed_over: Sequence[Question]

    @property
    def all(self) -> list[Question]:
        rows = [question for row in self.actions for question in row]
        return [self.note, *rows, *self.recorded, *self.handed_over]

    def filled(self, values: dict[str, Any], errors: Sequence[FieldError] = ()) -> Asked:
        return Asked(
            note=filled([self.note], values, errors)[0],
            actions=[filled(row, values, errors) for row in self.actions],
            recorded=filled(self.recorded, values, errors),
            handed_over=filled(self.handed_over, values, errors),
        )


ACKNOWLEDGE = Settling(
    title="Acknowledge",
    button="Acknowledge",
    call="an acknowledgement",
    doing="acknowledge it",
    status="awaiting_acknowledgement",
    model=Acknowledgement,
    does=lambda visit, declaration, body: visit.register.acknowledge(visit.by, declaration, body),
    template="acknowledge.html",
)


def ask(visit: Visit) -> Response:
    situation = settling.open_situation(visit, ACKNOWLEDGE)
    return _form(visit, situation, _asked(visit, situation, ROWS))


def send(visit: Visit) -> Response:
    """Carry it out; or one row more, with nothing lost."""
    situation, rows = settling.situation_of(visit), _rows(visit)
    asked = _asked(visit, situation, rows)
    body = _body(asked, visit)
    if "add" in visit.form:
        more = _asked(visit, situation, min(rows + 1, MOST_ACTIONS))
        return _form(visit, situation, more.filled(body))
    status, errors = settling.carry_out(visit, ACKNOWLEDGE, body)
    if not errors:
        return done(visit, visit.path["id"])
    if status == 422:
        errors = _in_order(asked, [*errors, *_not_said(situation, body, errors)])
    return _form(visit, situation, asked.filled(body, errors), errors, status)


def _rows(visit: Visit) -> int:
    sent = sum(f"actions.{place}.what" in visit.form for place in range(MOST_ACTIONS))
    return max(sent, 1)


def _asked(visit: Visit, situation: Situation, rows: int) -> Asked:
    own = {question.name: question for question in questions(Acknowledgement)}
    must = situation.declaration.ruling.must_record
    names = _who_may_be_asked(visit, situation)
    to, reference = questions(HandOver, "handed_over.")
    return Asked(
        note=own["note"],
        actions=[_row(place, names) for place in range(rows)],
        recorded=[
            replace(own[name], is_optional=name not in must)
            for name in ("confidentiality_discussed", "risk_assessment")
        ],
        handed_over=[replace(to, widget="select", names=HANDED_OVER_TO), reference],
    )


def _row(place: int, names: dict[str, str]) -> list[Question]:
    what, by, due_on = questions(ActionWanted, f"actions.{place}.")
    people = tuple(person for person in names if person)
    return [what, replace(by, widget="select", choices=people, names=names), due_on]


def _who_may_be_asked(visit: Visit, situation: Situation) -> dict[str, str]:
    """The worker first, then whoever acknowledges, then the others by name."""
    first = (situation.declaration.worker, visit.by)
    others = set(situation.directory.people).difference(first)
    found = {each: visit.register.read.name(each) for each in _may(situation, others)}
    by_name = sorted(found, key=lambda person: found[person])
    return {
        "": "Choose somebody",
        **{each: visit.register.read.name(each) for each in _may(situation, first)},
        **{each: found[each] for each in by_name},
    }


def _may(situation: Situation, people: Iterable[str]) -> list[str]:
    return [person for person in people if may_be_asked(situation, person)]


def _body(asked: Asked, visit: Visit) -> dict[str, Any]:
    body = answered(asked.all, visit.form)
    rows = body["actions"].values() if "actions" in body else ()
    body["actions"] = [row for row in rows if _says_something(row)]
    if not _says_something(body["handed_over"]):
        del body["handed_over"]
    return body


def _says_something(part: dict[str, Any]) -> bool:
    return any(str(value).strip() for value in part.values())


def _not_said(
    situation: Situation, body: dict[str, Any], errors: Sequence[FieldError]
) -> list[FieldError]:
    """What the policy asks for: told with every other mistake, not after those are mended."""
    ruling, known = situation.declaration.ruling, {error.field for error in errors}
    missing = [FieldError(name, UNANSWERED) for name in ruling.must_record if name not in body]
    if ruling.needs_action and not body["actions"]:
        missing.append(FieldError("actions", NO_ACTION))
    return [error for error in missing if error.field not in known]


def _in_order(asked: Asked, errors: Sequence[FieldError]) -> list[FieldError]:
    """As the questions stand on the page."""
    places = {question.name: place for place, question in enumerate(asked.all)}
    places["actions"] = places["actions.0.what"]
    return sorted(errors, key=lambda error: places.get(error.field, -1))


def _form(
    visit: Visit,
    situation: Situation,
    asked: Asked,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    no_action = next((error.message for error in errors if error.field == "actions"), None)
    named = _named_in_summary(asked, no_action)
    may_add = len(asked.actions) < MOST_ACTIONS
    return settling.form(
        *(visit, ACKNOWLEDGE, situation, named, errors, status),
        parts=asked,
        no_action=no_action,
        may_add=may_add,
    )


def _named_in_summary(asked: Asked, no_action: str | None) -> list[Question]:
    """The questions as the summary of errors calls them: each row by its number."""
    rows = [
        replace(question, label=f"Action {place}: {question.label}")
        for place, row in enumerate(asked.actions, start=1)
        for question in row
    ]
    rows.append(Question("actions", "Actions:", None, "text", error=no_action))
    return [asked.note, *rows, *asked.recorded, *asked.handed_over]
