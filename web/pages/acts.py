"""The acts that need only questions and a button."""

from __future__ import annotations

from typing import Any

from register.acts.answering import FriendshipAnswer, answer
from register.acts.completing import Completion, action_in, completion_of
from register.acts.informing import Information, inform
from register.acts.requesting import InformationWanted, ask
from register.acts.withdrawing import Withdrawal, withdraw
from register.declarations import history
from register.declarations.declaration import Action
from web.forms import declared
from web.forms.act_form import ActForm, FilledForm, all_of, always

INFORM = ActForm(
    title="Add information",
    button="Send",
    asks=all_of(Information),
    does=lambda visit, body: visit.register.inform(visit.by, visit.path["id"], body),
    act=always(inform),
)
WITHDRAW = ActForm(
    title="Withdraw this declaration",
    button="Withdraw",
    words="It stays in the register, with its photographs, marked as withdrawn, and your line "
    "manager sees that.",
    asks=all_of(Withdrawal),
    does=lambda visit, body: visit.register.withdraw(visit.by, visit.path["id"], body),
    act=always(withdraw),
)
ANSWER = ActForm(
    title="Answer",
    button="Answer",
    asks=all_of(FriendshipAnswer),
    does=lambda visit, body: visit.register.answer(visit.by, visit.path["id"], body),
    act=always(answer),
    template="answer.html",
    beside=declared.beside,
)
ASK_FOR_MORE = ActForm(
    title="Ask for more",
    button="Ask",
    asks=all_of(InformationWanted),
    does=lambda visit, body: visit.register.ask(visit.by, visit.path["id"], body),
    act=always(ask),
    template="ask_for_more.html",
    beside=declared.beside,
)


def agreed(action: Action) -> str:
    return history.to_do(action.what) if action.what else "what was agreed"


def _what_was_agreed(form: FilledForm) -> dict[str, Any]:
    action = action_in(form.situation.declaration, form.visit.path["action"])
    return {"words": f"What was agreed: {agreed(action)}."}


COMPLETE = ActForm(
    title="Say that it is done",
    button="It is done",
    asks=all_of(Completion),
    does=lambda visit, body: visit.register.complete(
        visit.by, visit.path["id"], visit.path["action"], body
    ),
    act=lambda visit: completion_of(visit.path["action"]),
    beside=_what_was_agreed,
)
