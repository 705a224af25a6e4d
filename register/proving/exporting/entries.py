"""Each entry as an auditor may take it along: what is stored, and the key to its words; or its
digest alone."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.event import Event
from events.log.log import Log
from events.log.mapper import Entry
from events.log.tables import entries
from events.names import Shown
from events.photographs import PhotographAdded
from events.proof.leaves import leaf_data
from register.declarations.declaration import Declaration
from register.errors import ForbiddenError, unavailable_when_busy
from register.proving.exporting.names import SealedPart
from register.proving.exporting.photographs import ToldOf
from register.reading.auditing import Audit
from register.reading.entries import ShownEntry
from register.reading.looks.looks import Looks
from register.reading.reader import Reader

BATCH = 500
NOT_KEPT = "The register cannot note just now who looks, so nothing is taken out."
NOT_HERE = "Whoever has left takes nothing along."

STORED = (
    sa.select(entries)
    .where(entries.c.id.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(entries.c.id)
)


class Batch:
    """Some entries in their order, with the digest of each, and what may be read of them."""

    def __init__(
        self,
        lines: list[dict[str, Any]],
        leaves: list[bytes],
        begun: list[int],
        photographs: list[ToldOf],
    ) -> None:
        self.lines, self.leaves = lines, leaves
        self.begun = begun
        """The positions of those with which a declaration begins that may be seen."""
        self.photographs = photographs


class Readable:
    """The entries as one auditor may read them. Whatever is given was kept as a look before."""

    def __init__(self, log: Log, read: Reader, audit: Audit, looks: Looks) -> None:
        self._log, self._read, self._audit, self._looks = log, read, audit, looks

    def check_may(self, by: str) -> None:
        """Raises `ForbiddenError` for all but auditors who are here today."""
        self._read.entries(by, 0, 1)
        if not self._read.directory().is_here(by):
            raise ForbiddenError(NOT_HERE)

    def batches(self, by: str, up_to: int, *, with_words: bool) -> Iterator[Batch]:
        """Raises `ForbiddenError` for all but auditors, and also if they are none any more."""
        after = index = 0
        while True:
            with self._read.look():
                self.check_may(by)
                found = self._read.entries(by, after, BATCH)
                shown = [each for each in found if each.position <= up_to]
                if not shown:
                    return
                batch = self._batch(by, shown, index, with_words=with_words)
            yield batch
            after, index = shown[-1].position, index + len(shown)

    def _batch(
        self, by: str, shown: Sequence[ShownEntry], index: int, *, with_words: bool
    ) -> Batch:
        known = {each.position: each.entry for each in shown if each.entry is not None}
        opened = self._log.mapper.to_domain_event
        events = {position: cast(Event, opened(each)) for position, each in known.items()}
        about = self._audit.declarations_of(by, list(events.values()))
        self._keep(by, about, shown)
        leaves = self._leaves(shown[0].position, shown[-1].position)
        lines = []
        for place, (position, leaf) in enumerate(leaves.items(), index):
            line = {"index": place, "position": position, "leaf": leaf.hex()}
            entry = known.get(position)
            if entry is not None:
                is_for_them = position in about or isinstance(events[position], ServiceUserListed)
                line |= self._stored(entry, opens=with_words and is_for_them)
            lines.append(line)
        begun = [
            position
            for position, each in about.items()
            if (events[position].originator_id, events[position].originator_version) == (each.id, 1)
        ]
        told_of = [
            ToldOf(position, each.originator_id, each.photograph, with_words and position in about)
            for position, each in events.items()
            if isinstance(each, PhotographAdded)
        ]
        return Batch(lines, list(leaves.values()), begun, told_of)

    def _keep(self, by: str, about: Mapping[int, Declaration], shown: Sequence[ShownEntry]) -> None:
        declarations = list({each.id: each for each in about.values()}.values())
        part = f"{shown[0].position} to {shown[-1].position}"
        for kept in self._looks.keep(by, Shown.EXPORT, declarations, part):
            with unavailable_when_busy(NOT_KEPT):
                kept()

    def _leaves(self, first: int, last: int) -> dict[int, bytes]:
        """The digests of all that is stored, by position."""
        with self._log.database.read() as connection:
            rows = connection.execute(STORED, {"first": first, "last": last}).all()
        return {row[0]: leaf_data(*row) for row in rows}

    def _stored(self, entry: Entry, *, opens: bool) -> dict[str, Any]:
        assert entry.recorded_at is not None
        stored = {
            "stream": str(UUID(str(entry.originator_id))),
            "version": entry.originator_version,
            "topic": entry.topic,
            "recorded_at": entry.recorded_at.isoformat(),
            "state": entry.state.decode(),
        }
        if not opens:
            return stored | _words(SealedPart.WITHHELD)
        found = self._log.mapper.taken_out(entry)
        if found is None:
            return stored | _words(SealedPart.ERASED)
        key, said = found
        words = json.loads(said) if said else None
        return stored | _words(SealedPart.OPEN if said else SealedPart.NONE, key, words)


def _words(sealed: SealedPart, key: bytes | None = None, words: Any = None) -> dict[str, Any]:
    in_base64 = None if key is None else b64encode(key).decode("ascii")
    return {"sealed": str(sealed), "key": in_base64, "words": words}
