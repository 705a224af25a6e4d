"""Whom one administrator alone brought in: added them, or gave them a link or an address by which
that administrator could come in as them. So it is until a second person has agreed to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from events.access import LinkMade
from events.directory import (
    ChangeApproved,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
)
from events.event import Event
from events.names import ChangeOf
from register.directory.proposals import Proposed, named

BroughtIn = Mapping[str, frozenset[str]]
"""The administrators, by the person whom each alone brought in; none once a second person has
agreed to them, even before they join."""
NOBODY = frozenset[str]()


class Before(Protocol):
    """The directory before an event, on its day."""

    @property
    def proposed(self) -> Proposed: ...
    def is_more_than_worker(self, person: str) -> bool: ...


def after(brought_in: BroughtIn, event: Event, before: Before) -> BroughtIn:
    """Who brought in whom after an event. The command line has no such limit: whoever has it is as
    good as a second person."""
    match event:
        case ChangeApproved():
            change = before.proposed.get(event.originator_id)
            if change is None or change.change is not ChangeOf.DIRECTORY:  # it is a way in more
                return brought_in
            return _agreed(brought_in, named(change), could_be(event.approved_by, brought_in))
        case PersonJoined():
            is_agreed = event.changed_by is None or event.person in brought_in
            return brought_in if is_agreed else _with(brought_in, event.person, event.changed_by)
        case PersonMoved() | PersonLeft() | PersonRenamed() if event.changed_by is None:
            return _agreed(brought_in, [event.person]) if event.person in brought_in else brought_in
        case PersonRenamed() if not before.is_more_than_worker(event.person):
            return _with(brought_in, event.person, event.changed_by)
        case LinkMade() if not before.is_more_than_worker(event.person):
            return _with(brought_in, event.person, event.made_by)
    return brought_in


def could_be(person: str, brought_in: BroughtIn) -> frozenset[str]:
    """Everybody who may be at work where somebody is: themselves, who alone brought them in, who
    alone brought in these, and so on."""
    found, waiting = {person}, [person]
    while waiting:
        new = brought_in.get(waiting.pop(), NOBODY) - found
        found |= new
        waiting += new
    return frozenset(found)


def brought_in_by(person: str, brought_in: BroughtIn) -> set[str]:
    """Everybody as whom somebody may be at work, but for themselves."""
    found, new = {person}, {person}
    while new:
        new = {each for each, alone in brought_in.items() if not alone.isdisjoint(new)} - found
        found |= new
    return found - {person}


def _agreed(brought_in: BroughtIn, people: Iterable[str], by: frozenset[str] = NOBODY) -> BroughtIn:
    """Nobody agrees to whom they alone brought in themselves."""
    return {**brought_in, **{each: brought_in.get(each, NOBODY) & by for each in people}}


def _with(brought_in: BroughtIn, person: str, by: str | None) -> BroughtIn:
    """What one person alone may do to somebody who is more than a worker gives no way in."""
    known = brought_in.get(person, NOBODY)
    return brought_in if by is None or by in known else {**brought_in, person: known | {by}}
