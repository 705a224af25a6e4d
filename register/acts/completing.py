"""Somebody has done an agreed action, and gives the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from events.declarations import ActionCompleted, Evidence
from events.event import Event
from events.names import Status, Why
from register.acts.act import Act, Parts
from register.acts.situation import Situation
from register.answers import Answers
from register.declarations.declaration import Action, Declaration
from register.declarations.history import to_do
from register.errors import ForbiddenError, NotFoundError
from register.kinds import all_kinds, brought_by, brought_named, once_done
from register.kinds.kind import Completion
from register.standing.acting import may_complete
from register.standing.held import ACTING, WORKER

COMPLETING_LEADS_TO = {Status.AWAITING_ACTION: (Status.AWAITING_ACTION, Status.CLOSED)}
"""While other things wait, an action from before may still be completed; the state stays."""
NOT_THEIRS = "Only the person who is to do it may say that it is done."


def done_by(kind: str, brought: str | None) -> type[Answers]:
    """What is said by whoever has done an action; `brought` is its name, if an outcome of this
    kind brings it."""
    found = brought_named(kind, brought)
    return found.done if found else Completion


OTHER = dict.fromkeys(each.done for kind in all_kinds().values() for each in brought_by(kind))


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


def _i_have_done(situation: Situation) -> str:
    """Such as "I have given it back"; what somebody wrote down as agreed is quoted."""
    action = _action(situation)
    done = once_done(action.brought) if action.brought else ""
    return f"I have {done}" if done else f"I have done this: {_agreed(situation)}"


def _check_is_theirs(situation: Situation) -> None:
    if not may_complete(situation, _action(situation)):
        raise ForbiddenError(NOT_THEIRS)


def _asked(situation: Situation) -> type[Answers]:
    return done_by(situation.declaration.kind, _action(situation).brought)


def _evidence(completion: Answers) -> Evidence:
    if isinstance(completion, Completion):
        return Evidence(completion.evidence)
    return Evidence(answers=completion.model_dump(mode="json"))


def _completed(situation: Situation, completion: Answers) -> list[Event]:
    completed = ActionCompleted(
        originator_id=situation.declaration.id,
        action=_action(situation).id,
        completed_by=situation.by.id,
        completed_at=situation.now,
        source=situation.source,
        words=_evidence(completion),
    )
    return [completed]


complete = ACT = Act(
    name="completion",
    at="/declarations/{id}/actions/{action}/completion",
    parts=Parts("action", _actions),
    operation="complete",
    summary="Complete an action",
    label=_i_have_done,
    title="Say that it is done",
    button="It is done",
    words=lambda situation: f"What was agreed: {_agreed(situation)}.",
    done="You have said that it is done.",
    answers=Why.COMPLETE,
    awaited="Do what was agreed",
    place=5,
    call="this",
    whose=_check_is_theirs,
    roles=ACTING | WORKER,
    bodies=(Completion, *(each for each in OTHER if each is not Completion)),
    body=lambda _, situation: _asked(situation),
    event=ActionCompleted,
    says=_completed,
    leads={each: COMPLETING_LEADS_TO.get(each, (each,)) for each in Status},
    over="This was done already.",
    is_over=lambda situation: not _action(situation).is_open,
)
