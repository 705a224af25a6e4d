"""Somebody has done an agreed action, and gives the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from events.declarations import ActionCompleted, Evidence
from events.event import Event
from events.names import Status, Why
from register.acts.act import Act, Parts
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import Action, Declaration
from register.declarations.history import to_do
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import may_complete

COMPLETING_LEADS_TO = {Status.AWAITING_ACTION: (Status.AWAITING_ACTION, Status.CLOSED)}
"""While other things wait, an action from before may still be completed; the state stays."""
NOT_THEIRS = "Only the person who is to do it may say that it is done."


class Completion(Answers):
    evidence: Text = Field(
        title="How can it be seen?", description="Such as: given back to her daughter on Monday."
    )


def _action(situation: Situation) -> Action:
    """The action of this situation. Raises `NotFoundError`."""
    for action in situation.declaration.actions:
        if action.id == situation.part:
            return action
    raise NotFoundError("This declaration has no such action.")


def _actions(declaration: Declaration) -> Sequence[str]:
    return [each.id for each in sorted(declaration.actions, key=lambda each: each.due_on)]


def _agreed(situation: Situation) -> str:
    action = _action(situation)
    return to_do(action.what, action.brought) or "what was agreed"


def _check_is_theirs(situation: Situation) -> None:
    if not may_complete(situation, _action(situation)):
        raise ForbiddenError(NOT_THEIRS)


def _completed(situation: Situation, completion: Completion) -> list[Event]:
    completed = ActionCompleted(
        originator_id=situation.declaration.id,
        action=_action(situation).id,
        completed_by=situation.by.id,
        completed_at=situation.now,
        source=situation.source,
        words=Evidence(completion.evidence),
    )
    return [completed]


complete = ACT = Act(
    name="completion",
    at="/declarations/{id}/actions/{action}/completion",
    parts=Parts("action", _actions),
    operation="complete",
    summary="Complete an action",
    label=lambda situation: f"Done: {_agreed(situation)}",
    title="Say that it is done",
    button="It is done",
    words=lambda situation: f"What was agreed: {_agreed(situation)}.",
    done="You have said that it is done.",
    answers=Why.COMPLETE,
    awaited="Do what was agreed",
    place=5,
    call="this",
    whose=_check_is_theirs,
    bodies=(Completion,),
    event=ActionCompleted,
    says=_completed,
    leads={each: COMPLETING_LEADS_TO.get(each, (each,)) for each in Status},
    over="This was done already.",
    is_over=lambda situation: not _action(situation).is_open,
)
