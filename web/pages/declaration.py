"""One declaration: what was said, what became of it, and what may be done with it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from register import history
from register.asking import Information
from register.completing import NOT_THEIRS, Completion
from register.declaration import Declaration
from register.errors import FieldError, ForbiddenError, InvalidError, NotFoundError
from register.kinds import all_kinds
from register.photographing import room
from register.withdrawing import Withdrawal
from web.forms import Question, answered, filled, questions
from web.pages import acts
from web.pages.acts import Act, summary
from web.pages.visit import Visit, auditor

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
    lines = history.lines(declaration.past, visit.register.read.name)
    return visit.page(
        "declaration.html",
        kind.title if kind else declaration.kind,
        declaration=declaration,
        as_at=as_at,
        answers=shown_answers(declaration),
        photographs=visit.register.photographs.seen(declaration),
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


def what_may_be_done(visit: Visit, declaration: Declaration) -> list[tuple[str, str]]:
    """The acts that are this person's now: a label, and the address of each."""
    here = f"/declarations/{declaration.id}"
    found = [
        (f"{here}/actions/{action.id}", f"Done: {action.what or 'what was agreed'}")
        for action in declaration.open_actions
        if action.by == visit.by
    ]
    acts_now = None if declaration.is_settled else declaration.outcome.acts
    if acts_now is not None and _holds(visit, declaration, acts_now):
        found += [(f"{here}/{path}", label) for path, label in SETTLE[declaration.status]]
    if declaration.excludes and _holds(visit, declaration, "line_manager"):
        found.append((f"/exclusions/{declaration.id}/lift", "Lift the exclusion"))
    if declaration.worker == visit.by:
        found += [(f"{here}/{path}", label) for path, label in _own(declaration)]
    return found


def _holds(visit: Visit, declaration: Declaration, role: str) -> bool:
    return visit.by == visit.directory.holder(role, declaration.worker, declaration.service)


ASK = ("information-request", "Ask for more")
SETTLE = {
    "awaiting_acknowledgement": [("acknowledgement", "Acknowledge"), ASK],
    "awaiting_decision": [("decision", "Decide"), ASK],
    "awaiting_answer": [("answer", "Answer"), ASK],
}


def _own(declaration: Declaration) -> list[tuple[str, str]]:
    if declaration.status == "withdrawn":
        return []
    found = [("correction", "Correct it")]
    if declaration.status != "closed":
        found.insert(0, ("information", "Add information"))
    if room(declaration) > 0:
        found.append(("photographs", "Add a photograph"))
    if not declaration.is_settled and not declaration.was_ever_settled:
        found.append(("withdrawal", "Withdraw it"))
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
    if _action(visit).by != visit.by:
        raise ForbiddenError(NOT_THEIRS)
    return acts.ask(visit, COMPLETE)


def complete(visit: Visit) -> Response:
    return acts.send(visit, COMPLETE)


def _action(visit: Visit) -> Any:
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
    from register.correcting import CORRECTIONS

    asked = {each.name: each for each in questions(CORRECTIONS[declaration.kind])}
    details = questions(all_kinds()[declaration.kind].details, "details.")
    return [asked["service_user"], asked["happened_on"], *details, asked["reason"]]


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
