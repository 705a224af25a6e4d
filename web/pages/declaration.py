"""The page of a declaration: what was declared, its history, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from starlette.responses import Response

from register.acts import all_acts
from register.acts.completing import completion_of
from register.acts.lifting import lift
from register.acts.photographing import room
from register.alerts.whose_move import whose_move
from register.declarations import history
from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from web.forms.declared import answers_in
from web.pages.act_forms import agreed
from web.requests.visit import Visit, auditor


def show(visit: Visit) -> Response:
    as_at = visit.register.read.as_at(visit.query.get("as_at", ""))
    if as_at.is_now:
        declaration = visit.register.look_at(visit.by, visit.path["id"])
    else:
        position = str(as_at.position)
        declaration = visit.register.read.declaration(visit.by, visit.path["id"], position)
    kind = all_kinds().get(declaration.kind)
    directory = visit.directory if as_at.is_now else visit.register.read.directory_at(as_at)
    lines = history.lines(declaration.past, visit.register.read.name)
    return visit.page(
        "declaration.html",
        kind.title if kind else declaration.kind,
        declaration=declaration,
        as_at=as_at,
        move=whose_move(declaration, directory),
        services=directory.services,
        answers=answers_in(declaration, visit.register.read.name),
        photographs=visit.register.photographs.conditions(declaration),
        history=lines,
        done=_last_done(visit, lines) if "done" in visit.query else None,
        clause=visit.register.clause_in_words(declaration),
        name=visit.register.read.name,
        may=what_may_be_done(visit, declaration) if as_at.is_now else (),
        moments=visit.register.read.history(visit.by, visit.path["id"]) if auditor(visit) else (),
    )


DONE = {
    "declaration-acknowledged": "You have acknowledged this.",
    "declaration-decided decide": "Your decision is in the register.",
    "declaration-decided answer": "Your answer is in the register.",
    "information-requested": "Your question is in the register, and waits for the worker.",
    "information-added": "What you added is in the register.",
    "declaration-corrected": "Your correction is in the register.",
    "declaration-withdrawn": "You have withdrawn this.",
    "action-completed": "You have said that it is done.",
}
"""What a person is told after they did something, by the topic of its event, and for one that
settles, what was asked."""


def _last_done(visit: Visit, lines: list[history.Line]) -> str | None:
    """The sentence for the last thing that this person did. It comes from the history and not
    from the address, so it is true also if the address was saved or shared."""
    own = [DONE.get(_topic(line.event)) for line in lines if line.actor == visit.by]
    return next(filter(None, reversed(own)), None)


def _topic(event: Any) -> str:
    return " ".join(filter(None, [event.TOPIC, getattr(event, "asked", None)]))


LIFT_PLACE, PHOTOGRAPH_PLACE = 30, 80
"""Where these stand among the acts."""


@dataclass(frozen=True)
class May:
    """Something that a person may do now. `is_move`: the declaration waits for it."""

    address: str
    label: str
    is_move: bool = False


def what_may_be_done(visit: Visit, declaration: Declaration) -> list[May]:
    situation = visit.register.situation(visit.by, declaration)
    here = f"/declarations/{declaration.id}"
    possible = [
        May(f"{here}/actions/{action.id}", f"Done: {agreed(action)}", is_move=True)
        for action in declaration.open_actions
        if completion_of(action.id).may(situation)
    ]
    acts = [(act.place, f"{here}/{act.name}", act) for act in all_acts()]
    acts.append((LIFT_PLACE, f"/exclusions/{declaration.id}/lift", lift))
    links = [
        (place, May(address, act.label, act.is_move(declaration)))
        for place, address, act in acts
        if act.may(situation)
    ]
    if declaration.worker == visit.by and room(declaration) > 0:
        links.append((PHOTOGRAPH_PLACE, May(f"{here}/photographs", "Add a photograph")))
    return [*possible, *(link for _, link in sorted(links, key=itemgetter(0)))]
