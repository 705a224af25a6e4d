"""Writes down what is to be told to whom: in the transaction of the entries that cause it, where
there are any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.access import (
    LinkMade,
    SessionsEnded,
    SignInAdded,
    SignInRemoved,
    TokenEnded,
    TokenMade,
)
from events.alerts import (
    AlertEscalated,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
)
from events.event import Event
from events.ids import own_id
from events.names import Cause, Step
from register.notices.tables import notices

OF_ALERTS: dict[type[Event], Cause] = {
    AlertRaised: Cause.RAISED,
    AlertPassed: Cause.PASSED,
    AlertReminded: Cause.REMINDED,
    AlertEscalated: Cause.ESCALATED,
    AlertRepeated: Cause.REPEATED,
}
OF_ACCOUNTS = (SignInAdded, SignInRemoved, LinkMade, SessionsEnded, TokenMade, TokenEnded)
ADD = sa.insert(notices)
Row = dict[str, Any]


def queue(connection: sa.Connection, stored: Iterable[Event]) -> None:
    """Note what these entries, which were just stored, give their people to know."""
    add(connection, list(_rows(stored)))


def notice(
    known_by: UUID,
    person: str,
    cause: Cause,
    made_at: datetime,
    *,
    alert: UUID | None = None,
    position: int | None = None,
) -> Row:
    """What one person is to be told; `position` is that of the entry that it came of."""
    return {
        "id": known_by,
        "person": person,
        "cause": cause,
        "made_at": made_at,
        "alert": alert,
        "position": position,
    }


def add(connection: sa.Connection, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(ADD, rows)


def add_new(connection: sa.Connection, rows: Sequence[Row]) -> int:
    """Add those that are not there yet; gives how many that were."""
    there = sa.select(notices.c.id).where(notices.c.id.in_([each["id"] for each in rows]))
    known = set(connection.execute(there).scalars())
    new = [each for each in rows if each["id"] not in known]
    add(connection, new)
    return len(new)


def _rows(stored: Iterable[Event]) -> Iterator[Row]:
    for event in stored:
        if isinstance(event, OF_ACCOUNTS):
            yield _row(event, event.person, Cause.ACCOUNT, None)
        cause = OF_ALERTS.get(type(event))
        if cause is None or (isinstance(event, AlertReminded) and event.step is Step.QUIET):
            continue
        person: str | None = getattr(event, "person")  # noqa: B009  # each of them has one
        if person is not None:
            is_urgent = getattr(event, "at_once", False)
            yield _row(event, person, Cause.URGENT if is_urgent else cause, event.originator_id)


def _row(event: Event, person: str, cause: Cause, alert: UUID | None) -> Row:
    known_by = own_id("notice", event.originator_id, event.originator_version)
    return notice(known_by, person, cause, event.moment, alert=alert, position=event.position)
