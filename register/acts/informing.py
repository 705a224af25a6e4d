"""The worker answers a question about the declaration, or adds information without being asked."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from events.declarations import InformationAdded
from events.declarations import Text as TextWords
from events.event import Event
from events.names import Status, Why
from register.acts.act import Act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import GOES_ON, Declaration
from register.declarations.folding import replay
from register.standing.acting import check_informs
from register.standing.held import ACTING, WORKER


class Information(Answers):
    text: Text = Field(title="What would you like to say?")


def _added(situation: Situation, information: Information) -> list[Event]:
    added = InformationAdded(
        originator_id=situation.declaration.id,
        added_by=situation.by.id,
        added_at=situation.now,
        source=situation.source,
        words=TextWords(information.text),
    )
    return [added]


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """While it is open the same may well be said again, once others have said something."""
    return declaration.since(1 if _is_over(declaration) else declaration.version)


def _is_over(declaration: Declaration) -> bool:
    """What is closed is over, unless somebody has asked something."""
    return declaration.status not in GOES_ON and declaration.question is None


def asked_before(declaration: Declaration) -> str | None:
    """Who had asked what information was last added in answer to; None if nobody had, or if that
    can no longer be read."""
    events = declaration.past
    added = [at for at, event in enumerate(events) if isinstance(event, InformationAdded)]
    before = replay(None, events[: added[-1]]) if added and not declaration.spoiled else None
    return before.question.asked_by if before and before.question else None


def _label(declaration: Declaration) -> str:
    return "Add information" if declaration.question is None else "Answer the question"


inform = ACT = Act(
    name="information",
    operation="inform",
    summary="Add information",
    label=lambda situation: _label(situation.declaration),
    title="Add information",
    button="Send",
    done="What you added is in the register.",
    answers=Why.INFORM,
    awaited="Answer a question",
    place=60,
    is_move=lambda declaration: declaration.question is not None,
    call="information",
    whose=lambda situation: check_informs(situation, "add to it"),
    roles=ACTING | WORKER,
    bodies=(Information,),
    event=InformationAdded,
    says=_added,
    leads={each: (each,) for each in (*GOES_ON, Status.CLOSED)},
    is_over=lambda situation: _is_over(situation.declaration),
    over="This is closed; a correction can still be made.",
    said_before=_said_before,
    is_again_once_over=False,
)
