"""A worker corrects what they declared: the same questions again, and what was wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from register.acts.correcting import CORRECTIONS, correct
from register.acts.declaring import TELLINGS
from register.acts.situation import Situation
from register.kinds import all_kinds
from register.kinds.kind import Asked
from web.forms.act_form import form_of
from web.forms.people import asks_for_people, with_people
from web.forms.questions import Question, questions
from web.forms.references import as_listed
from web.forms.versions import WHEN
from web.requests.visit import Visit


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    """The questions with the labels of the declaration's form, then the reason; none for a kind
    that is gone."""
    kind = situation.declaration.kind
    if kind not in all_kinds():
        return []
    labels = {each.name: each.label for each in questions(TELLINGS[kind])}
    asked = {each.name: each for each in questions(CORRECTIONS[kind])}
    details = questions(all_kinds()[kind].details, "details.")
    return [
        *(replace(asked[name], label=labels[name]) for name in WHEN if name in asked),
        *with_people(details, visit.people_beside(visit.by) if asks_for_people(details) else {}),
        asked["reason"],
    ]


def _as_said_last(situation: Situation) -> dict[str, Any]:
    newest = situation.declaration.newest
    return {
        "service_user": newest.service_user,
        "happened_on": newest.happened_on.isoformat(),
        "details": newest.details or {},
    }


def _tidy(visit: Visit, body: dict[str, Any], situation: Situation) -> dict[str, Any]:
    """A service user that was emptied is taken away, where the kind allows that; one that was
    written down is found whatever the case of the reference."""
    kind = all_kinds().get(situation.declaration.kind)
    is_optional = kind is not None and kind.service_user is Asked.OPTIONAL
    tidied = {**({"service_user": None} if is_optional else {}), "details": {}, **body}
    if body.get("service_user"):
        tidied["service_user"] = as_listed(visit, body["service_user"])
    return tidied


CORRECT = form_of(correct, asks=_asks, begins=_as_said_last, tidy=_tidy)
