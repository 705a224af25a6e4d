"""The checkpoints and successions that the database keeps, and what it says of the signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from events.log.database import Database
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import read_note
from register.proving.names import Unsigned
from register.proving.tables import checkpoints, signing, successions

SILENT = timedelta(minutes=5)
"""After so long without a word from whoever signs, nobody does."""
ONE = 1


class Kept(Struct, frozen=True):
    """A checkpoint, with the public key that signed it, as text."""

    key: str
    size: int
    note: str
    signed_at: datetime


def last_kept(connection: sa.Connection, key: str | None = None) -> Kept | None:
    """The checkpoint that was signed last, by this key or by any."""
    query = sa.select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)
    if key is not None:
        query = query.where(checkpoints.c.key == key)
    row = connection.execute(query).first()
    return None if row is None else _kept(row)


def all_kept(connection: sa.Connection) -> Iterator[Kept]:
    """Every checkpoint, the smallest tree first."""
    return map(_kept, connection.execute(sa.select(checkpoints).order_by(checkpoints.c.size)))


def kept_of(connection: sa.Connection, key: str, size: int) -> Kept | None:
    query = sa.select(checkpoints).where(checkpoints.c.key == key, checkpoints.c.size == size)
    row = connection.execute(query).first()
    return None if row is None else _kept(row)


def successors(connection: sa.Connection) -> dict[str, str]:
    """For each public key that has ended, the note that names the next."""
    rows = connection.execute(sa.select(successions.c.key, successions.c.note))
    return {row.key: row.note for row in rows}


def keep(database: Database, key: str, size: int, note: str, at: datetime) -> None:
    row = {"key": key, "size": size, "note": note, "signed_at": at}
    with database.write_beside() as connection:
        if kept_of(connection, key, size) is None:
            connection.execute(sa.insert(checkpoints), row)


def keep_succession(database: Database, key: str, note: str, at: datetime) -> None:
    row = {"key": key, "note": note, "signed_at": at}
    with database.write_beside() as connection:
        if key not in successors(connection):
            connection.execute(sa.insert(successions), row)


def say(database: Database, word: Unsigned | None, at: datetime) -> None:
    """Say that whoever signs is at work, and what is in the way."""
    insert: Any = (sqlite if database.dialect == "sqlite" else postgresql).insert(signing)
    row = {"id": ONE, "said_at": at, "word": None if word is None else str(word)}
    with database.write_beside() as connection:
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=row), row)


def said(connection: sa.Connection, now: datetime) -> Unsigned | None:
    """What is in the way of signing; None if nothing is. Where nobody ever signed, it is that
    there is nowhere to publish."""
    row = connection.execute(sa.select(signing)).first()
    if row is None:
        return Unsigned.NO_PLACE
    if row.said_at < now - SILENT:
        return Unsigned.NOBODY
    return None if row.word is None else Unsigned(row.word)


def largest_agreed(connection: sa.Connection, contradicts: Callable[[Checkpoint], object]) -> int:
    """The size of the largest tree that was signed and that nothing speaks against; 0 if none."""
    known = (checkpoint_of(read_note(each.note.encode())) for each in all_kept(connection))
    return max((each.size for each in list(known) if not contradicts(each)), default=0)


def _kept(row: Any) -> Kept:
    return Kept(row.key, row.size, row.note, row.signed_at)
