"""A service director decides on a gift, with the worker's earlier gifts beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from register.acts.deciding import Decision
from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from register.projections.register_list import Filter
from web.forms import settling
from web.forms.questions import Question
from web.forms.settling import Settling
from web.requests.visit import Visit
from web.templating import outcome, sentence

MOST_EARLIER = 10


def _open_here(situation: Situation, asked: list[Question]) -> list[Question]:
    """Only the outcomes that are open here."""
    which, reason = asked
    choices = situation.declaration.outcomes
    names = {each: sentence(outcome(each)) for each in choices}
    return [replace(which, choices=choices, names=names), reason]


def _beside(visit: Visit, declaration: Declaration) -> dict[str, Any]:
    """The worker's earlier gifts, as far as this person may see them."""
    wanted = Filter(
        worker=declaration.worker,
        kind=declaration.kind,
        after=declaration.position_of(1),
        limit=MOST_EARLIER,
    )
    page = visit.register.read.declarations(visit.by, wanted)
    return {"earlier": page.items, "has_more": page.next is not None}


DECIDE = Settling(
    title="Decide",
    button="Decide",
    call="a decision",
    doing="decide on it",
    status="awaiting_decision",
    model=Decision,
    tune=_open_here,
    does=lambda visit, declaration, body: visit.register.decide(visit.by, declaration, body),
    template="decide.html",
    beside=_beside,
)


def ask(visit: Visit) -> Response:
    return settling.ask(visit, DECIDE)


def send(visit: Visit) -> Response:
    return settling.send(visit, DECIDE)
