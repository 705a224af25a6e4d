"""The page of a declaration: what was declared, its history, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import completion_of
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.lifting import lift
from register.acts.photographing import room
from register.acts.requesting import ask
from register.acts.withdrawing import withdraw
from register.alerts.whose_move import whose_move
from register.declarations import history
from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from web.forms.declared import answers_in
from web.pages.acts import agreed
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
        answers=answers_in(declaration),
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
    "gift-decided": "Your decision is in the register.",
    "friendship-answered": "Your answer is in the register.",
    "information-requested": "Your question is in the register, and waits for the worker.",
    "information-added": "What you added is in the register.",
    "declaration-corrected": "Your correction is in the register.",
    "declaration-withdrawn": "You have withdrawn this.",
    "action-completed": "You have said that it is done.",
}
"""What a person is told after they did something, by the topic of its event."""


def _last_done(visit: Visit, lines: list[history.Line]) -> str | None:
    """The sentence for the last thing that this person did. It comes from the history and not
    from the address, so it is true also if the address was saved or shared."""
    own = [DONE.get(line.event.TOPIC) for line in lines if line.actor == visit.by]
    return next(filter(None, reversed(own)), None)


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
    is_asked = declaration.question is not None
    for act, address, label, is_move in (
        (acknowledge, f"{here}/acknowledgement", "Acknowledge", True),
        (decide, f"{here}/decision", "Decide", True),
        (answer, f"{here}/answer", "Answer", True),
        (ask, f"{here}/information-request", "Ask for more", False),
        (lift, f"/exclusions/{declaration.id}/lift", "Lift the exclusion", False),
        (inform, f"{here}/information", "Add information", is_asked),
        (correct, f"{here}/correction", "Correct it", False),
    ):
        if act.may(situation):
            possible.append(May(address, label, is_move))
    if declaration.worker == visit.by and room(declaration) > 0:
        possible.append(May(f"{here}/photographs", "Add a photograph"))
    if withdraw.may(situation):
        possible.append(May(f"{here}/withdrawal", "Withdraw it"))
    return possible
