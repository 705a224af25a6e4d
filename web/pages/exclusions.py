"""The exclusions from key working: who, whose and since when, but never why; and lifting one."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from register.acts.lifting import NO_SUCH_EXCLUSION, lift
from register.declarations.declaration import Declaration
from register.declarations.ids import declaration_id
from register.errors import NotFoundError
from web.forms.act_form import FilledForm, form_of
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
    return lift.may(visit.register.situation(visit.by, declaration))


def _excluding(visit: Visit) -> Declaration:
    """The declaration with the exclusion. A person may see an exclusion without being allowed to
    see its declaration. Raises `NotFoundError`."""
    declaration = visit.register.unguarded.declaration(declaration_id(visit.path["id"]))
    if declaration is None:
        raise NotFoundError(NO_SUCH_EXCLUSION)
    return declaration


def _beside(form: FilledForm) -> dict[str, Any]:
    service = form.visit.directory.services[form.situation.declaration.service]
    return {"service": service, "name": form.visit.register.read.name}


LIFT = form_of(
    lift,
    about=_excluding,
    template="lift.html",
    beside=_beside,
    back="/exclusions",
    done="/exclusions?lifted=yes",
)
