"""The form of every act on a declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from register.acts import all_acts
from register.acts.acknowledging import acknowledge
from register.acts.act import Act
from register.acts.answering import answer
from register.acts.confirming import confirm
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.lifting import lift
from register.acts.reopening import reopen
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.taking_further import take_further
from web.forms import declared
from web.forms.act_form import ActForm, FilledForm, form_of
from web.forms.lateness import told_late
from web.pages.acknowledge import ACKNOWLEDGE
from web.pages.correct import CORRECT
from web.pages.decide import ANSWER, DECIDE
from web.pages.exclusions import LIFT
from web.pages.inform import INFORM
from web.pages.look_again import LOOK_AGAIN
from web.pages.on_behalf import CONFIRM
from web.pages.take_further import TAKE_FURTHER


def _anew(form: FilledForm) -> dict[str, Any]:
    """What is shown to whoever opens it again: not how late they were themselves."""
    visit, about = form.visit, form.situation.declaration
    return {**declared.beside(form), "lateness": list(told_late(visit, about))}


PARTICULAR = {
    acknowledge.name: ACKNOWLEDGE,
    decide.name: DECIDE,
    confirm.name: CONFIRM,
    correct.name: CORRECT,
    answer.name: ANSWER,
    inform.name: INFORM,
    lift.name: LIFT,
    review.name: LOOK_AGAIN,
    take_further.name: TAKE_FURTHER,
    reopen.name: form_of(reopen, template="settle.html", beside=_anew),
    ask.name: form_of(ask, template="ask_for_more.html", beside=declared.beside),
}
"""The forms that are more than questions and a button, by the name of their act."""


def forms() -> Iterator[tuple[Act[Any], ActForm]]:
    """The form of every act."""
    for act in all_acts():
        yield act, PARTICULAR.get(act.name) or form_of(act)
