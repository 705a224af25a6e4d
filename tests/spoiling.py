"""Somebody at the database who changes a byte of an entry, or of its key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from tests.logs import by_hand, is_sqlite

ENTRY = ("state", "topic", "originator_id", "originator_version")
KEY = ("id", "master", "wrapped", "originator_id", "originator_version")
"""What an entry and its key consist of. Where an entry stands (its position) and when it was stored
are bound as well, or found by the entries around it."""


def flipped(value: Any, place: int) -> Any:
    """The value with one byte of it changed."""
    if isinstance(value, int):
        return value ^ 1 << 8 * place
    if isinstance(value, UUID):
        return UUID(bytes=flipped(value.bytes, place))
    if isinstance(value, str):
        return flipped(value.encode(), place).decode()
    changed = bytearray(value)
    changed[place] ^= 1
    return bytes(changed)


def length(value: Any) -> int:
    return 4 if isinstance(value, int) else len(value.bytes if isinstance(value, UUID) else value)


class Hand:
    """A driver's own connection, with the triggers that keep entries taken away."""

    def __init__(self, url: str, connection: Any) -> None:
        self._mark = "?" if is_sqlite(url) else "%s"
        self._connection = connection
        if is_sqlite(url):
            for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                connection.execute(f"DROP TRIGGER {name}")
        else:
            connection.execute("ALTER TABLE entries DISABLE TRIGGER ALL")

    def ask(self, query: str, *values: Any) -> list[Any]:
        done = self._connection.execute(query.replace("?", self._mark), values)
        return done.fetchall() if done.description else []

    @contextmanager
    def instead(self, position: int, table: str, column: str, place: int) -> Iterator[None]:
        """While one byte of an entry, or of its key, is another."""
        of_it = "id = ?"
        given: list[Any] = [position]
        if table == "entry_keys":
            of_it = "originator_id = ? AND originator_version = ?"
            query = "SELECT originator_id, originator_version FROM entries WHERE id = ?"
            given = list(self.ask(query, position)[0])
        [(was,)] = self.ask(f"SELECT {column} FROM {table} WHERE {of_it}", *given)
        now = flipped(was, place)
        self.ask(f"UPDATE {table} SET {column} = ? WHERE {of_it}", now, *given)
        names = (each.strip(" =?") for each in of_it.split("AND"))
        there = dict(zip(names, given, strict=True))
        changed = (now if name == column else value for name, value in there.items())
        try:
            yield
        finally:
            self.ask(f"UPDATE {table} SET {column} = ? WHERE {of_it}", was, *changed)


@contextmanager
def hand(url: str) -> Iterator[Hand]:
    with by_hand(url) as connection:
        yield Hand(url, connection)
