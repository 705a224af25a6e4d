"""The check of alerts: whether each open one is looked after, and nothing waits without one.

It knows nothing of how steps are made: it reads what is stored, by index, and finds what would fall
silent. docs/alerts.md says what each of its words means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from events.log.database import Database
from events.log.tables import Moment
from events.names import AlertState
from register.directory.directory import Directory
from register.projections.inbox import IS_OPEN, inbox
from register.projections.register_list import register_list

TOLERANCE = timedelta(minutes=2)
A_WEEK = timedelta(days=7)
SILENCE = timedelta(days=14)
"""Longer than any pack may wait before it goes on to the next, also over Christmas."""
EVERY = timedelta(minutes=1)


class Fault(StrEnum):
    """What may be wrong with alerts."""

    NO_STEP = "no_step"
    LATE_STEP = "late_step"
    FAR_STEP = "far_step"
    NO_STEP_IN_A_WEEK = "no_step_in_a_week"
    NOBODY_TOLD = "nobody_told"
    NOT_REPEATED = "not_repeated"
    NOBODY_THERE = "nobody_there"
    NOBODY_REACHED = "nobody_reached"
    DONE_WHILE_WAITING = "done_while_waiting"


IN_WORDS = {
    Fault.NO_STEP: "alerts without a next step",
    Fault.LATE_STEP: "alerts with a step that is overdue by more than two minutes",
    Fault.FAR_STEP: "alerts with a next step that is more than a week away",
    Fault.NO_STEP_IN_A_WEEK: "alerts that had no step for more than a week",
    Fault.NOBODY_TOLD: "alerts that are overdue, and of which nobody was told for two weeks",
    Fault.NOT_REPEATED: "alerts of the last resort that were not repeated in a week",
    Fault.NOBODY_THERE: "alerts of people who do not work here",
    Fault.NOBODY_REACHED: "alerts of people whom no notice reaches",
    Fault.DONE_WHILE_WAITING: "declarations that wait for somebody who was not asked",
}


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Moment)


columns = inbox.c
OF_ALERTS: Mapping[Fault, sa.ColumnElement[bool]] = {
    Fault.NO_STEP: columns.next_at.is_(None),
    Fault.LATE_STEP: columns.next_at < _moment("late"),
    Fault.FAR_STEP: columns.next_at > _moment("far"),
    Fault.NO_STEP_IN_A_WEEK: columns.stepped_at < _moment("a_week_ago"),
    Fault.NOBODY_TOLD: sa.and_(
        columns.told_at < _moment("long_ago"), columns.due_at < _moment("long_ago")
    ),
    Fault.NOT_REPEATED: sa.and_(columns.told_at < _moment("a_week_ago"), columns.is_at_last),
    Fault.NOBODY_REACHED: columns.unheard_at.is_not(None),
}
"""What is wrong with an open alert."""
COUNTS = {
    fault: sa.select(sa.func.count()).select_from(inbox).where(IS_OPEN, wrong)
    for fault, wrong in OF_ALERTS.items()
}
NOBODY_THERE = (
    sa.select(sa.func.count())
    .select_from(inbox)
    .where(
        IS_OPEN,
        sa.or_(columns.person.is_(None), columns.person.in_(sa.bindparam("gone", expanding=True))),
    )
)
ASKED = sa.exists().where(
    columns.subject == register_list.c.declaration,
    columns.state != AlertState.DONE,
    sa.or_(
        columns.role == register_list.c.waiting_for,
        sa.and_(columns.role.is_(None), register_list.c.waiting_for.is_(None)),
    ),
)
NOT_ASKED = (
    sa.select(sa.func.count())
    .select_from(register_list)
    .where(register_list.c.valid_to.is_(None), register_list.c.due_at.is_not(None), ~ASKED)
)
"""The declarations that wait for somebody in a role in which nobody is asked."""


@dataclass(frozen=True)
class Checked:
    """What a check found, and when it was made."""

    at: datetime
    found: Mapping[Fault, int]

    @property
    def in_words(self) -> list[str]:
        return [f"{IN_WORDS[fault]}: {count}" for fault, count in self.found.items()]


def unattended(connection: sa.Connection, directory: Directory, now: datetime) -> dict[Fault, int]:
    """How many alerts are not looked after, by what is wrong; empty if all is well."""
    now = now.astimezone(UTC)  # days of 24 hours, whatever the clocks do
    given = {
        "late": now - TOLERANCE,
        "far": now + A_WEEK + TOLERANCE,
        "a_week_ago": now - A_WEEK - TOLERANCE,
        "long_ago": now - SILENCE - TOLERANCE,
    }
    gone = [each for each in directory.people if not directory.is_here(each)]
    found = {
        fault: connection.execute(count, given).scalar_one() for fault, count in COUNTS.items()
    }
    found[Fault.NOBODY_THERE] = connection.execute(NOBODY_THERE, {"gone": gone}).scalar_one()
    found[Fault.DONE_WHILE_WAITING] = connection.execute(NOT_ASKED).scalar_one()
    return {fault: count for fault, count in found.items() if count}


class AlertCheck:
    """Makes the check, and keeps what it found for a minute."""

    def __init__(
        self, database: Database, directory: Callable[[], Directory], now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._directory = directory
        self._now = now
        self._last: Checked | None = None

    def made(self) -> Checked:
        """What the last check found; a new one, if that is a minute ago."""
        last, now = self._last, self._now()
        if last is not None and last.at <= now < last.at + EVERY:
            return last
        return self.make()

    def make(self) -> Checked:
        now, directory = self._now(), self._directory()
        with self._database.read() as connection:
            self._last = Checked(now, unattended(connection, directory, now))
        return self._last
