"""The turn that takes the steps of alerts that are due: reminds, asks the next person, repeats.

Two clocks may ask for it at once: what an alert's own events say, read in the turn, decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

import structlog

from events.event import Event, SpoiledEntry
from register.alerts.alert import Alert, replay
from register.alerts.steps import Chased, steps_due
from register.projections import inbox
from register.turns.turn import KnownStream, Turn

log = structlog.get_logger("register")

BATCH = 200
"""How many alerts one turn chases: whoever declares waits for no more than these."""


def chase(turn: Turn, but: frozenset[UUID] = frozenset()) -> tuple[int, frozenset[UUID]]:
    """Take the steps that are due of some alerts. Gives of how many, and the alerts of which none
    could be taken, with those that are left out: their entries cannot be read, or do not say that a
    step is due. The check of alerts counts them."""
    now = turn.now
    due = inbox.due(turn.connection, now, BATCH + len(but))
    due = [each for each in due if each.alert not in but][:BATCH]
    alerts = _alerts(turn, [each.alert for each in due])
    turn.read(list({alert.subject.id for alert in alerts.values()}))
    steps = {each: _steps(turn, alert) for each, alert in alerts.items()}
    _store(turn, alerts, steps)
    taken = {each for each, events in steps.items() if events}
    return len(taken), but | {each.alert for each in due if each.alert not in taken}


def _alerts(turn: Turn, ids: Sequence[UUID]) -> dict[UUID, Alert]:
    """The states of the alerts that can be read."""
    found: dict[UUID, Alert] = {}
    events = turn.log.streams(list(ids))
    for stream, its in groupby(events, key=lambda event: event.originator_id):
        alert = _read(list(its))
        if alert is not None:
            found[stream] = alert
    return found


def _read(events: Sequence[Event]) -> Alert | None:
    if any(isinstance(event, SpoiledEntry) for event in events):
        return None
    try:
        return replay(events)
    except Exception:  # whatever it is, it is about this alert alone
        return None


def _steps(turn: Turn, alert: Alert) -> list[Event]:
    try:
        pace = turn.paces(alert.source, alert.why)
        chased = _chased(alert, turn.stood(alert.subject.id), turn)
        return steps_due(chased, pace, turn.directory, turn.now)
    except Exception as error:  # rules are pure: it is about this alert alone, and others go on
        log.error("step", alert=str(alert.id), error=type(error).__name__)
        return []


def _chased(alert: Alert, stood: KnownStream | None, turn: Turn) -> Chased:
    if stood is None:
        return Chased(alert)
    return Chased.of(alert, stood.sort, stood.state, turn.directory)


def _store(turn: Turn, alerts: dict[UUID, Alert], steps: dict[UUID, list[Event]]) -> None:
    """Store the steps: for what can be read, with those entries of its own that come of them."""
    drafts, now = [], turn.now
    for subject, events in _by_subject(alerts, steps):
        stood = turn.stood(subject)
        if stood is None:
            turn.append(events)
        else:
            drafts.append(turn.draft(stood.sort, subject, stood.state, events, now))
    turn.store(drafts)


def _by_subject(
    alerts: dict[UUID, Alert], steps: dict[UUID, list[Event]]
) -> Iterable[tuple[UUID, list[Event]]]:
    found: dict[UUID, list[Event]] = {}
    for each, alert in alerts.items():
        if steps[each]:
            found.setdefault(alert.subject.id, []).extend(steps[each])
    return found.items()
