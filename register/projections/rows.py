"""Collects the rows of one read model from many changes, and writes them into its table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Key = tuple[Any, ...]
Row = dict[str, Any]
KEY = "key_"
"""Prefix of the parameters that hold a row's primary key, so that they differ from new values."""


class Rows:
    """New rows and changes of rows, until they are written. A row that is added and then changed
    is written once."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        self._keys = tuple(column.name for column in table.primary_key)
        self._added: dict[Key, Row] = {}
        self._added_if_new: dict[Key, Row] = {}
        self._put: dict[Key, Row] = {}
        self._changed: dict[Key, Row] = {}
        self._set_once: dict[Key, Row] = {}

    def add(self, row: Row) -> None:
        """Add a row that is not in the table yet."""
        self._added[self._key(row)] = row

    def add_if_new(self, row: Row) -> None:
        """Add a row, unless the table has one with this primary key."""
        self._added_if_new.setdefault(self._key(row), row)

    def put(self, row: Row) -> None:
        """Add a row, or replace the row with this primary key, and whatever was changed in it."""
        key = self._key(row)
        self._put[key] = row
        self._changed.pop(key, None)
        self._set_once.pop(key, None)

    def _key(self, row: Row) -> Key:
        return tuple(row[name] for name in self._keys)

    def change(self, *key: Any, **values: Any) -> None:
        """Set values in the row with this primary key."""
        row = self._added.get(key) or self._put.get(key)
        if row is None:
            row = self._changed.setdefault(key, {})
        row.update(values)

    def set_once(self, *key: Any, **values: Any) -> None:
        """Set values in the row with this primary key where it has none yet."""
        row = self._added.get(key)
        if row is None:
            row = self._set_once.setdefault(key, {})
        row.update({name: each for name, each in values.items() if row.get(name) is None})

    def write(self, connection: sa.Connection) -> None:
        for statement, rows in (
            (adding, self._added),
            (adding_if_new, self._added_if_new),
            (putting, self._put),
        ):
            if rows:
                made = statement(self._table, connection.dialect.name)
                connection.execute(made, list(rows.values()))
        for statement_of, changed in ((changing, self._changed), (setting_once, self._set_once)):
            for names, changes in self._alike(changed).items():
                connection.execute(statement_of(self._table, names), changes)

    def _alike(self, changed: Mapping[Key, Row]) -> Mapping[tuple[str, ...], list[Row]]:
        """The changed rows, grouped by the columns that are set."""
        alike: dict[tuple[str, ...], list[Row]] = {}
        for key, values in changed.items():
            wanted = {KEY + name: value for name, value in zip(self._keys, key, strict=True)}
            alike.setdefault(tuple(values), []).append({**wanted, **values})
        return alike


# Statements are cached: making one takes longer than sending it.


@cache
def adding(table: sa.Table, dialect: str) -> sa.Insert:
    return _insert(table, dialect)


@cache
def adding_if_new(table: sa.Table, dialect: str) -> sa.Insert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def putting(table: sa.Table, dialect: str) -> sa.Insert:
    insert, keys = _insert(table, dialect), list(table.primary_key)
    others = {each.name: insert.excluded[each.name] for each in table.c if each not in set(keys)}
    return insert.on_conflict_do_update(index_elements=keys, set_=others)


def _insert(table: sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def changing(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    return _update(table).values({name: sa.bindparam(name) for name in names})


@cache
def setting_once(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    given = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    kept = {name: sa.func.coalesce(table.c[name], value) for name, value in given.items()}
    return _update(table).values(kept)


def _update(table: sa.Table) -> sa.Update:
    wanted = [column == sa.bindparam(KEY + column.name) for column in table.primary_key]
    return sa.update(table).where(*wanted)
