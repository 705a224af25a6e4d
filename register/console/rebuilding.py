"""Rebuilds the read models from the log beside the present ones, then swaps them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade
from events.directory import ServiceUserListed
from events.event import Event
from events.log.log import Log
from events.log.sealing import Keyring
from register import projections
from register.alerts.sort import Sort, State
from register.alerts.sorts import SORTS, Sorts, sort_of
from register.projections import Change, change_of

BESIDE = "rebuilt"
"""The schema that they are built in; on SQLite, the name of an attached database file."""
BATCH = 1000
"""How many changes are written together."""
NAMING = (DeclarationMade.TOPIC, DeclarationCorrected.TOPIC, ServiceUserListed.TOPIC)
"""The topics whose words name a service user. No other words are needed here."""

Progress = Callable[[int, int], None]


def rebuild(log: Log, folder: Path, progress: Progress, sorts: Sorts = SORTS) -> list[str]:
    """Build every read model again; gives the names of those whose rows differed.

    Streams are read one after the other, so memory does not grow with the log. Others can append
    meanwhile: the lock is held only for the entries that came after the start, and for the swap.
    On PostgreSQL the user has to own the database.
    """
    with _beside(log, folder) as connection:
        made_up_to = log.last_position()
        with connection.begin():
            events = log.by_stream(made_up_to, words_of=NAMING)
            _project(connection, log, _changes(log.keyring, events, sorts), 0, progress)
        connection.execution_options(append=True)
        with connection.begin():
            changes = _changes(log.keyring, log.streams_after(made_up_to), sorts)
            _project(connection, log, changes, made_up_to, progress)
            return [table.name for table in _tables() if _swap(connection, table)]


@contextmanager
def _beside(log: Log, folder: Path) -> Iterator[sa.Connection]:
    """A connection whose default schema is an empty one, apart from the real tables."""
    with (
        TemporaryDirectory(dir=folder) as spare,
        log.database.engine.connect().execution_options(
            schema_translate_map={None: BESIDE}
        ) as connection,
    ):
        is_sqlite = log.database.dialect == "sqlite"
        if is_sqlite:
            _raw(connection, f"ATTACH DATABASE ? AS {BESIDE}", str(Path(spare) / BESIDE))
        else:
            _raw(connection, f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE; CREATE SCHEMA {BESIDE}")
        try:
            with connection.begin():
                projections.metadata.create_all(connection)
            yield connection
        finally:
            _raw(connection, f"DETACH {BESIDE}" if is_sqlite else f"DROP SCHEMA {BESIDE} CASCADE")


def _raw(connection: sa.Connection, statement: str, *values: str) -> None:
    """Run a statement outside a transaction: SQLite cannot attach a file inside one."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was lost")
    driver.execute(statement, values)
    driver.commit()


def _project(
    connection: sa.Connection,
    log: Log,
    changes: Iterable[Change],
    after: int,
    progress: Progress,
) -> None:
    missing = (each for each in changes if each.event.position > after)
    counted = _counted(missing, log.last_position() - after, progress)
    while batch := list(islice(counted, BATCH)):
        projections.project(connection, batch)


def _counted(changes: Iterable[Change], total: int, progress: Progress) -> Iterator[Change]:
    """Pass the changes on, and call `progress` with how many are done and the total."""
    for done, change in enumerate(changes, 1):
        progress(done, total)
        yield change


def _changes(keyring: Keyring, events: Iterable[Event], sorts: Sorts) -> Iterator[Change]:
    for _, stream in groupby(events, key=lambda event: event.originator_id):
        sort: Sort[Any] | None = None
        state: State | None = None
        for event in stream:
            if event.originator_version == 1:
                sort = sort_of(event, sorts)
            if sort is not None:
                state = sort.evolve(state, event)
            yield change_of(event, state, keyring)


def _tables() -> list[sa.Table]:
    return projections.metadata.sorted_tables


def _swap(connection: sa.Connection, table: sa.Table) -> bool:
    """Replace the rows of a table by the rebuilt ones; gives whether they differed."""
    names = ", ".join(column.name for column in table.columns)
    old = f"{'main' if connection.dialect.name == 'sqlite' else 'public'}.{table.name}"
    new = f"{BESIDE}.{table.name}"
    differ = connection.exec_driver_sql(
        f"SELECT EXISTS (SELECT {names} FROM {old} EXCEPT SELECT {names} FROM {new})"
        f" OR EXISTS (SELECT {names} FROM {new} EXCEPT SELECT {names} FROM {old})"
    ).scalar()
    connection.exec_driver_sql(f"DELETE FROM {old}")
    connection.exec_driver_sql(f"INSERT INTO {old} ({names}) SELECT {names} FROM {new}")
    return bool(differ)
