"""Publishes what is to be erased, before anything is destroyed, where checkpoints are published.

    tombstone-1    the first tombstone, signed, in the folder of the key that signed it
    tombstone-2    the next, in that folder or in the one of the key that followed

They are numbered from 1 without gaps over all keys of the log, and each has the digest of the one
before it. The last one is named in the checkpoints that come after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog

from events.erasing import ErasureConfirmed
from events.log.database import Database
from events.log.tables import entries
from events.proof.notes import BadNoteError, PublicKey, SecretKey
from events.proof.tombstones import (
    NOTHING_BEFORE,
    ErasedEntry,
    Tombstone,
    check_chain,
    read_tombstone,
    tombstone_of,
)
from register.proving.memory import NotOursError, folder_of
from register.proving.places import Place, PlaceAwayError
from register.proving.tables import tombstoned, tombstones

log = structlog.get_logger("register")

LAST = sa.select(sa.func.max(entries.c.id))


class Confirmed(msgspec.Struct):
    """What a stored `ErasureConfirmed` says. It is read here without the register's keys: whoever
    signs may not have them."""

    declarations: tuple[UUID, ...]
    entries: tuple[ErasedEntry, ...]


class Published(msgspec.Struct, frozen=True):
    key: PublicKey
    tombstone: Tombstone
    note: str


def name_of(number: int) -> str:
    return f"tombstone-{number}"


def published_at(place: Place, keys: Sequence[PublicKey]) -> list[Published]:
    """Every tombstone that a place has, in order; `keys` are those of the log, the oldest first.
    Raises `PlaceAwayError`, and `NotOursError` if the chain is broken or another signed it."""
    found: list[Published] = []
    try:
        for key in keys:
            while text := place.read(folder_of(key), name_of(len(found) + 1)):
                found.append(Published(key, tombstone_of(text, [key]), text))
        check_chain([each.tombstone for each in found])
    except BadNoteError as error:
        raise NotOursError(str(error)) from None
    return found


def kept_tombstones(
    connection: sa.Connection, *wanted: sa.ColumnElement[bool]
) -> dict[UUID, Tombstone]:
    """Those that a place outside has taken, or those of them that are wanted, by erasure, in
    order."""
    query = sa.select(tombstones.c.note).where(*wanted).order_by(tombstones.c.number)
    notes = connection.execute(query).scalars()
    found = (read_tombstone(note.partition("\n\n")[0] + "\n") for note in notes)
    return {each.erasure: each for each in found}


def last_kept_tombstone(connection: sa.Connection) -> Tombstone | None:
    query = sa.select(tombstones.c.note).order_by(tombstones.c.number.desc()).limit(1)
    note = connection.execute(query).scalar()
    return None if note is None else read_tombstone(note.partition("\n\n")[0] + "\n")


def keep_tombstones(database: Database, some: Sequence[Published], now: datetime) -> None:
    """Keep those that the database has not yet: it may come from an older copy."""
    with database.write_beside() as connection:
        last = last_kept_tombstone(connection)
        for each in some[0 if last is None else last.number :]:
            row = {
                "number": each.tombstone.number,
                "erasure": each.tombstone.erasure,
                "key": str(each.key),
                "note": each.note,
                "published_at": now,
            }
            connection.execute(sa.insert(tombstones), row)
            _keep_ids(connection, each.tombstone.declarations)


def _keep_ids(connection: sa.Connection, declarations: Sequence[UUID]) -> None:
    there = sa.select(tombstoned.c.declaration).where(tombstoned.c.declaration.in_(declarations))
    known = set(connection.execute(there).scalars())
    new = [{"declaration": each} for each in dict.fromkeys(declarations) if each not in known]
    if new:
        connection.execute(sa.insert(tombstoned), new)


def are_tombstoned(connection: sa.Connection, declarations: Sequence[UUID]) -> set[UUID]:
    """Which of these ids nothing may be stored under again."""
    query = sa.select(tombstoned.c.declaration).where(tombstoned.c.declaration.in_(declarations))
    return set(connection.execute(query).scalars())


class Tombstones:
    """Publishes a tombstone for each erasure that was confirmed, in their order."""

    def __init__(
        self, database: Database, own: Place, more: Sequence[Place], vouch: Callable[[], None]
    ) -> None:
        self._database = database
        self._own = own
        self._more = more
        self._vouch = vouch
        """A clean commit, later than those of all entries that were read."""
        self._position: int | None = None
        """Up to here, every erasure is published."""

    def publish(self, outside: Place, held: Sequence[SecretKey], now: datetime) -> None:
        """`held` are the keys of the log, the last of which signs. Raises `PlaceAwayError` and
        `NotOursError`."""
        with self._database.read() as connection:
            up_to = connection.execute(LAST).scalar() or 0
        confirmed = list(self._confirmed(up_to))
        if confirmed or self._position is None:
            there = published_at(outside, [each.public for each in held])
            keep_tombstones(self._database, there, now)
            known = {each.tombstone.erasure for each in there}
            for erasure, what in confirmed:
                if erasure not in known:
                    self._vouch()
                    self._publish(outside, held[-1], there, _tombstone(there, erasure, what))
                    keep_tombstones(self._database, there, now)
        self._position = up_to

    def _publish(
        self, outside: Place, key: SecretKey, there: list[Published], new: Tombstone
    ) -> None:
        note, folder, name = str(new.signed(key)), folder_of(key.public), name_of(new.number)
        if not outside.add(folder, name, note) and outside.read(folder, name) != note:
            raise PlaceAwayError("another was quicker")
        there.append(Published(key.public, new, note))
        for place in (self._own, *self._more):
            try:
                place.put(folder, name, note)
            except PlaceAwayError as error:
                log.warning("tombstone", error=type(error).__name__)

    def _confirmed(self, up_to: int) -> Iterator[tuple[UUID, Confirmed]]:
        """The erasures after those that are published."""
        query = (
            sa.select(entries.c.originator_id, entries.c.state)
            .where(
                entries.c.id > (self._position or 0),
                entries.c.id <= up_to,
                entries.c.topic == ErasureConfirmed.TOPIC,
            )
            .order_by(entries.c.id)
        )
        with self._database.read() as connection:
            rows: Sequence[Any] = connection.execute(query).all()
        for row in rows:
            yield row[0], msgspec.json.decode(row[1], type=Confirmed)


def _tombstone(there: Sequence[Published], erasure: UUID, what: Confirmed) -> Tombstone:
    before = there[-1].tombstone.digest if there else NOTHING_BEFORE
    return Tombstone(len(there) + 1, before, erasure, what.declarations, what.entries)
