"""Looks are written by a thread of their own: all that wait share one commit.

They never take the append lock of PostgreSQL, so nobody who declares waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from events.log.database import Database, hold
from events.log.sealing import Keyring
from events.log.writer import Unit, Writer
from register.reading.looks.look import (
    AN_HOUR,
    Look,
    index_of_declaration,
    index_of_worker,
    row_of,
    same,
)
from register.reading.looks.tables import looked_at, looks

LOOKS_LOCK = 0x6C6F6F6B73
"""The advisory lock on PostgreSQL under which looks are numbered: the word "looks" as a number."""


@dataclass(frozen=True)
class ToKeep:
    """A look that is to be kept. One that does not count again changes nothing if the same was
    looked at within the hour: a page that refreshes itself, or a picture on a page."""

    look: Look
    counts_again: bool = True


class LookWriter:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Callable[[], datetime], capacity: int
    ) -> None:
        self._database = database
        self._carry_out = partial(_keep_all, keyring, clock)
        self._writer = Writer(self._begin, capacity=capacity)

    def keep(self, wanted: ToKeep) -> Future[None]:
        """Have a look written; the future is done once it is committed."""
        return self._writer.submit(wanted, self._carry_out)

    def close(self) -> None:
        self._writer.close()

    @contextmanager
    def _begin(self) -> Iterator[Unit]:
        with self._database.write_beside() as connection:
            hold_numbers(connection)
            yield Unit(connection)


def hold_numbers(connection: sa.Connection) -> None:
    """Until the transaction ends, no other numbers looks: what has a number is committed."""
    hold(connection, LOOKS_LOCK)


def _keep_all(
    keyring: Keyring, clock: Callable[[], datetime], unit: Unit, wanted: Sequence[ToKeep]
) -> list[None]:
    now, connection = clock(), unit.connection
    by_same: dict[bytes, list[ToKeep]] = {}
    for each in wanted:
        by_same.setdefault(same(keyring, each.look), []).append(each)
    before = _within_the_hour(connection, list(by_same), now)
    number = _last_number(connection)
    rows, indexes = [], []
    for index, alike in by_same.items():
        first = before.get(index)
        counting = sum(each.counts_again for each in alike)
        if first is not None and not counting:
            continue
        number += 1
        if first is not None:
            rows.append(_again(number, first, counting, now))
            continue
        look = alike[0].look
        rows.append(row_of(keyring, number, look, max(counting, 1), now))
        indexes += _indexes(keyring, number, look)
    if rows:
        connection.execute(sa.insert(looks), rows)
    if indexes:
        connection.execute(sa.insert(looked_at), indexes)
    return [None] * len(wanted)


def _within_the_hour(
    connection: sa.Connection, wanted: list[bytes], now: datetime
) -> dict[bytes, int]:
    """The numbers of the looks of the last hour that are the same as those wanted."""
    query = sa.select(looks.c.same, looks.c.number).where(
        looks.c.same.in_(wanted), looks.c.at > now - AN_HOUR
    )
    return {row.same: row.number for row in connection.execute(query)}


def _last_number(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.max(looks.c.number))).scalar() or 0


def _again(number: int, first: int, count: int, now: datetime) -> dict[str, Any]:
    sealed = dict.fromkeys(("same", "by", "box", "key", "master", "wrapped"))
    return {"number": number, "at": now, "again_of": first, "count": count, **sealed}


def _indexes(keyring: Keyring, number: int, look: Look) -> list[dict[str, Any]]:
    return [
        {
            "look": number,
            "declaration": index_of_declaration(keyring, each.declaration),
            "worker": index_of_worker(keyring, each.worker),
        }
        for each in look.at
    ]
