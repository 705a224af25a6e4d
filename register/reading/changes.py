"""Whose own page changed: of those who have one open, who may see what entries are about.

A declaration's entries and those of its alerts concern whoever may see it now. Alerts about
something else concern whom they ask. That somebody opened what they were asked about is no change
to their own page. Nobody else is told that there was anything at all, so nothing
can be learnt from the moment at which a page moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertOpened
from events.log.log import Log
from register.declarations.declaration import Declaration
from register.declarations.names import DECLARATION
from register.directory.directory import Directory
from register.projections.asked_as_well import asked_as_well
from register.projections.inbox import inbox
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.seeing import may_see

TOGETHER = 500
"""How many streams one statement names."""


class Changes:
    def __init__(self, log: Log, read: Reader, unguarded: Unguarded) -> None:
        self._log = log
        self._read = read
        self._unguarded = unguarded

    def concerned(self, people: Collection[str], after: int, up_to: int) -> set[str]:
        """Those of these people whom entries after a position concern."""
        if not people or up_to <= after:
            return set()
        directory = self._read.directory()
        here = {each for each in people if each in directory.people and directory.is_here(each)}
        found: set[str] = set()
        for whose_look, streams in self._streams(after, up_to).items():
            wanted = sorted(streams)
            for start in range(0, len(wanted), TOGETHER):
                left = here - found - {whose_look}
                found |= self._concerned(left, wanted[start : start + TOGETHER], directory)
        return found

    def _streams(self, after: int, up_to: int) -> dict[str | None, set[UUID]]:
        """The streams that entries are of: by the one person who opened what the alert is about,
        where that is all there was, or else by nobody."""
        looked: dict[UUID, set[str | None]] = {}
        for event in self._log.after(after, up_to, words=False):
            by = event.opened_by if isinstance(event, AlertOpened) else None
            looked.setdefault(event.originator_id, set()).add(by)
        found: dict[str | None, set[UUID]] = {}
        for stream, openers in looked.items():
            found.setdefault(openers.pop() if len(openers) == 1 else None, set()).add(stream)
        return found

    def _concerned(
        self, people: Collection[str], streams: list[UUID], directory: Directory
    ) -> set[str]:
        subjects, asked = self._alerts(streams)
        about = self._unguarded.declarations([*{*streams, *subjects}])
        declared = [each for each in about.values() if each is not None]
        sees = {each for each in people if _sees_any(each, declared, directory)}
        return sees | (asked & set(people))

    def _alerts(self, streams: list[UUID]) -> tuple[set[UUID], set[str]]:
        """The declarations that alerts are about; and whom those ask that are about others."""
        subjects: set[UUID] = set()
        asked: set[str] = set()
        with self._log.database.read() as connection:
            for row in connection.execute(ASKED, {"alerts": streams}):
                if row.sort == DECLARATION:
                    subjects.add(row.subject)
                else:
                    asked |= {each for each in (row.person, row.as_well) if each is not None}
        return subjects, asked


ASKED = (
    sa.select(
        inbox.c.sort, inbox.c.subject, inbox.c.person, asked_as_well.c.person.label("as_well")
    )
    .outerjoin(asked_as_well, asked_as_well.c.alert == inbox.c.alert)
    .where(inbox.c.alert.in_(sa.bindparam("alerts", expanding=True)))
)


def _sees_any(person: str, declared: Collection[Declaration], directory: Directory) -> bool:
    found: Iterator[bool] = (
        may_see(directory.people[person], each, directory) for each in declared
    )
    return any(found)
