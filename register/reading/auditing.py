"""The register as auditors read it, as at any moment: entries, counts, times, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.log.log import Log
from events.log.mapper import Entry
from events.log.sealing import SealBrokenError
from events.names import Role
from register.directory.directory import Person
from register.errors import ForbiddenError, NotFoundError, RegisterError
from register.projections import register_list
from register.projections.register_list import Filter
from register.reading.reader import Reader


@dataclass(frozen=True)
class PlacedEntry:
    """An entry with its neighbours. `words` says whether its sealed part can be opened:
    none, open, erased or broken."""

    entry: Entry
    state: dict[str, Any]
    words: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Count:
    """How many declarations of a kind, or of all, there are by state, and how many are late."""

    by_status: dict[str, int]
    late: int
    settled: int
    """How many somebody acknowledged, decided or answered."""
    median: timedelta | None
    """The median time from receipt until then."""

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


class Audit:
    """What only auditors ask; `by` is always the id of the one who does."""

    def __init__(self, log: Log, read: Reader) -> None:
        self._log = log
        self._read = read

    def entry(self, by: str, position: int) -> PlacedEntry:
        entries = self._read.entries(by, position - 1, 1)
        if not entries or entries[0].id != position:
            raise NotFoundError("The register has no entry at this position.")
        state = msgspec.json.decode(entries[0].state)
        before, after = self._log.recorder.place_of(position)
        return PlacedEntry(entries[0], state, self._words(entries[0], state), before, after)

    def is_seen(self, by: str, declaration: str) -> bool:
        """Whether this is the id of a declaration that somebody may see."""
        try:
            self._read.declaration(by, declaration)
        except RegisterError:
            return False
        return True

    def _words(self, entry: Entry, state: dict[str, Any]) -> str:
        if state.get("words") is None:
            return "none"
        if entry.key is None:
            return "erased"
        try:
            self._log.mapper.to_domain_event(entry)
        except SealBrokenError:
            return "broken"
        return "open"

    def counts(self, by: str, wanted: Filter) -> tuple[dict[str, Count], Count]:
        """By kind, and of all together."""
        auditor, directory = self._auditor(by), self._read.directory()
        with self._log.database.read() as connection:
            rows = register_list.counted(connection, wanted, auditor, directory)
            settled = register_list.settled(connection, wanted, auditor, directory)
        times = _times(settled)
        kinds = sorted({row.kind for row in rows})
        return {kind: _count(rows, times, kind) for kind in kinds}, _count(rows, times)

    def changed(self, by: str, after: int, up_to: int) -> list[register_list.Changed]:
        """The declarations that are new, or stand differently, at the second position."""
        auditor, directory = self._auditor(by), self._read.directory()
        with self._log.database.read() as connection:
            return register_list.changed(connection, after, up_to, auditor, directory)

    def _auditor(self, by: str) -> Person:
        auditor = self._read.person(by)
        if Role.AUDITOR not in auditor.roles:
            raise ForbiddenError("Only auditors read the register itself.")
        return auditor


Times = dict[UUID, tuple[str, timedelta]]


def _times(settled: Sequence[sa.Row[Any]]) -> Times:
    """How long each declaration waited until it was first settled, with its kind."""
    times: Times = {}
    for row in settled:
        times.setdefault(row.declaration, (row.kind, row.recorded_at - row.received_at))
    return times


def _count(rows: Sequence[sa.Row[Any]], times: Times, kind: str | None = None) -> Count:
    by_status: dict[str, int] = {}
    late = 0
    for row in rows:
        if kind in (None, row.kind):
            by_status[row.status] = by_status.get(row.status, 0) + row.declarations
            late += row.late
    took = [time.total_seconds() for of, time in times.values() if kind in (None, of)]
    middle = timedelta(seconds=median(took)) if took else None
    return Count(by_status, late, len(took), middle)
