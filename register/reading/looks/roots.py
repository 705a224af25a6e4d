"""The root of some rows of looks: whoever removes or changes one of them changes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from events.log.log import Log
from events.log.sealing import Keyring, SealBrokenError
from events.looks import LooksGathered
from register.reading.looks.look import (
    index_of_declaration,
    index_of_looker,
    index_of_worker,
    opened,
    same,
)
from register.reading.looks.tables import looked_at, looks

NUMBERED = (looks.c.number, looks.c.at, looks.c.again_of, looks.c.count, looks.c.box)


@dataclass(frozen=True)
class Gathered:
    """What an entry says of some rows."""

    first: int
    last: int
    rows: int
    looks: int
    root: str


def gathered(connection: sa.Connection, after: int, up_to: int | None, key: str) -> Gathered | None:
    """The rows with the numbers after one, up to another; None if there are none."""
    query = sa.select(*NUMBERED).where(looks.c.number > after).order_by(looks.c.number)
    if up_to is not None:
        query = query.where(looks.c.number <= up_to)
    digest, rows, count, first, last = hashlib.sha256(bytes.fromhex(key)), 0, 0, 0, 0
    for row in connection.execute(query).mappings():
        first, last = first or row["number"], row["number"]
        rows, count = rows + 1, count + row["count"]
        digest.update(_leaf(row))
    return Gathered(first, last, rows, count, digest.hexdigest()) if rows else None


def _leaf(row: sa.RowMapping) -> bytes:
    """The digest of one row, without the key and the blind indexes, which erasing removes."""
    at = row["at"].isoformat() if row["at"] else None
    said = f"{row['number']}|{at}|{row['again_of']}|{row['count']}|".encode()
    return hashlib.sha256(said + (row["box"] or b"")).digest()


def differing(log: Log) -> Iterator[str]:
    """What is wrong with the looks, in sentences: of each entry whose rows are not what it says,
    and of each row that cannot be read, or whose indexes were changed."""
    before = 0
    for event in log.after(topics=(LooksGathered.TOPIC,)):
        if not isinstance(event, LooksGathered):
            continue
        with log.database.read() as connection:
            after = min(before, event.first - 1)
            found = gathered(connection, after, event.last, event.key)
        said = Gathered(event.first, event.last, event.rows, event.looks, event.root)
        if found != said:
            yield (
                f"The looks {event.first} to {event.last} are not those that entry "
                f"{event.position} tells of: some were removed or changed."
            )
        before = event.last
    yield from _changed(log)


def _changed(log: Log) -> Iterator[str]:
    number = 0
    while True:
        with log.database.read() as connection:
            query = sa.select(looks).where(looks.c.number > number, looks.c.box.is_not(None))
            rows = connection.execute(query.order_by(looks.c.number).limit(500)).mappings().all()
            indexes = _indexes(connection, [row["number"] for row in rows])
        if not rows:
            return
        for row in rows:
            if not _is_sound(log.keyring, dict(row), indexes.get(row["number"], set())):
                yield f"Look {row['number']} cannot be read, or cannot be found as it should be."
        number = rows[-1]["number"]


Indexes = set[tuple[bytes, bytes]]


def _indexes(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, Indexes]:
    found: dict[int, Indexes] = {}
    for row in connection.execute(sa.select(looked_at).where(looked_at.c.look.in_(numbers))):
        found.setdefault(row.look, set()).add((row.declaration, row.worker))
    return found


def _is_sound(keyring: Keyring, row: dict[str, Any], indexes: Indexes) -> bool:
    try:
        look = opened(keyring, row)
    except SealBrokenError:
        return False
    if look is None:
        return not indexes and row["same"] is None and row["by"] is None
    wanted: Iterable[tuple[bytes, bytes]] = (
        (index_of_declaration(keyring, each.declaration), index_of_worker(keyring, each.worker))
        for each in look.at
    )
    found_by = (row["same"], row["by"]) == (same(keyring, look), index_of_looker(keyring, look.by))
    return found_by and indexes == set(wanted)
