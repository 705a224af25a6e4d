"""One declaration: what was said, what became of it, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from register.acts.completing import NOT_THEIRS, Completion
from register.acts.declaring import TELLINGS
from register.acts.informing import Information
from register.acts.photographing import room
from register.acts.withdrawing import Withdrawal
from register.alerts.whose_move import whose_move
from register.declarations import history
from register.declarations.declaration import Action, Declaration
from register.errors import FieldError, ForbiddenError, InvalidError, NotFoundError
from register.kinds import all_kinds
from register.standing.holding import who_holds
from web.forms import acts
from web.forms.acts import Act, summary
from web.forms.questions import Question, answered, filled, questions
from web.requests.visit import Visit, auditor

INFORM = Act(
    "Add information",
    Information,
    lambda visit, declaration, body: visit.register.inform(visit.by, declaration, body),
)
WITHDRAW = Act(
    "Withdraw this declaration",
    Withdrawal,
    lambda visit, declaration, body: visit.register.withdraw(visit.by, declaration, body),
    "Withdraw",
    "It stays in the register, with its photographs, marked as withdrawn, and your line manager "
    "sees that.",
)
COMPLETE = Act(
    "Say that it is done",
    Completion,
    lambda visit, declaration, body: visit.register.complete(
        visit.by, declaration, visit.path["action"], body
    ),
    "It is done",
)


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
        answers=shown_answers(declaration),
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
"""What somebody is told who has just done it, by the event that it became."""


def _last_done(visit: Visit, lines: list[history.Line]) -> str | None:
    """True also where an address is kept or passed on: it is looked up, never taken from there."""
    own = [DONE.get(line.event.TOPIC) for line in lines if line.actor == visit.by]
    return next(filter(None, reversed(own)), None)


def shown_answers(declaration: Declaration) -> list[Question]:
    kind = all_kinds().get(declaration.kind)
    if kind is None or declaration.details is None:
        return []
    return filled(questions(kind.details), declaration.details)


@dataclass(frozen=True)
class May:
    """Something that somebody may do now; `is_move`: it is what the declaration waits for."""

    address: str
    label: str
    is_move: bool = False


def what_may_be_done(visit: Visit, declaration: Declaration) -> list[May]:
    here = f"/declarations/{declaration.id}"
    found = [
        May(f"{here}/actions/{action.id}", f"Done: {_agreed(action)}", is_move=True)
        for action in declaration.open_actions
        if action.by == visit.by
    ]
    acts_now = None if declaration.is_settled else declaration.ruling.acts
    if acts_now is not None and _holds(visit, declaration, acts_now):
        path, label = SETTLE[declaration.status]
        found += [May(f"{here}/{path}", label, is_move=True)]
        found += [May(f"{here}/information-request", "Ask for more")]
    if declaration.excludes and _holds(visit, declaration, "line_manager"):
        found.append(May(f"/exclusions/{declaration.id}/lift", "Lift the exclusion"))
    if declaration.worker == visit.by:
        found += _own(declaration, here)
    return found


def _agreed(action: Action) -> str:
    return history.to_do(action.what) if action.what else "what was agreed"


def _holds(visit: Visit, declaration: Declaration, role: str) -> bool:
    return visit.by == who_holds(visit.directory, role, declaration.worker, declaration.service)


SETTLE = {
    "awaiting_acknowledgement": ("acknowledgement", "Acknowledge"),
    "awaiting_decision": ("decision", "Decide"),
    "awaiting_answer": ("answer", "Answer"),
}


def _own(declaration: Declaration, here: str) -> list[May]:
    if declaration.status == "withdrawn":
        return []
    found = [May(f"{here}/correction", "Correct it")]
    if declaration.status != "closed":
        is_asked = declaration.question is not None
        found.insert(0, May(f"{here}/information", "Add information", is_move=is_asked))
    if room(declaration) > 0:
        found.append(May(f"{here}/photographs", "Add a photograph"))
    if not declaration.is_settled and not declaration.was_ever_settled:
        found.append(May(f"{here}/withdrawal", "Withdraw it"))
    return found


def ask_information(visit: Visit) -> Response:
    acts.check_is_own(visit, "add to it")
    return acts.ask(visit, INFORM)


def inform(visit: Visit) -> Response:
    return acts.send(visit, INFORM)


def ask_withdrawal(visit: Visit) -> Response:
    acts.check_is_own(visit, "withdraw it")
    return acts.ask(visit, WITHDRAW)


def withdraw(visit: Visit) -> Response:
    return acts.send(visit, WITHDRAW)


def ask_completion(visit: Visit) -> Response:
    action = _action(visit)
    if action.by != visit.by:
        raise ForbiddenError(NOT_THEIRS)
    return acts.ask(visit, replace(COMPLETE, help=f"What was agreed: {_agreed(action)}."))


def complete(visit: Visit) -> Response:
    return acts.send(visit, COMPLETE)


def _action(visit: Visit) -> Action:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    for action in declaration.actions:
        if action.id == visit.path["action"]:
            return action
    raise NotFoundError("This declaration has no such action.")


CORRECTED = ("service_user", "happened_on", "reason")


def ask_correction(visit: Visit) -> Response:
    acts.check_is_own(visit, "correct it")
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    values = {
        "service_user": declaration.service_user,
        "happened_on": declaration.happened_on.isoformat(),
        "details": declaration.details or {},
    }
    return _correction_form(visit, declaration, values, ())


def correct(visit: Visit) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    body = {"details": {}, **answered(_correction_questions(declaration), visit.form)}
    try:
        visit.register.correct(visit.by, visit.path["id"], body)
    except InvalidError as error:
        return _correction_form(visit, declaration, body, error.errors)
    return acts.done(visit, str(declaration.id))


def _correction_questions(declaration: Declaration) -> list[Question]:
    from register.acts.correcting import CORRECTIONS

    asked = {each.name: each for each in questions(CORRECTIONS[declaration.kind])}
    told = {each.name: each.label for each in questions(TELLINGS[declaration.kind])}
    facts = [replace(asked[each], label=told[each]) for each in ("happened_on", "service_user")]
    details = questions(all_kinds()[declaration.kind].details, "details.")
    return [*facts, *details, asked["reason"]]


def _correction_form(
    visit: Visit, declaration: Declaration, values: dict[str, Any], errors: Any
) -> Response:
    asked = filled(_correction_questions(declaration), values, errors)
    errors_found: list[FieldError] = list(errors)
    return visit.page(
        "act.html",
        "Correct this declaration",
        status=422 if errors_found else 200,
        back=f"/declarations/{declaration.id}",
        act=Act(
            "Correct this declaration",
            Withdrawal,
            WITHDRAW.does,
            "Send the correction",
            "Nothing is overwritten: what you said before stays in the history.",
        ),
        declaration=declaration,
        questions=asked,
        errors=summary(asked, errors_found),
    )
