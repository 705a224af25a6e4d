"""The turn that notes which alerts somebody opened by looking at what it is about."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from events.alerts import AlertOpened
from register.projections import inbox
from register.turns.turn import Turn


def open_alerts(turn: Turn, by: str, subjects: Collection[UUID]) -> None:
    """Note that a person has opened their alerts about some streams."""
    now, own = turn.now, inbox.unopened(turn.connection, by, subjects)
    as_asked = inbox.unopened_as_asked(turn.connection, by, subjects)
    turn.append(
        AlertOpened(originator_id=alert, opened_by=by, escalated=alert not in own, opened_at=now)
        for alert in [*own, *as_asked]
    )
