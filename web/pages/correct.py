"""A worker corrects what they declared: the same questions again, and what was wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from register.acts.correcting import CORRECTIONS, correct
from register.acts.declaring import TELLINGS
from register.acts.situation import Situation
from register.kinds import all_kinds
from web.forms.act_form import form_of
from web.forms.people import with_people
from web.forms.questions import Question, questions
from web.requests.visit import Visit

FACTS = ("happened_on", "service_user")


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    """The questions with the labels of the declaration's form, then the reason."""
    kind = situation.declaration.kind
    labels = {each.name: each.label for each in questions(TELLINGS[kind])}
    asked = {each.name: each for each in questions(CORRECTIONS[kind])}
    details = questions(all_kinds()[kind].details, "details.")
    return [
        *(replace(asked[name], label=labels[name]) for name in FACTS if name in asked),
        *with_people(details, visit.people if all_kinds()[kind].names_subject else {}),
        asked["reason"],
    ]


def _as_it_stands(situation: Situation) -> dict[str, Any]:
    declaration = situation.declaration
    return {
        "service_user": declaration.service_user,
        "happened_on": declaration.happened_on.isoformat(),
        "details": declaration.details or {},
    }


CORRECT = form_of(
    correct,
    asks=_asks,
    begins=_as_it_stands,
    tidy=lambda body: {"details": {}, **body},
)
