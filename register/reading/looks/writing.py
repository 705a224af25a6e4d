"""Looks are written by a thread of their own: all that wait share one commit.

They never take the append lock of PostgreSQL, so nobody who declares waits for them. Most looks are
the same as one within the hour: where all that wait are, they take one statement. PostgreSQL is
sent that by whoever looks, where no other is on its way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from events.log.database import Database, hold
from events.log.sealing import Keyring
from events.log.waiting import BusyError
from events.log.writer import Unit, Writer, answered
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


ADD_AGAIN = {
    "sqlite": """
        INSERT INTO looks (at, again_of, count)
        SELECT :at, value ->> 0, value ->> 1 FROM json_each(:counts)""",
    "postgresql": f"""
        WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock({LOOKS_LOCK}))
        INSERT INTO looks (at, again_of, count)
        SELECT %(at)s, (value ->> 0)::bigint, (value ->> 1)::integer
        FROM held, json_array_elements(CAST(%(counts)s AS json))""",
}
"""Adds that the same was looked at again, as the drivers take it. `counts` is a JSON list, of the
number of the first look and how often. What numbers looks holds their lock (`hold_numbers`)."""
ADD_ONE_AGAIN = (
    ADD_AGAIN["postgresql"].replace("%(at)s", "$1::timestamptz").replace("%(counts)s", "$2")
)
"""The same, as PostgreSQL itself takes it."""


Waiting = Callable[[], None]
"""Waits until something is committed. Raises `BusyError`."""


def nothing_to_wait_for() -> None:
    pass


@dataclass(frozen=True)
class ToKeep:
    """A look that is to be kept. One that does not count again changes nothing if the same was
    looked at within the hour: a page that refreshes itself, or a picture on a page."""

    look: Look
    counts_again: bool = True


class First(NamedTuple):
    """The first of the same looks within an hour."""

    number: int
    at: datetime


MOST_REMEMBERED = 10_000
TO_BEGIN = 0.001
"""Seconds that somebody stands back at most."""


class LooksUnit(Unit):
    """A transaction that keeps looks, which begins when it is first needed. `new` are those that
    are the first in their hour; `again`, how often each of the older ones was repeated. It says
    when all that is left to do is the database's."""

    def __init__(
        self, database: Database, ending: ExitStack, on_its_way: Callable[[], None]
    ) -> None:
        self._database = database
        self._on_its_way = on_its_way
        self._ending = ending
        self._connection: sa.Connection | None = None
        self.new: dict[bytes, First] = {}
        self.again: dict[int, int] = {}

    @property
    def connection(self) -> sa.Connection:  # type: ignore[override]
        if self._connection is None:
            self._connection = self._ending.enter_context(self._database.write_beside())
            hold_numbers(self._connection)
        return self._connection

    def end(self, now: datetime) -> None:
        """Add what was looked at again, the last thing in the transaction; where there is none, in
        one of its own."""
        if self.again and self._connection is None:
            with self._database.write_at_once() as execute:
                self._on_its_way()
                execute(*self._adding(now))
            return
        self._on_its_way()
        if self.again:
            self.connection.exec_driver_sql(*self._adding(now))

    def _adding(self, now: datetime) -> tuple[str, dict[str, object]]:
        counts = msgspec.json.encode([*self.again.items()]).decode()
        given = {"at": self._database.moment(now), "counts": counts}
        return ADD_AGAIN[self._database.dialect], given

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """The whole transaction: nobody is answered if any of it fails."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, ValueError) as error:
            raise BusyError("looks could not be kept") from error


class LookWriter:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Callable[[], datetime], capacity: int
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._lately: dict[bytes, First] = {}
        """Looks of the last hour that are committed; not all need be here."""
        self._on_its_way = threading.Event()
        self._on_its_way.set()
        is_postgresql = database.dialect == "postgresql"
        self._sending = database.sending(ADD_ONE_AGAIN) if is_postgresql else None
        self._writer = Writer(self._begin, capacity=capacity)

    def keep(self, wanted: ToKeep) -> Waiting:
        """Have a look written. Gives what waits until it is committed."""
        return self._kept_again(wanted) or self._queued(wanted)

    def _kept_again(self, wanted: ToKeep) -> Waiting | None:
        """Where the same was looked at within the hour, whoever looks tells PostgreSQL: that takes
        less than to wake the writer's thread. None where another's is on its way, or on SQLite: the
        writer then has one commit for all."""
        now, first = self._clock(), self._lately.get(same(self._keyring, wanted.look))
        if first is None or first.at <= now - AN_HOUR:
            return None
        if not wanted.counts_again:
            return nothing_to_wait_for
        if self._sending is None:
            return None
        sent = self._sending.send([now.isoformat(), f"[[{first.number}, 1]]"])
        return None if sent is None else sent.wait

    def _queued(self, wanted: ToKeep) -> Waiting:
        self._on_its_way.clear()
        return partial(answered, self._writer.submit(wanted, self._keep_all))

    def let_begin(self) -> None:
        """Stand back until what was to be kept last is on its way to the disk. Python would let the
        writer's thread wait until whoever asked for it waits too."""
        self._on_its_way.wait(TO_BEGIN)

    def close(self) -> None:
        self._writer.close()
        if self._sending is not None:
            self._sending.close()

    @contextmanager
    def _begin(self) -> Iterator[LooksUnit]:
        with ExitStack() as ending:
            unit = LooksUnit(self._database, ending, self._on_its_way.set)
            yield unit
            unit.end(self._clock())
        if len(self._lately) > MOST_REMEMBERED:
            self._lately.clear()
        self._lately.update(unit.new)

    def _keep_all(self, unit: LooksUnit, wanted: Sequence[ToKeep]) -> list[None]:
        now, alike = self._clock(), _alike(self._keyring, wanted)
        first = self._first(unit, list(alike), now)
        new = []
        for index, each in alike.items():
            count = sum(one.counts_again for one in each)
            if index not in first:
                new.append((each[0].look, row_of(self._keyring, each[0].look, max(count, 1), now)))
            elif count:
                number = first[index].number
                unit.again[number] = unit.again.get(number, 0) + count
        if new:
            unit.new.update(_insert(unit.connection, self._keyring, new, now))
        return [None] * len(wanted)

    def _first(self, unit: LooksUnit, wanted: Sequence[bytes], now: datetime) -> dict[bytes, First]:
        """The first looks of the last hour that are the same as those wanted."""
        known = {each: self._lately.get(each) or unit.new.get(each) for each in wanted}
        since = now - AN_HOUR
        first = {each: one for each, one in known.items() if one is not None and one.at > since}
        others = [each for each in wanted if each not in first]
        if others:
            query = sa.select(looks.c.same, looks.c.number, looks.c.at).where(
                looks.c.same.in_(others), looks.c.at > since
            )
            rows = unit.connection.execute(query)
            committed = {row.same: First(row.number, row.at) for row in rows}
            self._lately.update(committed)
            first |= committed
        return first


