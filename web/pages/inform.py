"""A worker answers a question, which stands above the box; or adds information without one."""

from __future__ import annotations

from dataclasses import replace

from register.acts.informing import inform
from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from web.forms.act_form import all_of, form_of
from web.forms.questions import Question
from web.requests.visit import Visit


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    (text,) = all_of(inform)(visit, situation)
    is_asked = situation.declaration.question is not None
    return [replace(text, label="Your answer") if is_asked else text]


def answering(visit: Visit, declaration: Declaration) -> str | None:
    """What an open question asks of whoever answers it; None without one."""
    if declaration.question is None:
        return None
    asked_by = visit.called(declaration.question.asked_by, declaration)
    return "Answer your own question" if asked_by == "you" else f"Answer {asked_by}'s question"


def _title(visit: Visit, situation: Situation) -> str:
    return answering(visit, situation.declaration) or inform.title


INFORM = form_of(inform, asks=_asks, title=_title, template="inform.html")
