"""A service director decides on a gift, with the worker's earlier gifts beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from register.acts.deciding import Decision, decide
from register.acts.situation import Situation
from register.projections.register_list import Filter
from web.forms import declared
from web.forms.act_form import FilledForm, form_of
from web.forms.questions import Question, questions
from web.requests.visit import Visit
from web.templating import outcome, sentence

MOST_EARLIER = 10


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    """The questions, with only the outcomes that this declaration allows."""
    which, reason = questions(Decision)
    choices = situation.declaration.outcomes
    names = {each: sentence(outcome(each)) for each in choices}
    return [replace(which, choices=choices, names=names), reason]


def _beside(form: FilledForm) -> dict[str, Any]:
    """What the template shows besides; also the worker's earlier gifts, if this person may see
    them."""
    declaration = form.situation.declaration
    wanted = Filter(
        worker=declaration.worker,
        kind=declaration.kind,
        after=declaration.position_of(1),
        limit=MOST_EARLIER,
    )
    page = form.visit.register.read.declarations(form.visit.by, wanted)
    return {**declared.beside(form), "earlier": page.items, "has_more": page.next is not None}


DECIDE = form_of(
    decide,
    asks=_asks,
    template="decide.html",
    beside=_beside,
)
