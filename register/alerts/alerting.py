"""The alerts that follow from the state of a stream, and how they pass to somebody else.

A change raises an alert for each new duty, and ends the alert of each duty that is no longer there.
When a duty becomes another person's, its open alert goes to that person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from events.alerts import (
    AlertDone,
    AlertEscalated,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    Subject,
)
from events.event import Event
from events.names import Because, Step
from register.alerts.alert import evolve
from register.alerts.sort import AnyState, Duty, Sort, Whose, alert_id
from register.alerts.steps import next_step_at
from register.directory.directory import Directory
from register.ruling.pacing import Paces, usual_pace


def follow(
    sort: Sort[AnyState],
    before: AnyState | None,
    after: AnyState,
    directory: Directory,
    now: datetime,
    paces: Paces = usual_pace,
) -> list[Event]:
    """The events that raise, pass on and end alerts after a change to a stream."""
    were = sort.duties(before, directory) if before is not None else {}
    are = sort.duties(after, directory)
    had = {key: duty.whose for key, duty in were.items()}
    raised = {
        key: _raised(sort, after, duty, now, paces) for key, duty in are.items() if key not in were
    }
    return [
        *raised.values(),
        *_urgent_by_now(sort, after, are, were, now),
        *_asked_at_once(sort, after, are, raised, directory, now),
        *_passed(sort, after, are, had, now),
        *(_done(sort, after, key, now) for key in were if key not in are),
    ]


def _urgent_by_now(
    sort: Sort[AnyState],
    state: AnyState,
    are: Mapping[str, Duty],
    were: Mapping[str, Duty],
    now: datetime,
) -> Iterator[Event]:
    """A reminder of what was asked before, where somebody is at risk by now."""
    for key, duty in are.items():
        if key in were and duty.is_urgent and not were[key].is_urgent:
            yield AlertReminded(
                originator_id=alert_id(sort.name, state.id, key),
                person=duty.person,
                for_person=duty.for_person,
                step=Step.REMIND,
                at_once=True,
                next_at=now,
                reminded_at=now,
                source=duty.source,
            )


def _asked_at_once(
    sort: Sort[AnyState],
    state: AnyState,
    are: Mapping[str, Duty],
    raised: Mapping[str, AlertRaised],
    directory: Directory,
    now: datetime,
) -> Iterator[Event]:
    """Those who are asked at the same time as the first. Of an alert that was open before, the
    clock finds the next step at once."""
    for key, duty in are.items():
        next_at = raised[key].next_at if key in raised else None
        for rung, to in enumerate(sort.at_once(state, duty, directory), start=1):
            yield from sort.escalated(state, duty, to, None, now, at_once=True)
            yield AlertEscalated(
                originator_id=alert_id(sort.name, state.id, key),
                subject=Subject(sort.name, state.id),
                person=to.person,
                because=to.because or Because.NAMED,
                for_person=to.for_person,
                from_person=None,
                rung=rung,
                at_once=True,
                next_at=next_at or now,
                escalated_at=now,
                source=duty.source,
            )


def pass_on(
    sort: Sort[AnyState],
    state: AnyState,
    held: Mapping[UUID, Whose],
    directory: Directory,
    now: datetime,
) -> list[Event]:
    """The events that pass alerts on to the people whose duties they are now.

    `held` gives who has each open alert, by the alert's id.
    """
    are = sort.duties(state, directory)
    alerts = {key: alert_id(sort.name, state.id, key) for key in are}
    had = {key: held[alert] for key, alert in alerts.items() if alert in held}
    return list(_passed(sort, state, are, had, now))


def _passed(
    sort: Sort[AnyState],
    state: AnyState,
    are: Mapping[str, Duty],
    had: Mapping[str, Whose],
    now: datetime,
) -> Iterator[Event]:
    """`are` gives the duties by their keys, and `had` who had each of them until now."""
    for key, duty in are.items():
        if duty.whose != had.get(key, duty.whose):
            if duty.person is not None:
                yield from sort.passed(state, duty, duty.person, now)
            yield AlertPassed(
                originator_id=alert_id(sort.name, state.id, key),
                person=duty.person,
                because=duty.because,
                for_person=duty.for_person,
                passed_at=now,
            )


def _raised(
    sort: Sort[AnyState], state: AnyState, duty: Duty, now: datetime, paces: Paces
) -> AlertRaised:
    raised = AlertRaised(
        originator_id=alert_id(sort.name, state.id, duty.key),
        subject=Subject(sort.name, state.id),
        kind=duty.kind,
        person=duty.person,
        role=duty.role,
        because=duty.because,
        for_person=duty.for_person,
        why=duty.why,
        at_once=duty.is_urgent,
        due_at=duty.due_at,
        raised_at=now,
        source=duty.source,
    )
    next_at = next_step_at(evolve(None, raised), paces(duty.source, duty.why), now)
    return msgspec.structs.replace(raised, next_at=next_at)


def _done(sort: Sort[AnyState], state: AnyState, key: str, now: datetime) -> AlertDone:
    return AlertDone(originator_id=alert_id(sort.name, state.id, key), done_at=now)
