"""The person who must act asks the worker for more information."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from events.declarations import InformationRequested
from events.declarations import Text as TextWords
from events.event import Event
from events.names import Role, Status
from register.acts.act import Act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import LET_BE, WAITING_FOR_SOMEBODY, Declaration
from register.standing.acting import check_holds_one_of, check_holds_role


class InformationWanted(Answers):
    text: Text = Field(title="What would you like to know?")


def check_is_theirs(situation: Situation) -> Role:
    """Gives the role in which they ask: the one that must act; of what was closed at once, the line
    manager's or the director's."""
    if situation.declaration.is_closed_at_once:
        return check_holds_one_of(situation, (Role.LINE_MANAGER, Role.SERVICE_DIRECTOR), DOING)
    return check_holds_role(situation, DOING)


def _requested(situation: Situation, wanted: InformationWanted) -> list[Event]:
    requested = InformationRequested(
        originator_id=situation.declaration.id,
        requested_by=situation.by.id,
        requested_at=situation.now,
        role=check_is_theirs(situation),
        due_at=situation.next_due_at(),
        source=situation.source,
        words=TextWords(wanted.text),
    )
    return [requested]


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """Until somebody settles it the same may well be asked again, once others have said
    something."""
    return declaration.since(1 if _is_over(declaration) else declaration.version)


def _is_over(declaration: Declaration) -> bool:
    return declaration.is_settled and not declaration.is_closed_at_once


def _has_left(situation: Situation) -> bool:
    return not situation.directory.is_here(situation.declaration.worker)


def _over(situation: Situation) -> str:
    return HAS_LEFT if _has_left(situation) else "This is settled; there is nothing left to ask."


HAS_LEFT = "The worker has left and cannot answer. Ask somebody who knows, and add a note."
DOING = "ask a question"
ask = ACT = Act(
    name="information-request",
    operation="ask",
    summary="Ask the worker a question",
    label="Ask a question",
    title="Ask a question",
    button="Ask",
    done="We asked {worker}. You will see the answer here.",
    place=20,
    is_move=lambda _: False,
    call="a question",
    takes=lambda declaration: declaration.acts is not None or declaration.is_closed_at_once,
    whose=check_is_theirs,
    bodies=(InformationWanted,),
    event=InformationRequested,
    says=_requested,
    leads={each: (each,) for each in (*WAITING_FOR_SOMEBODY, Status.AWAITING_REVIEW, *LET_BE)},
    is_over=lambda situation: _is_over(situation.declaration) or _has_left(situation),
    over=_over,
    said_before=_said_before,
    is_again_once_over=False,
)
