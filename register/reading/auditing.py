"""What only auditors may look at, as at any moment: entries, counts, times and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, cast
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.alerts import AlertRaised
from events.event import Event
from events.further import DeclarationTakenFurther
from events.log.log import Log
from events.log.mapper import Entry
from register.alerts.in_sentences import OF_ALERTS
from register.declarations.declaration import Declaration
from register.declarations.history import CANNOT_BE_READ
from register.errors import ForbiddenError, NotFoundError, RegisterError
from register.projections import register_list
from register.projections.register_list import Filter
from register.projections.sight import Sight
from register.reading.entries import ShownEntry
from register.reading.reader import Reader
from register.reading.telling import OWN_STEPS, Called, told

UNREADABLE = f"This entry {CANNOT_BE_READ}."
FEW_MAY_KNOW = "Few may know what this entry is about: only those see it whom it concerns."


@dataclass(frozen=True)
class ToldEntry:
    """An entry in one sentence."""

    position: int
    recorded_at: datetime | None
    """None if it cannot be read."""
    sentence: str
    about: UUID | None
    """The declaration that it belongs to, or that its alert is about, if this person may see it."""


@dataclass(frozen=True)
class PlacedEntry:
    """An entry, with the positions of the entries before and after it.

    The state is empty for somebody who may not know what the entry is about, and if the entry
    cannot be read; `words` is then "hidden" or "spoiled". Else it is "none", "open" or "erased".
    """

    shown: ShownEntry
    state: dict[str, Any]
    words: str
    told: ToldEntry
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Count:
    """Counts of the declarations of one kind, or of all kinds: by state, and how many are late."""

    by_status: dict[str, int]
    late: int
    overdue: int
    settled: int
    """How many somebody has acknowledged, decided or answered."""
    median: timedelta | None
    """The median time from receipt until then; None if there was none."""

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


class Audit:
    """Answers the questions of auditors. `by` is always the id of the person who asks."""

    def __init__(self, log: Log, read: Reader) -> None:
        self._log = log
        self._read = read

    def entry(self, by: str, position: int) -> PlacedEntry:
        entries = self._read.entries(by, position - 1, 1)
        if not entries or entries[0].position != position:
            raise NotFoundError("The register has no entry at this position.")
        (shown,) = entries
        before, after = self._log.recorder.place_of(position)
        (told,) = self._told(by, entries)
        if shown.entry is None:
            words = "spoiled" if shown.is_spoiled else "hidden"
            return PlacedEntry(shown, {}, words, told, before, after)
        state = msgspec.json.decode(shown.entry.state)
        return PlacedEntry(shown, state, self._words(shown.entry), told, before, after)

    def entries_before(
        self, by: str, position: int, limit: int, *, own_steps: bool
    ) -> list[ToldEntry]:
        """The entries before a position, the newest first; those of the register's own steps only
        if they are asked for."""
        but = () if own_steps else OWN_STEPS
        return self._told(by, self._read.entries_before(by, position, limit, but))

    def _told(self, by: str, entries: Sequence[ShownEntry]) -> list[ToldEntry]:
        called = Called(self._read.name, self._read.directory().services)
        opened = self._log.mapper.to_domain_event
        events = {each.position: cast(Event, opened(each.entry)) for each in entries if each.entry}
        about = self._about(list(events.values()))
        seen = self._read.visible(by, list(about.values()))
        return [
            ToldEntry(
                each.position,
                each.recorded_at,
                self._sentence(each, events, called),
                about[each.position] if about.get(each.position) in seen else None,
            )
            for each in entries
        ]

    def _sentence(self, entry: ShownEntry, events: Mapping[int, Event], called: Called) -> str:
        if entry.is_spoiled:
            return UNREADABLE
        return told(events[entry.position], called) if entry.entry else FEW_MAY_KNOW

    def declarations_of(self, by: str, events: Sequence[Event]) -> dict[int, Declaration]:
        """The declarations that events are about, by position, as far as this person may see
        them."""
        about = self._about(events)
        seen = self._read.visible(by, list(about.values()))
        return {position: seen[each] for position, each in about.items() if each in seen}

    def _about(self, events: Sequence[Event]) -> dict[int, UUID]:
        """The streams that events are about, by position: for an alert, its subject's; for what was
        taken further, the declaration's."""
        alerts = [each.originator_id for each in events if each.TOPIC in OF_ALERTS]
        raised = self._log.streams(alerts, words=False) if alerts else ()
        subjects = {
            each.originator_id: each.subject.id for each in raised if isinstance(each, AlertRaised)
        }
        subjects |= {
            each.originator_id: each.declaration
            for each in events
            if isinstance(each, DeclarationTakenFurther)
        }
        return {
            each.position: subjects.get(each.originator_id, each.originator_id) for each in events
        }

    def is_seen(self, by: str, declaration: str) -> bool:
        """Whether `declaration` is the id of a declaration that this person may see."""
        try:
            self._read.declaration(by, declaration)
        except RegisterError:
            return False
        return True

    def _words(self, entry: Entry) -> str:
        event = self._log.mapper.to_domain_event(entry)
        if entry.key is not None and entry.key.is_destroyed:
            return "erased"
        return "none" if getattr(event, "words", None) is None else "open"

    def counts(self, by: str, wanted: Filter) -> tuple[dict[str, Count], Count]:
        """The counts for each kind, and for all kinds together."""
        sight = self._sight(by)
        with self._log.database.read() as connection:
            rows = register_list.counted(connection, wanted, sight)
            settled = register_list.settled(connection, wanted, sight)
        times = _times(settled)
        kinds = sorted({row.kind for row in rows})
        return {kind: _count(rows, times, kind) for kind in kinds}, _count(rows, times)

    def changed(self, by: str, after: int, up_to: int) -> list[register_list.Changed]:
        """The declarations that are new, or in another state, at `up_to` than at `after`."""
        sight = self._sight(by)
        with self._log.database.read() as connection:
            return register_list.changed(connection, after, up_to, sight)

    def _sight(self, by: str) -> Sight:
        sight = self._read.sight(by)
        if not sight.reader.audits(sight.directory.today):
            raise ForbiddenError("Only auditors read the register itself.")
        return sight


Times = dict[UUID, tuple[str, timedelta]]


def _times(settled: Sequence[sa.Row[Any]]) -> Times:
    """Each declaration's kind, and the time from its receipt until it was first settled."""
    times: Times = {}
    for row in settled:
        times.setdefault(row.declaration, (row.kind, row.recorded_at - row.received_at))
    return times


def _count(rows: Sequence[sa.Row[Any]], times: Times, kind: str | None = None) -> Count:
    by_status: dict[str, int] = {}
    late = overdue = 0
    for row in rows:
        if kind in (None, row.kind):
            by_status[row.status] = by_status.get(row.status, 0) + row.declarations
            late += row.late
            overdue += row.overdue
    took = [time.total_seconds() for of, time in times.values() if kind in (None, of)]
    middle = timedelta(seconds=median(took)) if took else None
    return Count(by_status, late, overdue, len(took), middle)
