"""What came after the work with a service user had ended, and whose ending a worker may want to
tell of. Nothing here checks who may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from events.directory import ServiceUserListed
from events.event import Event
from events.log.log import Log
from register.declarations.declaration import Declaration
from register.kinds import all_kinds, answers_in
from register.kinds.kind import Ends
from register.projections import endings

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Offered:
    """A service user whom the directory has at another service, or with another last day."""

    kind: str
    """In which it is told how the work with them ended."""
    reference: str
    service: str
    has_moved: bool
    ended_on: date | None


class Reads(Protocol):
    def __call__(
        self, wanted: Sequence[UUID], up_to: int | None = None
    ) -> Mapping[UUID, Declaration | None]: ...


class Endings:
    def __init__(self, log: Log, read: Reads) -> None:
        self._log = log
        self._read = read

    def before(
        self, declarations: Iterable[Declaration], up_to: int | None = None
    ) -> frozenset[UUID]:
        """Those of the declarations that tell of a day on which the work with the service user had
        ended, by all that was declared until now or until a position."""
        asked = [(each, self._index(each)) for each in declarations if _may_come_after(each)]
        if not asked:
            return frozenset()
        with self._log.database.read() as connection:
            rows = endings.endings(connection, _ending(), {index for _, index in asked}, up_to)
            for_all = self._for_everybody([each.declaration for each in rows], up_to)
        return frozenset(
            each.id
            for each, index in asked
            for row in rows
            if row.service_user == index
            and row.happened_on <= each.happened_on
            and (row.worker == each.worker or row.declaration in for_all)
        )

    def _index(self, declaration: Declaration) -> bytes:
        return self._log.keyring.blind_index(declaration.service_user or "")

    def _for_everybody(self, ended: Sequence[UUID], up_to: int | None) -> set[UUID]:
        known = self._read(ended, up_to)
        return {id_ for id_, each in known.items() if each is not None and _is_for_everybody(each)}

    def offered(self, worker: str, now: datetime) -> list[Offered]:
        """About whom a worker declared in the last year, whose service or last day changed in the
        directory in that year, and of whom they have told no ending."""
        with self._log.database.read() as connection:
            about = endings.declared_since(connection, worker, now - A_YEAR)
            told = {each.service_user for each in about if each.kind in _ending()}
            open_ones = {each.service_user for each in about} - told
            streams = endings.changed(connection, open_ones, now - A_YEAR) if open_ones else ()
            if not streams:
                return []
            listed = list(self._log.streams(streams))
        offers = (_offered(_of(stream, listed), now - A_YEAR) for stream in streams)
        found = [each for each in offers if each is not None]
        return sorted(found, key=lambda each: each.reference)


def _ending() -> list[str]:
    """The kinds that tell of how the work with somebody ended."""
    return [name for name, kind in all_kinds().items() if kind.ends is not None]


def _may_come_after(declaration: Declaration) -> bool:
    kind = all_kinds().get(declaration.kind)
    return bool(kind and kind.may_come_after_ending and declaration.service_user)


def _is_for_everybody(declaration: Declaration) -> bool:
    ends = all_kinds()[declaration.kind].ends
    answers = answers_in(declaration.kind, declaration.details)
    return ends is not None and answers is not None and ends(answers) is Ends.FOR_EVERYBODY


def _of(stream: Any, listed: Collection[Event]) -> Iterator[ServiceUserListed]:
    return (
        each
        for each in listed
        if each.originator_id == stream and isinstance(each, ServiceUserListed)
    )


def _offered(listed: Iterable[ServiceUserListed], since: datetime) -> Offered | None:
    """What is offered because of what changed last, if that changed since the given moment."""
    first, *others = listed
    before, last = first, None
    for each in others:
        if (each.service, each.ended_on) != (before.service, before.ended_on):
            last = (before, each)
        before = each
    if last is None or before.words is None or last[1].moment < since:
        return None
    earlier, later = last
    has_moved = earlier.service != later.service
    if later.ended_on is None and not has_moved:
        return None
    kind = next(iter(_ending()), None)
    if kind is None:
        return None
    return Offered(kind, before.words.reference, before.service, has_moved, before.ended_on)
