"""An act of an organisation's own: whoever must act notes something, in the words of an event
that there is already. Tests drop it into a copy of the project, into `register/acts/`."""

from __future__ import annotations

from pydantic import Field

from events.declarations import InformationAdded
from events.declarations import Text as TextWords
from events.event import Event
from register.acts.act import Act, whoever_must_act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import WAITING_FOR_SOMEBODY


class ManagersNote(Answers):
    text: Text = Field(title="What do you want to note?")


def _noted(situation: Situation, note: ManagersNote) -> list[Event]:
    added = InformationAdded(
        originator_id=situation.declaration.id,
        added_by=situation.by.id,
        added_at=situation.now,
        source=situation.source,
        words=TextWords(note.text),
    )
    return [added]


ACT = Act(
    name="managers-note",
    operation="note_as_manager",
    summary="Note something",
    label="Note something",
    title="Note something about this",
    button="Keep the note",
    done="Your note is in the register.",
    is_move=lambda _: False,
    call="a note",
    whose=whoever_must_act("note something"),
    bodies=(ManagersNote,),
    event=InformationAdded,
    says=_noted,
    leads={each: (each,) for each in WAITING_FOR_SOMEBODY},
    over="This is settled.",
)
