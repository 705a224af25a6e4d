"""The acts that need only questions and a button."""

from __future__ import annotations

from typing import Any

from register.acts.answering import FriendshipAnswer
from register.acts.completing import NOT_THEIRS, Completion
from register.acts.informing import Information
from register.acts.requesting import InformationWanted
from register.acts.situation import Situation
from register.acts.withdrawing import Withdrawal
from register.declarations import history
from register.declarations.declaration import Action, Declaration
from register.declarations.names import Status
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import may_complete
from web.forms import declared
from web.forms.act_form import ActForm, FilledForm, all_of
from web.forms.allowed import the_worker, whoever_must_act
from web.requests.visit import Visit

INFORM = ActForm(
    title="Add information",
    button="Send",
    asks=all_of(Information),
    does=lambda visit, body: visit.register.inform(visit.by, visit.path["id"], body),
    check=the_worker("add to it"),
)
WITHDRAW = ActForm(
    title="Withdraw this declaration",
    button="Withdraw",
    words="It stays in the register, with its photographs, marked as withdrawn, and your line "
    "manager sees that.",
    asks=all_of(Withdrawal),
    does=lambda visit, body: visit.register.withdraw(visit.by, visit.path["id"], body),
    check=the_worker("withdraw it"),
)
ANSWER = ActForm(
    title="Answer",
    button="Answer",
    asks=all_of(FriendshipAnswer),
    does=lambda visit, body: visit.register.answer(visit.by, visit.path["id"], body),
    check=whoever_must_act("an answer", "answer it", Status.AWAITING_ANSWER),
    template="answer.html",
    beside=declared.beside,
)
ASK_FOR_MORE = ActForm(
    title="Ask for more",
    button="Ask",
    asks=all_of(InformationWanted),
    does=lambda visit, body: visit.register.ask(visit.by, visit.path["id"], body),
    check=whoever_must_act("a question", "ask for more"),
    template="ask_for_more.html",
    beside=declared.beside,
)


def agreed(action: Action) -> str:
    return history.to_do(action.what) if action.what else "what was agreed"


def _action(visit: Visit, declaration: Declaration) -> Action:
    for action in declaration.actions:
        if action.id == visit.path["action"]:
            return action
    raise NotFoundError("This declaration has no such action.")


def _check_is_theirs(visit: Visit, situation: Situation) -> None:
    if not may_complete(situation, _action(visit, situation.declaration)):
        raise ForbiddenError(NOT_THEIRS)


def _what_was_agreed(form: FilledForm) -> dict[str, Any]:
    action = _action(form.visit, form.situation.declaration)
    return {"words": f"What was agreed: {agreed(action)}."}


COMPLETE = ActForm(
    title="Say that it is done",
    button="It is done",
    asks=all_of(Completion),
    does=lambda visit, body: visit.register.complete(
        visit.by, visit.path["id"], visit.path["action"], body
    ),
    check=_check_is_theirs,
    beside=_what_was_agreed,
)
