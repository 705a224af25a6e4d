"""A worker answers a question, which stands above the box; or adds information without one."""

from __future__ import annotations

from dataclasses import replace

from register.acts.informing import inform
from register.acts.situation import Situation
from web.forms.act_form import all_of, form_of
from web.forms.questions import Question
from web.requests.visit import Visit


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    (text,) = all_of(inform)(visit, situation)
    is_asked = situation.declaration.question is not None
    return [replace(text, label="Your answer") if is_asked else text]


def _title(visit: Visit, situation: Situation) -> str:
    question = situation.declaration.question
    if question is None:
        return inform.title
    return f"Answer {visit.first_name(question.asked_by)}'s question"


INFORM = form_of(inform, asks=_asks, title=_title, template="inform.html")
