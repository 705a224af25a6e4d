"""Rebuilds the read models from the log beside the present ones, and compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.declarations import DeclarationCorrected, DeclarationMade
from events.directory import ServiceUserListed
from events.event import Event, SpoiledEntry
from events.holds import HoldPlaced
from events.ids import own_id
from events.keeping import ReadModelsDiffered
from events.log.log import Log
from register import projections
from register.alerts.sort import Sort, State
from register.alerts.sorts import SORTS, Sorts, sort_of
from register.projections import Change, change_of

BESIDE = "rebuilt"
"""The schema that they are built in; on SQLite, the name of an attached database file."""
BATCH = 1000
"""How many changes are written together."""
NAMING = (
    DeclarationMade.TOPIC,
    DeclarationCorrected.TOPIC,
    ServiceUserListed.TOPIC,
    HoldPlaced.TOPIC,
)
"""The topics whose words name a service user, or what is held. No other words are needed here."""

STREAM = own_id("keeping")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Difference:
    """Of one read model, the streams of whose rows some are not what the log says."""

    model: str
    streams: frozenset[UUID]


AS_THE_LOG_SAYS = "The read models are what the log says."
NOT_ACCEPTED = (
    "Nothing was changed, as this may be evidence. Keep a copy of the database, and find out who "
    "or what changed the read models, or the log. Then `register rebuild --accept` makes them "
    "again, and records that they differed."
)
MOST_NAMED, MOST_RECORDED = 20, 1000


def differing(differences: Sequence[Difference]) -> Iterator[str]:
    """One line for each read model that differs, with the streams of the rows."""
    for each in differences:
        named = sorted(map(str, each.streams))
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        about = ", ".join(named[:MOST_NAMED])
        yield f"{each.model} is not what the log says about {about}{more}."


class DifferError(Exception):
    """The read models are not what the log says, which may be evidence: they stay as they are."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = differences
        super().__init__("The read models are not what the log says.")


def rebuild(
    log: Log,
    folder: Path,
    progress: Progress,
    sorts: Sorts = SORTS,
    *,
    accept: bool = False,
) -> list[Difference]:
    """Build every read model again. Raises `DifferError` if they differ from the present ones; with
    `accept`, these are replaced, the log says so, and the differences are given.

    Of a stream with an entry that cannot be read, the rows stay as they are. Streams are read one
    after the other, so memory does not grow with the log. Others can append meanwhile: the lock is
    held only for the entries that came after the start, and for the comparison. On PostgreSQL the
    user has to own the database.
    """
    with _beside(log, folder) as connection:
        made_up_to = log.last_position()
        building = _Building(log, sorts, connection, progress)
        with connection.begin():
            building.project(log.by_stream(made_up_to, words_of=NAMING), after=0)
        connection.execution_options(append=True)
        with connection.begin():
            building.project(log.streams_after(made_up_to), after=made_up_to)
            for table in _tables():
                _keep(connection, table, building.spoiled)
            differences = [each for each in map(partial(_compared, connection), _tables()) if each]
            if differences and not accept:
                raise DifferError(differences)
            _take(log, connection, differences)
            return differences


def _take(log: Log, connection: sa.Connection, differences: Sequence[Difference]) -> None:
    """Replace the read models that differ, and store what they were in the log."""
    if not differences:
        return
    streams = frozenset().union(*(each.streams for each in differences))
    for table in _tables():
        if table.name in {each.model for each in differences}:
            old = _present(connection, table)
            connection.execute(sa.delete(old))
            connection.execute(sa.insert(old).from_select(old.columns.keys(), sa.select(table)))
    connection.execution_options(schema_translate_map={None: None})
    with log.database.joined(connection):
        last = log.recorder.last_positions(streams)
        differed = ReadModelsDiffered(
            originator_id=STREAM,
            models=tuple(str(each.model) for each in differences),
            streams=len(streams),
            positions=tuple(sorted(last.get(each, 0) for each in streams)[:MOST_RECORDED]),
        )
        log.append([differed])


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


class _Building:
    """Builds the read models of streams, one after the other, beside the present ones."""

    def __init__(
        self, log: Log, sorts: Sorts, connection: sa.Connection, progress: Progress
    ) -> None:
        self._log = log
        self._sorts = sorts
        self._connection = connection
        self._progress = progress
        self.spoiled: set[UUID] = set()
        """The streams with entries that cannot be read."""

    def project(self, events: Iterable[Event], after: int) -> None:
        """Write the changes that come after a position."""
        missing = (each for each in self._changes(events) if each.event.position > after)
        counted = _counted(missing, self._log.last_position() - after, self._progress)
        while batch := list(islice(counted, BATCH)):
            projections.project(self._connection, batch)

    def _changes(self, events: Iterable[Event]) -> Iterator[Change]:
        for stream, its in groupby(events, key=lambda event: event.originator_id):
            try:
                yield from self._changes_of(list(its))
            except _SpoiledError:
                self.spoiled.add(stream)

    def _changes_of(self, stream: Sequence[Event]) -> list[Change]:
        """The changes of one stream. Raises `_SpoiledError` if one of its entries cannot be read,
        or does not fit to those before it."""
        if any(isinstance(event, SpoiledEntry) for event in stream):
            raise _SpoiledError
        sort: Sort[Any] | None = sort_of(stream[0], self._sorts)
        state: State | None = None
        changes = []
        for event in stream:
            try:
                state = state if sort is None else sort.evolve(state, event)
            except Exception:
                raise _SpoiledError from None
            changes.append(change_of(event, state, self._log.keyring))
        return changes


class _SpoiledError(Exception):
    pass


def _counted(changes: Iterable[Change], total: int, progress: Progress) -> Iterator[Change]:
    """Pass the changes on, and call `progress` with how many are done and the total."""
    for done, change in enumerate(changes, 1):
        progress(done, total)
        yield change


def _tables() -> list[sa.Table]:
    return projections.metadata.sorted_tables


def _present(connection: sa.Connection, table: sa.Table) -> sa.Table:
    """The same table as it is in use."""
    schema = "main" if connection.dialect.name == "sqlite" else "public"
    return table.to_metadata(sa.MetaData(), schema=schema)


def _streams_of(table: sa.Table) -> sa.Column[UUID]:
    """The column with the stream that a row is about."""
    return next(table.c[name] for name in ("declaration", "subject", "stream") if name in table.c)


def _keep(connection: sa.Connection, table: sa.Table, streams: Iterable[UUID]) -> None:
    """Take the present rows about these streams: nobody can say now what they should be."""
    old = _present(connection, table)
    names = [name for name in ("declaration", "subject", "stream", "alert") if name in table.c]
    for stream in streams:
        of_new, of_old = (sa.or_(*(of.c[name] == stream for name in names)) for of in (table, old))
        connection.execute(sa.delete(table).where(of_new))
        kept = sa.select(old).where(of_old)
        connection.execute(sa.insert(table).from_select(old.columns.keys(), kept))


def _compared(connection: sa.Connection, table: sa.Table) -> Difference | None:
    old = _present(connection, table)
    of_old, of_new = (sa.select(_streams_of(each), *each.c) for each in (old, table))
    streams = {
        row[0]
        for query in (of_old.except_(of_new), of_new.except_(of_old))
        for row in connection.execute(query)
    }
    return Difference(table.name, frozenset(streams)) if streams else None
