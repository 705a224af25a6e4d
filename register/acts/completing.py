"""Somebody has done an agreed action, and gives the evidence."""

from __future__ import annotations

from pydantic import Field

from events.declarations import ActionCompleted, Evidence
from events.event import Event
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.declarations.declaration import Action
from register.errors import ConflictError, ForbiddenError, NotFoundError
from register.standing.acting import check_takes, may_complete
from register.standing.seeing import check_may_see

NOT_THEIRS = "Only the person who is to do it may say that it is done."


class Completion(Answers):
    evidence: Text = Field(
        title="How can it be seen?", description="Such as: given back to her daughter on Monday."
    )


def complete(situation: Situation, body: object, action_id: str) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "this", takes=True)
    action = _action(situation, action_id)
    if not may_complete(situation, action):
        raise ForbiddenError(NOT_THEIRS)
    completed = ActionCompleted(
        originator_id=declaration.id,
        action=action.id,
        completed_by=situation.by.id,
        completed_at=situation.now,
        source=situation.source,
        words=Evidence(read(Completion, body).evidence),
    )
    if declaration.holds(completed):
        return []
    if not action.is_open:
        raise ConflictError("This was done already.")
    return [completed]


def _action(situation: Situation, action_id: str) -> Action:
    for action in situation.declaration.actions:
        if action.id == action_id:
            return action
    raise NotFoundError("This declaration has no such action.")
