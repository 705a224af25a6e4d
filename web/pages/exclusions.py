"""The exclusions from key working: who, whose and since when, but never why; and lifting one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from register.acts.lifting import lift, liftable
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id
from register.errors import NotFoundError
from register.standing.excluded import Excluded
from web.forms.act_form import FilledForm, form_of
from web.forms.finding import TEXT, Finding, choice, cut, finding, look
from web.forms.questions import Question
from web.requests.visit import Visit

PATH = "/exclusions"
FIELD = Question(TEXT, "Worker's name or case reference", "For example Amina or SU-1042", "line")
ORDERS: dict[str, Callable[[Excluded, str], tuple[str, str]]] = {
    "name": lambda line, name: (name.casefold(), line.service_user or ""),
    "reference": lambda line, name: ((line.service_user or "").casefold(), name.casefold()),
}


def show(visit: Visit) -> Response:
    standing = visit.register.key_working.listed(visit.by)
    names = _names(visit, standing)
    found = finding(visit, PATH, _filters(visit, standing, names), names, FIELD)
    lines = [] if found.errors else [each for each in standing if _is_meant(found, each)]
    if order := ORDERS.get(found.chosen.get("by", "")):
        lines.sort(key=lambda each: order(each, names[each.worker]))
    page = cut(found, lines)
    visit.note_words(each.declaration for each in page.rows)
    return visit.page(
        "exclusions.html",
        "Workers who must not be key worker for someone",
        status=found.status,
        found=found,
        errors=found.summary,
        page=page,
        exclusions=[(each, may_lift(visit, each)) for each in page.rows],
        services=visit.directory.services,
        name=visit.register.read.name,
        done=_done(visit),
    )


def find(visit: Visit) -> Response:
    standing = visit.register.key_working.listed(visit.by)
    return look(visit, PATH, _filters(visit, standing, _names(visit, standing)))


def _names(visit: Visit, standing: Sequence[Excluded]) -> dict[str, str]:
    names = {each.worker: visit.register.read.name(each.worker) for each in standing}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def _filters(
    visit: Visit, standing: Sequence[Excluded], names: Mapping[str, str]
) -> list[Question]:
    services = {
        each: visit.directory.services[each].name
        for each in sorted({line.service for line in standing})
    }
    orders = {"name": "The worker's name", "reference": "The service user's reference"}
    return [
        choice("worker", "Worker", "Everybody", names),
        *([choice("service", "Service", "Every service", services)] if len(services) > 1 else []),
        choice("by", "Sort by", "Since when, the oldest first", orders),
    ]


def _is_meant(found: Finding, line: Excluded) -> bool:
    meaning, chosen = found.meaning, found.chosen
    return (
        chosen.get("worker", line.worker) == line.worker
        and chosen.get("service", line.service) == line.service
        and (meaning is None or meaning.is_about(line.worker, line.service_user))
    )


def may_lift(visit: Visit, line: Excluded) -> bool:
    situation = visit.register.situation(visit.by, line.declaration)
    return lift.may(replace(situation, excluded=lambda _: [line]))


def _done(visit: Visit) -> str | None:
    """What the person is told after they lifted the exclusion that the address names."""
    if visit.query.get("done") != lift.name or "id" not in visit.query:
        return None
    was_lifted = lift.was_last_done(visit.by, _with_id(visit, visit.query["id"]).past)
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
    form.visit.note_words([declaration])
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
