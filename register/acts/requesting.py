"""The person who must act asks the worker for more information."""

from __future__ import annotations

from pydantic import Field

from events.declarations import InformationRequested
from events.declarations import Text as TextWords
from events.event import Event
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError
from register.standing.acting import check_holds_role, check_takes
from register.standing.seeing import check_may_see


class InformationWanted(Answers):
    text: Text = Field(title="What would you like to know?")


def ask(situation: Situation, body: object) -> list[Event]:
    declaration = situation.declaration
    check_may_see(situation.by, declaration, situation.directory)
    check_takes(situation, "a question", takes=declaration.ruling.acts is not None)
    role = check_holds_role(situation, "ask for more")
    requested = InformationRequested(
        originator_id=declaration.id,
        requested_by=situation.by.id,
        requested_at=situation.now,
        role=role,
        due_at=situation.next_due_at(),
        source=situation.source,
        words=TextWords(read(InformationWanted, body).text),
    )
    if declaration.holds(requested, since=declaration.version):
        return []  # the same, sent twice; after any other event it is a new question
    if declaration.is_settled:
        if declaration.holds(requested):
            return []
        raise ConflictError("This is settled; there is nothing left to ask.")
    return [requested]
