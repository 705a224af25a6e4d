"""What is due of an alert at a moment, and when its next step is: docs/alerts.md tells it in words.

Times are counted from the moment by which the person should act, in working days of the pack's
nation. What was missed is made up for once, and never all at one moment: whoever was reminded late
has a working day before it goes on to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from events.alerts import AlertEscalated, AlertReminded, AlertRepeated
from events.event import Event
from events.names import Because, Step
from register.alerts.alert import Alert, evolve
from register.alerts.sort import Duty, Sort, alert_id
from register.deadlines import Pace, working_days_from
from register.directory.directory import Directory
from register.standing.holding import Holder

AT_LEAST_EVERY = timedelta(days=7)
"""No alert is open for longer without a step, be it one that tells nobody."""
ON_TIME = timedelta(hours=1)
"""A reminder that comes later than this after its moment is late."""


@dataclass(frozen=True)
class Chased:
    """An alert, and what it is about: the duty, and the state of the stream that asks it. Without
    them, for what cannot be read, there is nobody else to ask."""

    alert: Alert
    sort: Sort[Any] | None = None
    state: Any = None
    duty: Duty | None = None

    def after(self, alert: Alert) -> Chased:
        """The same after a step of the alert."""
        return Chased(alert, self.sort, self.state, self.duty)

    @classmethod
    def of(cls, alert: Alert, sort: Sort[Any], state: Any, directory: Directory) -> Chased:
        """With the duty that the alert is for; without it, if that is no longer there."""
        for key, duty in sort.duties(state, directory).items():
            if alert_id(sort.name, state.id, key) == alert.id:
                return cls(alert, sort, state, duty)
        return cls(alert)

    def in_order(self, directory: Directory) -> Iterator[Holder]:
        """Everybody who may be asked, the first before the next."""
        if self.sort is not None and self.duty is not None:
            yield from self.sort.next_in_order(self.state, self.duty, directory)

    def next_one(self, directory: Directory) -> Holder | None:
        """The first who was not asked yet, nor somebody who covers for them."""
        return next((h for h in self.in_order(directory) if not _was_asked(self.alert, h)), None)


def _was_asked(alert: Alert, holder: Holder) -> bool:
    return alert.was_asked(holder.person)


def steps_due(chased: Chased, pace: Pace, directory: Directory, now: datetime) -> list[Event]:
    """The events of the steps that are due, in order; none if none is due yet. At most one
    reminder, and one step on to the next person."""
    alert = chased.alert
    if alert.is_done or alert.next_at > now:
        return []
    drafts: list[Event] = _reminding(alert, pace, now)
    for event in drafts:
        alert = evolve(alert, event)
    to = chased.next_one(directory)
    if to is not None and _rung_at(alert, pace) <= now:
        drafts += _going_on(chased, alert, to, now)
    elif to is None and not drafts and _repeat_at(alert, pace) <= now:
        drafts += _repeating(chased, directory, now)
    return _with_next(chased, drafts, pace, directory, now)


def _with_next(
    chased: Chased, drafts: list[Event], pace: Pace, directory: Directory, now: datetime
) -> list[Event]:
    """The events, each of which says when the next step is due. A quiet one is added where there is
    no other, and where nobody can be reached."""
    alert = chased.alert
    for event in drafts:
        alert = evolve(alert, event) if event.originator_id == alert.id else alert
    more = chased.after(alert).next_one(directory) is not None
    is_unheard = alert.is_unheard and not more
    if is_unheard or not drafts:
        quiet = _reminded(alert, Step.QUIET, None, now)
        drafts = [*drafts, replace(quiet, unheard=is_unheard)]
    next_at = next_step_at(alert, pace, now, more=more)
    steps = (AlertReminded, AlertEscalated, AlertRepeated)
    return [replace(e, next_at=next_at) if isinstance(e, steps) else e for e in drafts]


def goes_on(chased: Chased, pace: Pace, directory: Directory) -> tuple[Holder, datetime] | None:
    """To whom it goes on next if nobody acts, and when; None if there is nobody left to ask."""
    to = chased.next_one(directory)
    return None if to is None else (to, _rung_at(chased.alert, pace))


def next_step_at(alert: Alert, pace: Pace, now: datetime, *, more: bool = True) -> datetime:
    """When the next step after `now` is due; `more` says whether there is anybody else to ask."""
    reminders = (at for _, at in _reminders(alert, pace) if at > now)
    then = _rung_at(alert, pace) if more else _repeat_at(alert, pace)
    return min(*reminders, max(then, now), now.astimezone(UTC) + AT_LEAST_EVERY)


def _reminders(alert: Alert, pace: Pace) -> list[tuple[int, datetime]]:
    if alert.person is None:
        return []
    due_at = alert.due_at
    days = sorted(pace.remind)
    return [(each, working_days_from(due_at, each, pace.nation, due_at)) for each in days]


def _reminding(alert: Alert, pace: Pace, now: datetime) -> list[Event]:
    """The last reminder that is due and did not come yet, in place of all before it."""
    due = [each for each, at in _reminders(alert, pace) if alert.stepped_at < at <= now]
    return [_reminded(alert, Step.REMIND, due[-1], now)] if due else []


def _reminded(alert: Alert, step: Step, offset: int | None, now: datetime) -> AlertReminded:
    return AlertReminded(
        originator_id=alert.id,
        person=alert.person,
        for_person=alert.for_person,
        step=step,
        offset=offset,
        next_at=now,
        reminded_at=now,
        source=alert.source,
    )


def _rung_at(alert: Alert, pace: Pace) -> datetime:
    """When it goes on to the next person: so many working days after it was due, or after it last
    went on. At once where nobody who was asked can be reached."""
    if alert.is_unheard:
        return alert.stepped_at
    if alert.escalated_at is not None:
        return _later(alert.escalated_at, pace.escalate, alert, pace)
    due_at = _later(alert.due_at, pace.escalate, alert, pace)
    return max(due_at, _later(_heard_at(alert, pace), 1, alert, pace))


def _heard_at(alert: Alert, pace: Pace) -> datetime:
    """When the person heard of it: as it was raised, or by a reminder that came late."""
    if alert.reminded is None:
        return alert.raised_at
    offset, at = alert.reminded
    meant_at = working_days_from(alert.due_at, offset, pace.nation, alert.due_at)
    return at if at > meant_at + ON_TIME else alert.raised_at


def _later(moment: datetime, days: int, alert: Alert, pace: Pace) -> datetime:
    return working_days_from(moment, days, pace.nation, alert.due_at)


def _repeat_at(alert: Alert, pace: Pace) -> datetime:
    """When it is said again, where there is nobody left to ask."""
    again_at = alert.told_at.astimezone(UTC) + timedelta(days=pace.repeat)
    is_last = alert.escalated_at is not None or alert.rounds
    return again_at if is_last else max(again_at, _rung_at(alert, pace))


def _going_on(chased: Chased, alert: Alert, to: Holder, now: datetime) -> list[Event]:
    before = alert.asked[-1] if alert.asked else alert.person
    escalated = AlertEscalated(
        originator_id=alert.id,
        subject=alert.subject,
        person=to.person,
        because=to.because or Because.NAMED,
        for_person=to.for_person,
        from_person=before,
        rung=alert.rung + 1,
        next_at=now,
        escalated_at=now,
        source=alert.source,
    )
    if chased.sort is None or chased.duty is None:
        return [escalated]
    told = chased.sort.escalated(chased.state, chased.duty, to, before, now)
    return [*told, escalated]


def _repeating(chased: Chased, directory: Directory, now: datetime) -> list[Event]:
    alert = chased.alert
    return [
        AlertRepeated(
            originator_id=alert.id,
            person=person,
            round=alert.rounds + 1,
            next_at=now,
            repeated_at=now,
            source=alert.source,
        )
        for person in _last_ones(chased, directory)
    ]


def _last_ones(chased: Chased, directory: Directory) -> list[str | None]:
    """Everybody of the last resort who may act; where there are none, everybody who was asked and
    still may; else the one who has it."""
    order = list(chased.in_order(directory))
    last = [each.person for each in order if each.because == Because.LAST_RESORT]
    asked = [each.person for each in order if each.person in chased.alert.asked]
    return [*last] or [*asked] or [chased.alert.person]
