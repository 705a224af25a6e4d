"""Changes that wait for a second person: what each would do, who proposed it, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from events.directory import ChangeApproved, ChangeDeclined, ChangeProposed
from events.event import Event
from events.names import ChangeOf

TOPICS = tuple(each.TOPIC for each in (ChangeProposed, ChangeApproved, ChangeDeclined))
LAPSES_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Proposal:
    id: UUID
    change: ChangeOf
    facts: Mapping[str, Any]
    """What it would do, but for the names of people who would be new."""
    by: str
    at: datetime

    @property
    def lapses_at(self) -> datetime:
        return self.at + LAPSES_AFTER


Proposed = Mapping[UUID, Proposal]


def after(proposed: Proposed, event: Event) -> Proposed:
    """What waits after an event: what was approved or declined waits no more."""
    match event:
        case ChangeProposed():
            new = Proposal(
                event.originator_id, event.change, event.facts, event.proposed_by, event.moment
            )
            return {**proposed, new.id: new}
        case ChangeApproved() | ChangeDeclined():
            return {key: each for key, each in proposed.items() if key != event.originator_id}
    return proposed


def named(proposal: Proposal) -> set[str]:
    """The people whom a change is about, or names for a line or a service: whoever agrees to it
    agrees to them."""
    if proposal.change is not ChangeOf.DIRECTORY:
        return {proposal.facts["person"]}
    return named_in(proposal.facts)


def named_in(facts: Mapping[str, Any]) -> set[str]:
    """The people whom the facts of an alteration name."""
    people, services = facts["people"], facts["services"]
    found = {each["id"] for each in people}
    for each in (*people, *services):
        was, then = each["before"] or {}, each["after"]
        found |= {then.get(field) for field in NAMES if then.get(field) != was.get(field)}
    return found - {None, ""}


NAMES = ("line_manager", "director", "reserve")
"""The facts of people and services that name somebody else."""


def without(proposed: Proposed, by: str) -> Proposed:
    """What waits once somebody may propose nothing any more: what they proposed has lapsed."""
    if not any(each.by == by for each in proposed.values()):
        return proposed
    return {key: each for key, each in proposed.items() if each.by != by}
