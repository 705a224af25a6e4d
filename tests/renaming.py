"""What the directory is told of one person."""

from __future__ import annotations

from events.directory import PersonLeft, PersonRenamed, PersonWords
from events.ids import own_id
from register.register import Register


def with_address(register: Register, person: str, email: str) -> None:
    """Somebody has another email address."""
    said = PersonWords(register.read.name(person), email)
    renamed = PersonRenamed(originator_id=own_id("person", person), person=person, words=said)
    register.change_directory([renamed])


def leaves(register: Register, person: str) -> None:
    """From today on somebody no longer works here."""
    left_on = register.now().date()
    gone = PersonLeft(originator_id=own_id("person", person), person=person, left_on=left_on)
    register.change_directory([gone])
