"""Somebody has done an agreed action, and gives the evidence."""

from __future__ import annotations

from pydantic import Field

from events.declarations import ActionCompleted, Evidence
from events.event import Event
from events.names import Status
from register.acts.act import Act, Whose
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import Action, Declaration
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import may_complete

COMPLETING_LEADS_TO = {Status.AWAITING_ACTION: (Status.AWAITING_ACTION, Status.CLOSED)}
"""While other things wait, an action from before may still be completed; the state stays."""
NOT_THEIRS = "Only the person who is to do it may say that it is done."


class Completion(Answers):
    evidence: Text = Field(
        title="How can it be seen?", description="Such as: given back to her daughter on Monday."
    )


def complete(situation: Situation, body: object, action_id: str) -> list[Event]:
    return completion_of(action_id)(situation, body)


def completion_of(action_id: str) -> Act[Completion]:
    """The act of completing one action of a declaration."""

    def check_is_theirs(situation: Situation) -> None:
        if not may_complete(situation, action_in(situation.declaration, action_id)):
            raise ForbiddenError(NOT_THEIRS)

    def completed(situation: Situation, completion: Completion) -> list[Event]:
        event = ActionCompleted(
            originator_id=situation.declaration.id,
            action=action_id,
            completed_by=situation.by.id,
            completed_at=situation.now,
            source=situation.source,
            words=Evidence(completion.evidence),
        )
        return [event]

    def is_done(declaration: Declaration) -> bool:
        return not action_in(declaration, action_id).is_open

    return Act(
        name=action_id,
        operation="complete",
        summary="Complete an action",
        label="Done",
        title="Say that it is done",
        button="It is done",
        call="this",
        whose=Whose(False, check_is_theirs),
        bodies=(Completion,),
        says=completed,
        leads={each: COMPLETING_LEADS_TO.get(each, (each,)) for each in Status},
        over="This was done already.",
        is_over=is_done,
    )


def action_in(declaration: Declaration, action_id: str) -> Action:
    """Raises `NotFoundError`."""
    for action in declaration.actions:
        if action.id == action_id:
            return action
    raise NotFoundError("This declaration has no such action.")
