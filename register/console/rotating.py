"""Wraps every key in the database anew under the current master key, while people read and write.

A key that is wrapped anew opens what it opened before: no entry changes, nor what its seal binds.
Whoever stops it halfway may begin again: what is done already stays so.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from events.log.log import Log
from events.log.mapper import Entry
from events.log.sealing import ASKED_AGAIN, SealBrokenError, Sealed, WrappedKey
from events.log.tables import entry_keys, photographs
from events.log.waiting import BusyError
from register.console.doctoring import Told
from register.reading.looks.look import bound as bound_of_look
from register.reading.looks.tables import looks
from register.setup.migrating import every_table

BATCH = 500
MEANWHILE = ASKED_AGAIN + 0.5
"""Seconds after which every process that runs seals under the current master key."""
PASSES = 20
PATIENCE = 10
"""How often a batch is tried again for which the database was too busy."""

Counts = dict[str, dict[int, int]]
"""How many keys are wrapped under each version, by the names of their tables."""
Row = sa.Row[Any]
Place = sa.ColumnElement[Any]
"""A column by which a row is found."""


def sealed_tables() -> list[sa.Table]:
    """Every table with rows that are sealed, each row under a key of its own."""
    tables = (table for metadata in every_table() for table in metadata.sorted_tables)
    return [each for each in tables if {"master", "wrapped"} <= set(each.columns.keys())]


def counted(connection: sa.Connection) -> Counts:
    found: Counts = {}
    for name, table, is_of_it in _sorts():
        by_version = sa.select(table.c.master, sa.func.count()).where(_is_sealed(table), is_of_it)
        rows = connection.execute(by_version.group_by(table.c.master)).all()
        found[name] = {row[0]: row[1] for row in rows}
    return found


def _sorts() -> Iterator[tuple[str, sa.Table, sa.ColumnElement[bool]]]:
    """What keys are counted as: the names of their tables, but that those of photographs stand
    among those of entries."""
    for table in sealed_tables():
        if table is entry_keys:
            yield table.name, table, table.c.originator_version >= 0
            yield photographs.name, table, table.c.originator_version < 0
        else:
            yield table.name, table, sa.true()


def under(counts: Counts, version: int) -> dict[str, int]:
    """How many keys are wrapped under a version, by table; tables without one are left out."""
    return {name: found[version] for name, found in counts.items() if version in found}


def others(counts: Counts, current: int) -> int:
    """How many keys are wrapped under any version but this one."""
    by_version = (each for found in counts.values() for each in found.items())
    return sum(count for version, count in by_version if version != current)


class Rotation:
    """Wraps keys anew. `told` is told how many are done, and how many there were to do."""

    def __init__(self, log: Log, told: Told = lambda _done, _total: None) -> None:
        self._log = log
        self._told = told
        self.keys: Counter[str] = Counter()
        """How many were wrapped anew, by what they are counted as."""
        self.damaged: set[tuple[str, Any]] = set()
        """The places of keys that no master key opens; they stay as they are."""

    def run(self) -> None:
        """Go on until no key is left that can be wrapped anew, nor comes from whoever was sealing
        when it began."""
        total = self._left()
        for _ in range(PASSES):
            for table in sealed_tables():
                for done in self._pass(table):
                    self.keys += done
                    self._told(self.keys.total(), max(total, self.keys.total()))
            time.sleep(MEANWHILE)
            if self._left() <= len(self.damaged):
                return

    def _left(self) -> int:
        with self._log.database.read() as connection:
            return others(counted(connection), self._log.keyring.current)

    def _pass(self, table: sa.Table) -> Iterator[Counter[str]]:
        """Wrap the keys of one table anew, batch after batch; gives how many at a time."""
        place = _place(table, self._log.database.dialect)
        after: tuple[Any, ...] | None = None
        while True:
            began = time.monotonic()
            rows, done = self._patiently(table, place, after)
            yield done
            if len(rows) < BATCH:
                return
            after = tuple(rows[-1][: len(place)])
            time.sleep(time.monotonic() - began)  # whoever waits to write comes in between

    def _patiently(
        self, table: sa.Table, place: Sequence[Place], after: tuple[Any, ...] | None
    ) -> tuple[Sequence[Row], Counter[str]]:
        """One batch: its rows, and how many were wrapped anew. While others keep the database
        busy, it is tried again."""
        for _ in range(PATIENCE):
            with suppress(BusyError, sa.exc.OperationalError):
                return self._wrap(table, place, after)
        return self._wrap(table, place, after)

    def _wrap(
        self, table: sa.Table, place: Sequence[Place], after: tuple[Any, ...] | None
    ) -> tuple[Sequence[Row], Counter[str]]:
        with self._log.database.write_beside() as connection:
            rows = connection.execute(self._batch(table, place, after)).all()
            anew = list(self._anew(table, rows, len(place)))
            if anew:
                connection.execute(_update(table, place), anew)
        return rows, Counter(each["counts_as"] for each in anew)

    def _batch(
        self, table: sa.Table, place: Sequence[Place], after: tuple[Any, ...] | None
    ) -> sa.Select[Any]:
        is_old = table.c.master.is_distinct_from(self._log.keyring.current)
        query = sa.select(*place, *table.c).where(_is_sealed(table), is_old)
        if after is not None:
            last = (sa.literal(value, part.type) for value, part in zip(after, place, strict=True))
            query = query.where(sa.tuple_(*place) > sa.tuple_(*last))
        # A row that another transaction has is left for the next pass: nobody waits for another.
        return query.order_by(*place).limit(BATCH).with_for_update(skip_locked=True)

    def _anew(self, table: sa.Table, rows: Sequence[Row], width: int) -> Iterator[dict[str, Any]]:
        for row in rows:
            stored = dict(zip(table.c.keys(), row[width:], strict=True))
            try:
                key = _wrapped_anew(self._log, table, stored)
            except Exception:  # whatever it is, it is about this row alone
                self.damaged.add((table.name, tuple(row[:width])))
                continue
            at = {f"at_{number}": value for number, value in enumerate(row[:width])}
            new = {"new_master": key.master, "new_wrapped": key.wrapped}
            yield at | new | {"counts_as": _counts_as(table, stored)}


def _counts_as(table: sa.Table, row: Mapping[str, Any]) -> str:
    is_of_photograph = table is entry_keys and row["originator_version"] < 0
    return photographs.name if is_of_photograph else table.name


def _wrapped_anew(log: Log, table: sa.Table, row: Mapping[str, Any]) -> WrappedKey:
    key = WrappedKey(row["id" if table is entry_keys else "key"], row["master"], row["wrapped"])
    if not key.is_destroyed:
        return log.keyring.wrapped_anew(key)
    if table.name not in MARKS:
        raise SealBrokenError("there are no marks of destroyed keys in this table")
    return MARKS[table.name](log, row, key)


def _mark_of_entry(log: Log, row: Mapping[str, Any], key: WrappedKey) -> WrappedKey:
    version = row["originator_version"]
    [entry] = log.recorder.select_events(row["originator_id"], gt=version - 1, lte=version)
    if not isinstance(entry, Entry) or entry.key != key:
        raise SealBrokenError("there is no entry of this key")
    return log.mapper.marked_anew(entry)


def _mark_of_look(log: Log, row: Mapping[str, Any], key: WrappedKey) -> WrappedKey:
    return log.keyring.marked_anew(Sealed(key.id, row["box"]), key, bound_of_look(row["at"]))


MARKS: dict[str, Callable[[Log, Mapping[str, Any], WrappedKey], WrappedKey]] = {
    entry_keys.name: _mark_of_entry,
    looks.name: _mark_of_look,
}
"""Where a mark may stand in the place of a key: what it is made of, which the mark binds."""


def _is_sealed(table: sa.Table) -> sa.ColumnElement[bool]:
    """Not a row that only counts another one again."""
    return table.c.wrapped.is_not(None)


def _place(table: sa.Table, dialect: str) -> list[Place]:
    """What a row is found by. On SQLite a damaged row may have a key that cannot be read."""
    if dialect == "sqlite":
        return [sa.literal_column("rowid", sa.Integer)]
    return list(table.primary_key.columns)


def _update(table: sa.Table, place: Sequence[Place]) -> sa.Update:
    is_it = (
        part == sa.bindparam(f"at_{number}", type_=part.type) for number, part in enumerate(place)
    )
    return (
        sa.update(table)
        .where(*is_it)
        .values(master=sa.bindparam("new_master"), wrapped=sa.bindparam("new_wrapped"))
    )
