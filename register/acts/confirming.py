"""A worker says that what somebody entered for them is what they told."""

from __future__ import annotations

from events.confirming import DeclarationConfirmed
from events.event import Event
from events.names import Status, Why
from register.acts.act import Act
from register.acts.situation import Situation
from register.answers import Answers
from register.declarations.declaration import Declaration
from register.declarations.on_behalf import how_told
from register.standing.acting import check_confirms
from register.standing.held import ACTING, WORKER


class Confirmation(Answers):
    """Nothing but that it is so."""


def _confirmed(situation: Situation, _said: Confirmation) -> list[Event]:
    confirmed = DeclarationConfirmed(
        originator_id=situation.declaration.id,
        confirmed_by=situation.by.id,
        confirmed_at=situation.now,
        source=situation.source,
    )
    return [confirmed]


def waits(declaration: Declaration) -> bool:
    return declaration.on_behalf is not None and declaration.on_behalf.waits


def _words(situation: Situation) -> str:
    told = situation.declaration.on_behalf
    how = f" {how_told(told)}" if told else ""
    if situation.by.id == situation.declaration.worker:
        return f"This was entered for you, from what you told{how}. If it is wrong, correct it."
    return f"This was entered from what the worker told{how}. Speak with them before you confirm."


confirm = ACT = Act(
    name="confirmation",
    operation="confirm",
    summary="Confirm what was entered for you",
    label="Confirm: this is what I told",
    title="Is this what you told?",
    button="Confirm",
    done="You have confirmed it.",
    words=_words,
    answers=Why.CONFIRM,
    awaited="Check what was entered for you",
    place=4,
    is_move=waits,
    call="a confirmation",
    takes=lambda declaration: declaration.on_behalf is not None,
    whose=lambda situation: check_confirms(situation, "confirm it"),
    roles=ACTING | WORKER,
    bodies=(Confirmation,),
    event=DeclarationConfirmed,
    says=_confirmed,
    leads={each: (each,) for each in Status},
    is_over=lambda situation: not waits(situation.declaration),
    over="You have confirmed or corrected this already.",
)
