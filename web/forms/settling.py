"""What whoever must act does with a declaration: a form beside what was said in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from register.acts.situation import Situation
from register.declarations import history
from register.declarations.declaration import Declaration
from register.errors import ConflictError, FieldError, InvalidError
from register.standing.acting import check_holds_role, check_takes
from web.forms.acts import Does, done, summary
from web.forms.questions import Question, answered, filled, questions
from web.pages.declaration import shown_answers
from web.requests.visit import Visit


def _as_they_are(situation: Situation, asked: list[Question]) -> list[Question]:
    return asked


def _nothing_more(visit: Visit, declaration: Declaration) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Settling:
    """`call` and `doing` stand in a refusal: does not take `call`, only somebody may `doing`."""

    title: str
    button: str
    call: str
    doing: str
    status: str | None
    """That of the declarations that take it; None: whatever waits for somebody above."""
    model: type[BaseModel]
    does: Does
    tune: Callable[[Situation, list[Question]], list[Question]] = _as_they_are
    template: str = "settle.html"
    beside: Callable[[Visit, Declaration], dict[str, Any]] = _nothing_more
    """What else is shown."""

    def asks(self, situation: Situation) -> list[Question]:
        return self.tune(situation, questions(self.model))


def ask(visit: Visit, settling: Settling) -> Response:
    situation = open_situation(visit, settling)
    return form(visit, settling, situation, settling.asks(situation))


def send(visit: Visit, settling: Settling) -> Response:
    """Carry it out; on a mistake the form again, with nothing lost."""
    situation = situation_of(visit)
    asked = settling.asks(situation)
    body = answered(asked, visit.form)
    status, errors = carry_out(visit, settling, body)
    if errors:
        return form(visit, settling, situation, filled(asked, body, errors), errors, status)
    return done(visit, visit.path["id"])


def situation_of(visit: Visit) -> Situation:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    return visit.register.situation(visit.by, declaration)


def open_situation(visit: Visit, settling: Settling) -> Situation:
    """Refuses what the rule would, before anything is filled in."""
    situation = situation_of(visit)
    ruling = situation.declaration.ruling
    is_taken = settling.status in (None, ruling.status) and ruling.acts is not None
    check_takes(situation, settling.call, takes=is_taken)
    check_holds_role(situation, settling.doing)
    if situation.declaration.is_settled:
        raise ConflictError("This is settled already.")
    return situation


def carry_out(
    visit: Visit, settling: Settling, body: dict[str, Any]
) -> tuple[int, Sequence[FieldError]]:
    """The status of the answer, and what is wrong, if anything is."""
    try:
        settling.does(visit, visit.path["id"], body)
    except InvalidError as error:
        return 422, error.errors
    except ConflictError as error:
        return 409, [FieldError("", str(error))]
    return 303, ()


def form(
    visit: Visit,
    settling: Settling,
    situation: Situation,
    asked: Sequence[Question],
    errors: Sequence[FieldError] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    declaration, name = situation.declaration, visit.register.read.name
    said = {
        "back": f"/declarations/{declaration.id}",
        "settling": settling,
        "declaration": declaration,
        "questions": asked,
        "errors": summary(asked, errors),
        "what": history.what(declaration.kind, declaration.details),
        "answers": shown_answers(declaration),
        "clause": visit.register.clause_in_words(declaration),
        "advice": situation.advice,
        "name": name,
        **settling.beside(visit, declaration),
        **shown,
    }
    return visit.page(settling.template, settling.title, status=status, **said)
