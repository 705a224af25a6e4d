"""The worker answers a question about the declaration, or adds information without being asked."""

from __future__ import annotations

from pydantic import Field

from events.declarations import InformationAdded
from events.declarations import Text as TextWords
from events.event import Event
from events.names import Status
from register.acts.situation import Situation
from register.answers import Answers, Text, read
from register.errors import ConflictError
from register.standing.acting import check_is_worker, check_takes
from register.standing.seeing import check_may_see


class Information(Answers):
    text: Text = Field(title="What would you like to say?")


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
    if declaration.holds(added, since=declaration.version):
        return []
    if declaration.status in (Status.CLOSED, Status.WITHDRAWN):
        if declaration.holds(added):
            return []
        raise ConflictError("This is closed; a correction can still be made.")
    return [added]
