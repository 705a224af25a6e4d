"""The person who must act asks the worker for more information."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from events.declarations import InformationRequested
from events.declarations import Text as TextWords
from events.event import Event
from events.names import Status
from register.acts.act import Act, whoever_must_act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import WAITING_FOR_SOMEBODY, Declaration
from register.standing.acting import check_holds_role


class InformationWanted(Answers):
    text: Text = Field(title="What would you like to know?")


def _requested(situation: Situation, wanted: InformationWanted) -> list[Event]:
    requested = InformationRequested(
        originator_id=situation.declaration.id,
        requested_by=situation.by.id,
        requested_at=situation.now,
        role=check_holds_role(situation, DOING),
        due_at=situation.next_due_at(),
        source=situation.source,
        words=TextWords(wanted.text),
    )
    return [requested]


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """Until it is settled the same may well be asked again, once others have said something."""
    return declaration.since(1 if declaration.is_settled else declaration.version)


DOING = "ask for more"
ask = ACT = Act(
    name="information-request",
    operation="ask",
    summary="Ask the worker for more",
    label="Ask for more",
    title="Ask for more",
    button="Ask",
    done="Your question is in the register, and waits for the worker.",
    place=20,
    is_move=lambda _: False,
    call="a question",
    takes=lambda declaration: declaration.acts is not None,
    whose=whoever_must_act(DOING),
    bodies=(InformationWanted,),
    event=InformationRequested,
    says=_requested,
    leads={each: (each,) for each in (*WAITING_FOR_SOMEBODY, Status.AWAITING_REVIEW)},
    over="This is settled; there is nothing left to ask.",
    said_before=_said_before,
    is_again_once_over=False,
)
