"""One example of everything that can happen to an alert."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from events.alerts import (
    AlertArrived,
    AlertDone,
    AlertEscalated,
    AlertFailed,
    AlertOpened,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
    AlertSent,
    AlertUnreachable,
    DeclarationEscalated,
    Subject,
)
from events.declarations import Source
from events.event import Event

ALERT = UUID("a1e47000-0000-8000-8000-000000000001")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DUE = datetime(2026, 5, 11, 16, tzinfo=UTC)
NEXT = datetime(2026, 5, 8, 16, tzinfo=UTC)


def of_alerts(declaration: UUID, rule: Source) -> list[Event]:
    return [
        AlertRaised(
            originator_id=ALERT,
            for_person="femi",
            subject=Subject("declaration", declaration),
            kind="gift",
            person="carol",
            role="service_director",
            because="named",
            why="decide",
            at_once=True,
            due_at=DUE,
            raised_at=NOON,
            next_at=NEXT,
            source=rule,
        ),
        AlertSent(originator_id=ALERT, person="carol", channel="email", cause=7, sent_at=NOON),
        AlertArrived(originator_id=ALERT, person="carol", channel="push", cause=7, arrived_at=NOON),
        AlertFailed(
            originator_id=ALERT,
            person="carol",
            channel="text",
            cause=7,
            reason="550",
            is_final=True,
            failed_at=NOON,
        ),
        AlertUnreachable(originator_id=ALERT, person="carol", noticed_at=NOON),
        AlertOpened(originator_id=ALERT, opened_by="carol", escalated=True, opened_at=NOON),
        AlertPassed(
            originator_id=ALERT, person="dana", because="covers", for_person="carol", passed_at=NOON
        ),
        AlertReminded(
            originator_id=ALERT,
            person="dana",
            for_person="carol",
            step="remind",
            offset=-1,
            unheard=True,
            at_once=True,
            next_at=DUE,
            reminded_at=NEXT,
            source=rule,
        ),
        AlertEscalated(
            originator_id=ALERT,
            subject=Subject("declaration", declaration),
            person="hal",
            because="last_resort",
            for_person="iris",
            from_person="dana",
            at_once=True,
            rung=1,
            next_at=NEXT,
            escalated_at=DUE,
            source=rule,
        ),
        AlertRepeated(
            originator_id=ALERT,
            person="hal",
            round=1,
            next_at=NEXT,
            repeated_at=DUE,
            source=rule,
        ),
        AlertDone(originator_id=ALERT, done_at=NOON),
        DeclarationEscalated(
            originator_id=declaration,
            duty="decide 1",
            why="decide",
            role="service_director",
            person="hal",
            because="last_resort",
            for_person="iris",
            from_person="dana",
            at_once=True,
            escalated_at=DUE,
            source=rule,
        ),
    ]
