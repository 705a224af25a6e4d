"""A form for one act on a declaration: asked, sent, and shown again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from register.declarations.declaration import Declaration
from register.errors import ConflictError, FieldError, InvalidError
from register.standing.acting import check_is_worker
from web.forms.questions import Question, answered, filled, questions
from web.requests.visit import Visit, to

Does = Callable[[Visit, str, dict[str, Any]], Declaration]


@dataclass(frozen=True)
class Act:
    """`does` is given the visit, the declaration's id and the body that the form gives."""

    title: str
    model: type[BaseModel]
    does: Does
    button: str = "Send"
    help: str | None = None


def check_is_own(visit: Visit, doing: str) -> None:
    """Refuses what the rule would, before anything is filled in."""
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    check_is_worker(visit.register.situation(visit.by, declaration), doing)


def ask(visit: Visit, act: Act, values: dict[str, Any] | None = None) -> Response:
    return _form(visit, act, values or {})


def send(visit: Visit, act: Act) -> Response:
    """Carry it out; on a mistake the form again, with nothing lost."""
    body = answered(questions(act.model), visit.form)
    try:
        act.does(visit, visit.path["id"], body)
    except InvalidError as error:
        return _form(visit, act, body, error.errors)
    except ConflictError as error:
        return _form(visit, act, body, [FieldError("", str(error))], status=409)
    return done(visit, visit.path["id"])


def done(visit: Visit, declaration: str) -> Response:
    """Back to the declaration, which says that it was done."""
    return to(f"/declarations/{declaration}?done=yes")


def _form(
    visit: Visit,
    act: Act,
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
    status: int = 422,
) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    asked = filled(questions(act.model), values, errors)
    return visit.page(
        "act.html",
        act.title,
        status=status if errors else 200,
        back=f"/declarations/{declaration.id}",
        act=act,
        declaration=declaration,
        questions=asked,
        errors=summary(asked, errors),
    )


def summary(asked: Sequence[Question], errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """What is wrong, each with a link to where it can be mended."""
    by_name = {question.name: question for question in asked}
    return [_line(by_name.get(error.field), error) for error in errors]


def _line(question: Question | None, error: FieldError) -> dict[str, str]:
    if question is None:
        return {"text": error.message}
    return {"text": f"{question.label} {question.error}", "href": f"#{question.id}"}
