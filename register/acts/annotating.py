"""Somebody other than the worker writes something down about a declaration."""

from __future__ import annotations

from pydantic import Field

from events.declarations import NoteAdded
from events.declarations import Text as TextWords
from events.event import Event
from events.names import Status
from register.acts.act import Act
from register.acts.handing_over import whoever_is_concerned
from register.acts.situation import Situation
from register.answers import Answers, Text


class NoteWanted(Answers):
    text: Text = Field(title="What do you want to note?")


def _added(situation: Situation, note: NoteWanted) -> list[Event]:
    added = NoteAdded(
        originator_id=situation.declaration.id,
        added_by=situation.by.id,
        added_at=situation.now,
        source=situation.source,
        words=TextWords(note.text),
    )
    return [added]


add_note = ACT = Act(
    name="note",
    operation="add_note",
    summary="Add a note",
    label="Add a note",
    title="Add a note",
    button="Add the note",
    done="Your note is in the register.",
    words="Everybody who sees this declaration reads it, the worker too.",
    place=55,
    is_move=lambda _: False,
    call="a note",
    whose=whoever_is_concerned("add a note"),
    bodies=(NoteWanted,),
    event=NoteAdded,
    says=_added,
    leads={each: (each,) for each in Status},
    over="No note can be added any more.",
    is_again_once_over=False,
)
