"""Whom one administrator alone brought in: added them, or gave them a link or an address by which
that administrator could come in as them. So it is until a second person has agreed to them."""

from __future__ import annotations

from collections.abc import Mapping
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
            return brought_in if change is None else _agreed(brought_in, *named(change))
        case PersonJoined():
            is_agreed = event.changed_by is None or event.person in brought_in
            return brought_in if is_agreed else _with(brought_in, event.person, event.changed_by)
        case PersonMoved() | PersonLeft() | PersonRenamed() if event.changed_by is None:
            return _agreed(brought_in, event.person) if event.person in brought_in else brought_in
        case PersonRenamed() if not before.is_more_than_worker(event.person):
            return _with(brought_in, event.person, event.changed_by)
        case LinkMade() if not before.is_more_than_worker(event.person):
            return _with(brought_in, event.person, event.made_by)
    return brought_in


def _agreed(brought_in: BroughtIn, *people: str) -> BroughtIn:
    return {**brought_in, **dict.fromkeys(people, NOBODY)}


def _with(brought_in: BroughtIn, person: str, by: str | None) -> BroughtIn:
    """What one person alone may do to somebody who is more than a worker gives no way in."""
    known = brought_in.get(person, NOBODY)
    return brought_in if by is None or by in known else {**brought_in, person: known | {by}}
