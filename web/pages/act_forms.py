"""The form of every act on a declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from register.acts import all_acts
from register.acts.acknowledging import acknowledge
from register.acts.act import Act
from register.acts.answering import answer
from register.acts.completing import Completion, action_in, completion_of
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.requesting import ask
from register.declarations import history
from register.declarations.declaration import Action
from web.forms import declared
from web.forms.act_form import ActForm, FilledForm, all_of, form_of
from web.pages.acknowledge import ACKNOWLEDGE
from web.pages.correct import CORRECT
from web.pages.decide import ANSWER, DECIDE


def agreed(action: Action) -> str:
    return history.to_do(action.what, action.brought) or "what was agreed"


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
PARTICULAR = {
    acknowledge.name: ACKNOWLEDGE,
    decide.name: DECIDE,
    correct.name: CORRECT,
    answer.name: ANSWER,
    ask.name: form_of(ask, template="ask_for_more.html", beside=declared.beside),
}
"""The forms that are more than questions and a button, by the name of their act."""


def forms() -> Iterator[tuple[Act[Any], ActForm]]:
    """The form of every act."""
    for act in all_acts():
        yield act, PARTICULAR.get(act.name) or form_of(act)
