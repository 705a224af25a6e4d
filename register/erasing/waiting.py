"""What waits for data protection officers: what people asked and nobody answered yet. Nobody deals
with what they asked for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from events.event import Event
from events.log.log import Log
from events.names import OfficersSort
from events.requests import RequestReceived
from register.projections import for_officers


@dataclass(frozen=True)
class Unanswered:
    """A request or a complaint."""

    stream: UUID
    sort: OfficersSort
    due_on: date
    position: int
    """That of its first entry."""
    asked_by: str | None
    """Who works here, or did, and asked for what is held about themselves."""


@dataclass(frozen=True)
class Count:
    """How many of a sort wait for an officer, and how many of them are overdue."""

    sort: str
    waiting: int
    overdue: int = 0


def unanswered(
    log: Log, connection: sa.Connection, streams: Sequence[UUID] | None = None
) -> list[Unanswered]:
    """Everything that is not answered, or what of these is not; the first due first."""
    rows = for_officers.waiting(connection, streams)
    firsts = (next(iter(log.stream(each.stream))) for each in rows)
    return [
        Unanswered(row.stream, OfficersSort(row.sort), row.due_on, first.position, _asked_by(first))
        for row, first in zip(rows, firsts, strict=True)
    ]


def _asked_by(first: Event) -> str | None:
    words = first.words if isinstance(first, RequestReceived) else None
    return words.person if words is not None else None


def counted(waiting: Sequence[Unanswered], by: str, today: date) -> list[Count]:
    """How many of each sort wait for an officer; those of which none does are left out."""
    theirs = [each for each in waiting if each.asked_by != by]
    found = []
    for sort in OfficersSort:
        due = [each.due_on for each in theirs if each.sort is sort]
        if due:
            found.append(Count(sort, len(due), sum(each < today for each in due)))
    return found