def hold_numbers(connection: sa.Connection) -> None:
    """Until the transaction ends, no other numbers looks: what has a number is committed."""
    hold(connection, LOOKS_LOCK)


def _alike(keyring: Keyring, wanted: Sequence[ToKeep]) -> dict[bytes, list[ToKeep]]:
    found: dict[bytes, list[ToKeep]] = {}
    for each in wanted:
        found.setdefault(same(keyring, each.look), []).append(each)
    return found


def _insert(
    connection: sa.Connection,
    keyring: Keyring,
    new: Sequence[tuple[Look, dict[str, Any]]],
    now: datetime,
) -> dict[bytes, First]:
    """Add looks, each with what it can be found by; gives their numbers."""
    adding = sa.insert(looks).returning(looks.c.number, sort_by_parameter_order=True)
    rows = [row for _, row in new]
    numbers = connection.execute(adding, rows).scalars().all()
    numbered = zip(new, numbers, strict=True)
    indexes = [each for (look, _), number in numbered for each in _indexes(keyring, number, look)]
    if indexes:
        connection.execute(sa.insert(looked_at), indexes)
    return {row["same"]: First(number, now) for row, number in zip(rows, numbers, strict=True)}


def _indexes(keyring: Keyring, number: int, look: Look) -> list[dict[str, Any]]:
    return [
        {
            "look": number,
            "declaration": index_of_declaration(keyring, each.declaration),
            "worker": index_of_worker(keyring, each.worker),
        }
        for each in look.at
    ]
