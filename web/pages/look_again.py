"""Looking again: at a correction, with every version beside it, or at a withdrawal."""

from __future__ import annotations

from dataclasses import replace

from register.acts.reviewing import LookedAgain, looked_at, review
from register.acts.situation import Situation
from register.declarations.names import Reviewed
from web.forms import declared
from web.forms.act_form import form_of
from web.forms.questions import Question, questions
from web.requests.visit import Visit

AGREE = "Do you agree that they take it back?"
THEN = "Yes: it is withdrawn. No: it goes on as before."


def _asks(visit: Visit, situation: Situation) -> list[Question]:
    stands, settled, reason = questions(LookedAgain)
    if looked_at(situation.declaration) is Reviewed.WITHDRAWAL:
        return [replace(stands, label=AGREE, hint=THEN), reason]
    if situation.declaration.review is None or not situation.declaration.is_firm_settled:
        return [stands, reason]
    return [stands, settled, reason]


LOOK_AGAIN = form_of(review, asks=_asks, template="settle.html", beside=declared.beside)
