"""What a declaration tells of is handed over to others: safeguarding, HR or the regulator."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.declarations import DeclarationHandedOver, HandOverWords
from events.event import Event
from events.names import Role, Status
from register.acts.act import Act, Whose
from register.acts.situation import Situation
from register.answers import Answers, Line, Text, labelled
from register.declarations.history import actor_of
from register.standing.acting import check_holds_one_of


class HandOver(Answers):
    to: Annotated[
        Literal["safeguarding", "hr", "regulator"],
        labelled(safeguarding="Safeguarding", hr="HR", regulator="The regulator"),
    ] = Field(title="To whom?")
    reference: Line = Field(
        title="Their reference",
        description="Their case number. If you do not have it yet, come back when you do.",
    )
    note: Text | None = Field(default=None, title="What should be known about it?")


def whoever_is_concerned(doing: str) -> Whose:
    """An act of whoever holds the acting role (the line manager, where nobody acts), of the
    director of the service, and of whoever acted."""

    def check(situation: Situation) -> None:
        declaration = situation.declaration
        acted = {actor_of(each) for each in declaration.past} - {declaration.worker}
        if situation.by.id not in acted:
            roles = (declaration.acts or Role.LINE_MANAGER, Role.SERVICE_DIRECTOR)
            check_holds_one_of(situation, tuple(dict.fromkeys(roles)), doing)

    return check


def _handed_over(situation: Situation, said: HandOver) -> list[Event]:
    handed_over = DeclarationHandedOver(
        originator_id=situation.declaration.id,
        handed_over_by=situation.by.id,
        handed_over_at=situation.now,
        to=said.to,
        source=situation.source,
        words=HandOverWords(said.reference, said.note),
    )
    return [handed_over]


hand_over = ACT = Act(
    name="hand-over",
    operation="hand_over",
    summary="Hand over",
    label="Hand it over",
    title="Hand it over",
    button="Note that I handed it over",
    done="Hand-over noted.",
    words="This only notes that you have handed it over: the register tells nobody outside. "
    "Everybody who sees this declaration reads it, the worker too.",
    place=50,
    is_move=lambda _: False,
    call="a hand-over",
    whose=whoever_is_concerned("hand it over"),
    bodies=(HandOver,),
    event=DeclarationHandedOver,
    says=_handed_over,
    leads={each: (each,) for each in Status},
    over="It can no longer be handed over.",
    is_again_once_over=False,
)
