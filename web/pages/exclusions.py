"""Who is not to be whose key worker, since when and never why; and lifting it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from starlette.responses import Response

from register.acts.lifting import NO_SUCH_EXCLUSION, Lifting
from register.declarations.declaration import Declaration
from register.declarations.ids import declaration_id
from register.errors import FieldError, ForbiddenError, InvalidError, NotFoundError
from register.standing.holding import who_holds
from web.forms.acts import summary
from web.forms.questions import Question, answered, filled, questions
from web.requests.visit import Visit, to


def show(visit: Visit) -> Response:
    standing = visit.register.read.exclusions(visit.by)
    return visit.page(
        "exclusions.html",
        "Not to be key worker",
        exclusions=[(each, may_lift(visit, each)) for each in standing],
        services=visit.directory.services,
        name=visit.register.read.name,
        was_lifted="lifted" in visit.query,
    )


def may_lift(visit: Visit, declaration: Declaration) -> bool:
    """The line manager of the worker, and nobody else."""
    holder = who_holds(visit.directory, "line_manager", declaration.worker, declaration.service)
    return visit.by == holder


def ask(visit: Visit) -> Response:
    declaration = _standing(visit)
    if not may_lift(visit, declaration):
        raise ForbiddenError("Only the line manager of this worker may lift it.")
    return _form(visit, declaration, questions(Lifting))


def lift(visit: Visit) -> Response:
    asked = questions(Lifting)
    body = answered(asked, visit.form)
    try:
        visit.register.lift_exclusion(visit.by, visit.path["id"], body)
    except InvalidError as error:
        found = filled(asked, body, error.errors)
        return _form(visit, _standing(visit), found, error.errors)
    return to("/exclusions?lifted=yes")


def _standing(visit: Visit) -> Declaration:
    wanted: UUID = declaration_id(visit.path["id"])
    for declaration in visit.register.read.exclusions(visit.by):
        if declaration.id == wanted:
            return declaration
    raise NotFoundError(NO_SUCH_EXCLUSION)


def _form(
    visit: Visit,
    declaration: Declaration,
    asked: Sequence[Question],
    errors: Sequence[FieldError] = (),
) -> Response:
    return visit.page(
        "lift.html",
        "Lift the exclusion",
        status=422 if errors else 200,
        back="/exclusions",
        declaration=declaration,
        service=visit.directory.services[declaration.service],
        questions=asked,
        errors=summary(asked, errors),
        name=visit.register.read.name,
    )
