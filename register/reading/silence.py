"""Who was asked and has not acted: whether they have opened it, who was asked as well, and to whom
it goes on next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertReminded
from events.event import Event, SpoiledEntry
from events.log.log import Log
from events.names import AlertState, Step, Why
from register.alerts.alert import replay
from register.alerts.sorts import DECLARATIONS
from register.alerts.steps import Chased, goes_on
from register.declarations.declaration import Declaration
from register.directory.directory import Directory
from register.projections.asked_as_well import asked_as_well
from register.projections.inbox import IS_OPEN, inbox
from register.ruling.pacing import Paces


@dataclass(frozen=True)
class Silence:
    """An open alert, as those see it who are not asked by it."""

    alert: UUID
    person: str | None
    is_opened: bool
    as_well: tuple[str, ...]
    """Who was asked as well, as nobody had acted, the first before the next."""
    at_once: tuple[str, ...] = ()
    """Who was asked at the same time, as somebody is at risk."""


@dataclass(frozen=True)
class Next:
    """To whom it goes on if nobody acts, and when."""

    person: str
    at: datetime


OPEN_ONES = (
    sa.select(inbox.c.subject, inbox.c.alert, inbox.c.person, inbox.c.state)
    .where(
        inbox.c.subject.in_(sa.bindparam("about", expanding=True)),
        IS_OPEN,
        inbox.c.why != Why.CONFIRM,  # nothing waits for a confirmation
    )
    .order_by(inbox.c.due_at, inbox.c.alert)
)
AS_WELL = (
    sa.select(asked_as_well.c.alert, asked_as_well.c.person, asked_as_well.c.at_once)
    .where(asked_as_well.c.subject.in_(sa.bindparam("about", expanding=True)))
    .order_by(asked_as_well.c.escalated_at)
)
EVERY_ONE = (
    sa.select(inbox.c.alert)
    .where(inbox.c.subject == sa.bindparam("about", type_=sa.Uuid))
    .order_by(inbox.c.raised_at, inbox.c.alert)
)


class Silences:
    def __init__(self, log: Log, paces: Paces) -> None:
        self._log = log
        self._paces = paces

    def of(self, declarations: Collection[UUID]) -> dict[UUID, list[Silence]]:
        """The open alerts of some declarations, the most urgent first."""
        if not declarations:
            return {}
        about = {"about": list(declarations)}
        found: dict[UUID, list[Silence]] = {}
        with self._log.database.read() as connection:
            as_well = connection.execute(AS_WELL, about).all()
            for row in connection.execute(OPEN_ONES, about):
                its = [each for each in as_well if each.alert == row.alert]
                people = tuple(each.person for each in its if not each.at_once)
                at_once = tuple(each.person for each in its if each.at_once)
                opened = row.state == AlertState.OPENED
                silence = Silence(row.alert, row.person, opened, people, at_once)
                found.setdefault(row.subject, []).append(silence)
        return found

    def next_of(
        self, silence: Silence, declaration: Declaration, directory: Directory
    ) -> Next | None:
        events = list(self._log.stream(silence.alert))
        if any(isinstance(event, SpoiledEntry) for event in events):
            return None
        alert = replay(events)
        if alert is None or alert.is_done:
            return None
        chased = Chased.of(alert, DECLARATIONS, declaration, directory)
        found = goes_on(chased, self._paces(alert.source, alert.why), directory)
        return None if found is None else Next(found[0].person, found[1])

    def told(self, declaration: UUID) -> Sequence[Event]:
        """Everything that happened to the alerts of a declaration, but what told nobody."""
        with self._log.database.read() as connection:
            alerts = connection.execute(EVERY_ONE, {"about": declaration}).scalars().all()
        events = self._log.streams(list(alerts)) if alerts else ()
        said = (each for each in events if not _is_quiet(each))
        return sorted(said, key=lambda event: event.position)


def _is_quiet(event: Event) -> bool:
    return isinstance(event, AlertReminded) and event.step == Step.QUIET
