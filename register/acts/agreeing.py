"""Actions that somebody agrees: what is to be done, by whom, by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from events.declarations import ActionAgreed, ActionWords
from register.acts.situation import Situation
from register.answers import Answers, ComingDay, Line
from register.errors import FieldError
from register.standing.acting import may_be_asked, role_of

MOST_ACTIONS = 20
MAY_NOT_ACT = "Name somebody who may see this and act on it."


class ActionWanted(Answers):
    what: Line = Field(title="What is to be done?")
    by: Annotated[str, Field(min_length=1, max_length=100)] = Field(title="Who does it?")
    due_on: ComingDay = Field(title="By which day?")


def action_agreed(situation: Situation, action: ActionWanted) -> ActionAgreed:
    return ActionAgreed(
        originator_id=situation.declaration.id,
        agreed_by=situation.by.id,
        agreed_at=situation.now,
        by=action.by,
        role=role_of(situation, action.by),
        due_on=action.due_on,
        source=situation.source,
        words=ActionWords(action.what),
    )


def wrong_people(
    situation: Situation, field: str, actions: Sequence[ActionWanted]
) -> list[FieldError]:
    """People who cannot be given an action, each at its place in the list."""
    return [
        not_so(situation, f"{field}.{place}.by", MAY_NOT_ACT, action.by)
        for place, action in enumerate(actions)
        if not may_be_asked(situation, action.by)
    ]


def not_so(situation: Situation, field: str, words: str, named: str) -> FieldError:
    if named not in situation.directory.people:
        return FieldError(field, f"{words} Nobody here has the id {named!r}.")
    return FieldError(field, f"{words} That is not so of {named}.", named)
