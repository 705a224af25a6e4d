"""The exclusions from key working: who, whose and since when, but never why; and lifting one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from register.acts.lifting import lift, liftable
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id
from register.errors import NotFoundError
from register.standing.excluded import Excluded
from web.forms.act_form import FilledForm, form_of
from web.requests.visit import Visit


def show(visit: Visit) -> Response:
    standing = visit.register.key_working.listed(visit.by)
    return visit.page(
        "exclusions.html",
        "Workers who must not be key worker for someone",
        exclusions=[(each, may_lift(visit, each)) for each in standing],
        services=visit.directory.services,
        name=visit.register.read.name,
        done=_done(visit),
    )


def may_lift(visit: Visit, line: Excluded) -> bool:
    situation = visit.register.situation(visit.by, line.declaration)
    return lift.may(replace(situation, excluded=lambda _: [line]))


def _done(visit: Visit) -> str | None:
    """What the person is told after they lifted the exclusion that the address names."""
    if visit.query.get("done") != lift.name or "id" not in visit.query:
        return None
    was_lifted = lift.was_last_done(visit.by, _with_id(visit, visit.query["id"]))
    return lift.done if was_lifted else None


def _excluding(visit: Visit) -> Declaration:
    return _with_id(visit, visit.path["id"])


def _with_id(visit: Visit, id_text: str) -> Declaration:
    """The declaration with the exclusion. A person may see an exclusion without being allowed to
    see its declaration. Raises `NotFoundError`."""
    declaration = visit.register.unguarded.declaration(declaration_id(id_text))
    if declaration is None:
        raise NotFoundError(NO_SUCH_DECLARATION)
    return declaration


def _beside(form: FilledForm) -> dict[str, Any]:
    declaration = form.situation.declaration
    standing = [each for each in liftable(form.situation) if each.service_user]
    services = {each.service for each in standing} or {declaration.service}
    names = [form.visit.directory.services[each].name for each in sorted(services)]
    return {
        "services": " or ".join(names),
        "service_users": [each.service_user for each in standing],
        "name": form.visit.register.read.name,
    }


LIFT = form_of(
    lift,
    about=_excluding,
    template="lift.html",
    beside=_beside,
    back="/exclusions",
    done="/exclusions?done={act}&id={id}",
)
