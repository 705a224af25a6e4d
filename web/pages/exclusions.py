"""The exclusions from key working: who, whose and since when, but never why; and lifting one."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from register.acts.lifting import NO_SUCH_EXCLUSION, Lifting
from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from register.declarations.ids import declaration_id
from register.declarations.names import Role
from register.errors import ForbiddenError, NotFoundError
from register.standing.holding import who_holds
from register.standing.seeing import may_see_exclusions
from web.forms.act_form import ActForm, FilledForm, all_of
from web.requests.visit import Visit


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
    """Whether this person may lift the exclusion: only the worker's line manager may."""
    holder = who_holds(visit.directory, Role.LINE_MANAGER, declaration.worker, declaration.service)
    return visit.by == holder


def _excluding(visit: Visit) -> Declaration:
    """The declaration with the exclusion. A person may see an exclusion without being allowed to
    see its declaration. Raises `NotFoundError`."""
    declaration = visit.register.unguarded.declaration(declaration_id(visit.path["id"]))
    if (
        declaration is None
        or not declaration.ruling.excludes
        or not (may_lift(visit, declaration) or _may_see(visit, declaration))
    ):
        raise NotFoundError(NO_SUCH_EXCLUSION)
    return declaration


def _may_see(visit: Visit, declaration: Declaration) -> bool:
    return may_see_exclusions(visit.person, declaration.service, visit.directory)


def _check(visit: Visit, situation: Situation) -> None:
    if not situation.declaration.excludes:
        raise NotFoundError(NO_SUCH_EXCLUSION)
    if not may_lift(visit, situation.declaration):
        raise ForbiddenError("Only the line manager of this worker may lift it.")


def _beside(form: FilledForm) -> dict[str, Any]:
    service = form.visit.directory.services[form.situation.declaration.service]
    return {"service": service, "name": form.visit.register.read.name}


LIFT = ActForm(
    title="Lift the exclusion",
    button="Lift it",
    asks=all_of(Lifting),
    does=lambda visit, body: visit.register.lift_exclusion(visit.by, visit.path["id"], body),
    check=_check,
    about=_excluding,
    template="lift.html",
    beside=_beside,
    back="/exclusions",
    done="/exclusions?lifted=yes",
)
