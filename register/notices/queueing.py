"""Writes down what is to be told to whom, in the transaction of the entries that cause it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def queue(connection: sa.Connection, stored: Iterable[Event]) -> None:
    """Note what these entries, which were just stored, give their people to know."""
    rows = list(_rows(stored))
    if rows:
        connection.execute(ADD, rows)


def _rows(stored: Iterable[Event]) -> Iterator[dict[str, Any]]:
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


def _row(event: Event, person: str, cause: Cause, alert: UUID | None) -> dict[str, Any]:
    return {
        "id": own_id("notice", event.originator_id, event.originator_version),
        "person": person,
        "alert": alert,
        "cause": cause,
        "position": event.position,
        "made_at": event.moment,
        "spread_at": None,
    }
