"""What was declared, as it is shown: on its own page, and beside a form."""

from __future__ import annotations

from typing import Any

from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from web.forms.act_form import FilledForm
from web.forms.questions import Question, filled, questions


def answers_in(declaration: Declaration) -> list[Question]:
    """The questions of its kind, with the worker's answers."""
    kind = all_kinds().get(declaration.kind)
    if kind is None or declaration.details is None:
        return []
    return filled(questions(kind.details), declaration.details)


def beside(form: FilledForm) -> dict[str, Any]:
    """For whoever must act: what was declared, and what the policy says of it."""
    visit, declaration = form.visit, form.situation.declaration
    return {
        "what": visit.what(declaration),
        "answers": answers_in(declaration),
        "clause": visit.register.clause_in_words(declaration),
        "advice": form.situation.advice,
        "name": visit.register.read.name,
    }
