"""Whoever must act asks the worker for more; the worker answers, or adds something unasked."""

from __future__ import annotations

from pydantic import Field

from events.declarations import InformationAdded, InformationRequested
from events.declarations import Text as TextWords
from events.event import Event
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError
from register.standing.acting import check_holds_role, check_is_worker, check_takes
from register.standing.seeing import check_may_see


class Information(Answers):
    text: Text = Field(title="What would you like to say?")


class InformationWanted(Answers):
    text: Text = Field(title="What would you like to know?")


def ask(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    role = declaration.outcome.acts
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "a question", takes=role is not None)
    check_holds_role(situation, "ask for more")
    requested = InformationRequested(
        originator_id=declaration.id,
        requested_by=situation.by.id,
        requested_at=situation.now,
        role=role or "",
        due_at=situation.next_due_at(),
        source=situation.source,
        words=TextWords(read(InformationWanted, body).text),
    )
    if declaration.ends_with(requested):
        return []
    if declaration.is_settled:
        if declaration.holds(requested):
            return []
        raise ConflictError("This is settled; there is nothing left to ask.")
    return [requested]


def inform(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "information", takes=True)
    check_is_worker(situation, "add to it")
    added = InformationAdded(
        originator_id=declaration.id,
        added_by=situation.by.id,
        added_at=situation.now,
        source=situation.source,
        words=TextWords(read(Information, body).text),
    )
    if declaration.ends_with(added):
        return []
    if declaration.status in ("closed", "withdrawn"):
        if declaration.holds(added):
            return []
        raise ConflictError("This is closed; a correction can still be made.")
    return [added]
