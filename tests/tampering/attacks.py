"""Attacks on a copy of the database, by somebody who owns it and may recompute every hash."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from events.log import sqlite
from events.log.database import Database
from register.proving.following import follow

Connection = sqlite.driver.Connection
Attack = Callable[[Connection, random.Random], None]
TREE = ("tree_leaves", "tree_nodes", "checkpoints", "successions")
SIGNED, COVERED = 30, 40
"""How many entries the checkpoint outside covers, and how many that of a receipt."""


@contextmanager
def by_its_owner(file: Path) -> Iterator[Connection]:
    """With the triggers out of the way, and put back as they were."""
    with closing(sqlite.driver.connect(file)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = made.fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def attack(file: Path, how: Attack, chance: random.Random, *, recompute: bool) -> None:
    with by_its_owner(file) as connection:
        how(connection, chance)
        if recompute:
            for table in TREE:
                connection.execute(f"DELETE FROM {table}")
    if recompute:
        with closing(Database(f"sqlite:///{file}")) as database:
            follow(database)


def some(connection: Connection, chance: random.Random, up_to: int) -> int:
    """The position of one of the first entries."""
    rows = connection.execute("SELECT id FROM entries ORDER BY id LIMIT ?", [up_to]).fetchall()
    return int(chance.choice(rows)[0])


def edit(connection: Connection, chance: random.Random) -> None:
    position = some(connection, chance, SIGNED)
    (state,) = connection.execute("SELECT state FROM entries WHERE id = ?", [position]).fetchone()
    changed = bytearray(state)
    place = chance.randrange(len(changed))
    changed[place] ^= 1 << chance.randrange(8)
    connection.execute("UPDATE entries SET state = ? WHERE id = ?", [bytes(changed), position])


def edit_and_leaf(connection: Connection, chance: random.Random) -> None:
    """An entry and its leaf, and no node above it."""
    position = some(connection, chance, SIGNED // 16 * 16)
    connection.execute(
        "UPDATE tree_leaves SET hash = ? WHERE position = ?", [chance.randbytes(32), position]
    )


def delete(connection: Connection, chance: random.Random) -> None:
    position = some(connection, chance, SIGNED)
    connection.execute("DELETE FROM entries WHERE id = ?", [position])
    connection.execute("UPDATE entries SET id = -(id - 1) WHERE id > ?", [position])
    connection.execute("UPDATE entries SET id = -id WHERE id < 0")


def insert(connection: Connection, chance: random.Random) -> None:
    position = some(connection, chance, SIGNED)
    connection.execute("UPDATE entries SET id = -(id + 1) WHERE id >= ?", [position])
    connection.execute("UPDATE entries SET id = -id WHERE id < 0")
    connection.execute(
        "INSERT INTO entries SELECT ?, ?, 1, topic, state,"
        " coalesce((SELECT replace(recorded_at, '.000000', '.000001') FROM entries WHERE id = ?),"
        " '2026-05-04 11:00:00.000000') FROM entries LIMIT 1",
        [position, chance.randbytes(16).hex(), position - 1],
    )


def swap(connection: Connection, chance: random.Random) -> None:
    """Each takes on the other's moment too, as they have to be in order."""
    one = other = some(connection, chance, SIGNED)
    while other == one:
        other = some(connection, chance, SIGNED)
    read = "SELECT originator_id, topic, state FROM entries WHERE id = ?"
    first, second = (connection.execute(read, [each]).fetchone() for each in (one, other))
    write = "UPDATE entries SET originator_id = ?, topic = ?, state = ? WHERE id = ?"
    for row, position in ((("-", "-", b""), one), (first, other), (second, one)):
        connection.execute(write, [*row, position])


def shorten(keep: Callable[[random.Random], int]) -> Attack:
    def truncate(connection: Connection, chance: random.Random) -> None:
        connection.execute(
            "DELETE FROM entries WHERE id NOT IN (SELECT id FROM entries ORDER BY id LIMIT ?)",
            [keep(chance)],
        )

    return truncate


def move_sealed_part(connection: Connection, chance: random.Random) -> None:
    one, other = some(connection, chance, SIGNED), some(connection, chance, SIGNED)
    while other == one:
        other = some(connection, chance, SIGNED)
    read = "SELECT state FROM entries WHERE id = ?"
    (taken,), (there,) = (connection.execute(read, [each]).fetchone() for each in (one, other))
    mark = b',"words":'
    moved = there.rpartition(mark)[0] + mark + taken.rpartition(mark)[2]
    connection.execute("UPDATE entries SET state = ? WHERE id = ?", [moved, other])


def change_value(connection: Connection, chance: random.Random) -> None:
    """Another moment, by a day; leaf and tree stay."""
    position = some(connection, chance, SIGNED)
    connection.execute(
        "UPDATE entries SET recorded_at = replace(recorded_at, '2026-05-04', '2026-05-05')"
        " WHERE id = ?",
        [position],
    )


def rewrite_the_end(connection: Connection, chance: random.Random) -> None:
    """Another end of the log, of the same length."""
    for position in range(chance.randint(2, SIGNED), COVERED + 1):
        connection.execute(
            "UPDATE entries SET originator_id = ?, originator_version = 1 WHERE id = ?",
            [chance.randbytes(16).hex(), position],
        )
