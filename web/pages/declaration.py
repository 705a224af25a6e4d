"""The page of a declaration: what was declared, its history, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from register.acts.photographing import room
from register.alerts.whose_move import whose_move
from register.declarations import history
from register.declarations.declaration import Declaration
from register.declarations.names import Role, Status
from register.kinds import all_kinds
from register.standing.acting import Standing, may_complete
from register.standing.holding import who_holds
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
    here = f"/declarations/{declaration.id}"
    standing = Standing(declaration, visit.person, visit.directory)
    possible = [
        May(f"{here}/actions/{action.id}", f"Done: {agreed(action)}", is_move=True)
        for action in declaration.open_actions
        if may_complete(standing, action)
    ]
    acts_now = None if declaration.is_settled else declaration.ruling.acts
    if acts_now is not None and _holds(visit, declaration, acts_now):
        path, label = SETTLE[declaration.status]
        possible += [May(f"{here}/{path}", label, is_move=True)]
        possible += [May(f"{here}/information-request", "Ask for more")]
    if declaration.excludes and _holds(visit, declaration, Role.LINE_MANAGER):
        possible.append(May(f"/exclusions/{declaration.id}/lift", "Lift the exclusion"))
    if declaration.worker == visit.by:
        possible += _own(declaration, here)
    return possible


def _holds(visit: Visit, declaration: Declaration, role: Role) -> bool:
    return visit.by == who_holds(visit.directory, role, declaration.worker, declaration.service)


SETTLE = {
    Status.AWAITING_ACKNOWLEDGEMENT: ("acknowledgement", "Acknowledge"),
    Status.AWAITING_DECISION: ("decision", "Decide"),
    Status.AWAITING_ANSWER: ("answer", "Answer"),
}


def _own(declaration: Declaration, here: str) -> list[May]:
    if declaration.status == Status.WITHDRAWN:
        return []
    possible = [May(f"{here}/correction", "Correct it")]
    if declaration.status != Status.CLOSED:
        is_asked = declaration.question is not None
        possible.insert(0, May(f"{here}/information", "Add information", is_move=is_asked))
    if room(declaration) > 0:
        possible.append(May(f"{here}/photographs", "Add a photograph"))
    if not declaration.is_settled and not declaration.was_ever_settled:
        possible.append(May(f"{here}/withdrawal", "Withdraw it"))
    return possible
