"""A worker takes a concern further, outside the line (000; 003 9.0 C), and notes that they did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from events.event import Event
from events.further import DeclarationTakenFurther, FurtherWords, further_stream
from events.names import Status, TakenTo
from register.acts.act import Act, the_worker
from register.acts.situation import Situation
from register.answers import Answers, Line, labelled
from register.declarations.declaration import Declaration
from register.kinds import all_kinds
from register.standing.held import WORKER, Of


class Further(Answers):
    to: Annotated[
        Literal["whistleblowing", "regulator", "professional_body"],
        labelled(
            whistleblowing="By the whistleblowing policy",
            regulator="To the regulator of the service",
            professional_body="To the professional body",
        ),
    ] = Field(title="How did you take it further?")
    reference: Line | None = Field(
        default=None, title="Their reference", description="Leave it blank if you have none."
    )


def _goes_further(declaration: Declaration) -> bool:
    return declaration.kind in all_kinds() and all_kinds()[declaration.kind].goes_further


def _taken(situation: Situation, said: Further) -> list[Event]:
    taken = DeclarationTakenFurther(
        originator_id=further_stream(situation.declaration.id),
        declaration=situation.declaration.id,
        taken_by=situation.by.id,
        taken_at=situation.now,
        words=FurtherWords(TakenTo(said.to), said.reference),
    )
    return [taken]


def _past(situation: Situation) -> Sequence[Event]:
    return situation.further


take_further = ACT = Act(
    name="taken-further",
    operation="take_further",
    summary="Note that it was taken further",
    label="Take it further",
    title="Take it further",
    button="Note that I took it further",
    done="Noted. Nobody reads this but you, and auditors who may read what few may know.",
    words="This only notes that you did: the register tells nobody. You do not have to note it.",
    place=90,
    is_move=lambda _: False,
    call="being taken further",
    takes=_goes_further,
    whose=the_worker("take it further"),
    roles=WORKER,
    of=Of.OWN,
    bodies=(Further,),
    event=DeclarationTakenFurther,
    says=_taken,
    past=_past,
    leads={each: (each,) for each in Status},
    over="It can no longer be taken further.",
    is_again_once_over=False,
)
