"""The log on SQLite and PostgreSQL: the recorder that the eventsourcing library works with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from sqlalchemy.dialects import postgresql, sqlite

from events.event import TICK
from events.log.database import Database
from events.log.following import PollingSubscription
from events.log.mapper import Entry, NewEntry, Stored
from events.log.sealing import WrappedKey
from events.log.tables import entries, entry_keys, tracking

BATCH = 1000

MOST_VALUES = 10_000
"""How many values go with one statement: PostgreSQL takes 65,535 at the most."""
MOST = 2**63 - 1
"""The largest version and position that a column holds."""

INSERT_ENTRIES = {
    "sqlite": sa.insert(entries).returning(entries.c.id),
    "postgresql": sa.insert(entries).returning(entries.c.id, sort_by_parameter_order=True),
}
"""Both return the positions in the order of the rows. SQLite does so without the parameter; with
it, SQLAlchemy would send SQLite one statement for each row."""
INSERT_KEYS = sa.insert(entry_keys)
MOMENT_AT = (
    sa.select(entries.c.recorded_at)
    .where(entries.c.id <= sa.bindparam("position"))
    .order_by(entries.c.id.desc())
    .limit(1)
)
LAST_ENTRY = sa.select(entries.c.id, entries.c.recorded_at).where(
    entries.c.id == sa.select(sa.func.max(entries.c.id)).scalar_subquery()
)
WITH_KEYS = sa.select(
    entries, entry_keys.c.id.label("key_id"), entry_keys.c.master, entry_keys.c.wrapped
).join_from(
    entries,
    entry_keys,
    sa.and_(
        entries.c.originator_id == entry_keys.c.originator_id,
        entries.c.originator_version == entry_keys.c.originator_version,
    ),
    isouter=True,
)
STREAM = WITH_KEYS.where(
    entries.c.originator_id == sa.bindparam("stream"),
    entries.c.originator_version.between(sa.bindparam("first"), sa.bindparam("last")),
)
IN_ORDER = STREAM.order_by(entries.c.originator_version)
GROWN = sa.select(
    sa.func.max(entries.c.id),
    sa.func.max(entries.c.id).filter(
        entries.c.topic.in_(sa.bindparam("topics", expanding=True)),
    ),
).where(entries.c.id > sa.bindparam("position"))
STREAMS = WITH_KEYS.where(
    entries.c.originator_id.in_(sa.bindparam("streams", expanding=True)),
    entries.c.id <= sa.bindparam("up_to"),
).order_by(entries.c.originator_id, entries.c.originator_version)
LAST_VERSIONS = (
    sa.select(entries.c.originator_id, sa.func.max(entries.c.originator_version))
    .where(
        entries.c.originator_id.in_(sa.bindparam("streams", expanding=True)),
        entries.c.id <= sa.bindparam("up_to"),
    )
    .group_by(entries.c.originator_id)
)


@dataclass(frozen=True)
class LastEntry:
    """The position and moment of the last entry; 0 and None if there is no entry."""

    position: int
    moment: datetime | None

    def following(self, now: datetime) -> datetime:
        """The moment of the next entry: `now`, or a `TICK` after this entry if that is later."""
        return now if self.moment is None else max(now, self.moment + TICK)


class Recorder(ProcessRecorder):
    """Appends entries under the append lock, and reads them by stream or by position."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def last_entry(self) -> LastEntry:
        with self.database.read() as connection:
            last = connection.execute(LAST_ENTRY).first()
        return LastEntry(0, None) if last is None else LastEntry(last.id, last.recorded_at)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        tracking: Tracking | None = None,
        **_options: Any,
    ) -> Sequence[int]:
        with self.database.write() as connection:
            if tracking is not None:
                self._track(connection, tracking)
            if not stored_events:
                return []
            return self._insert(connection, cast(Sequence[NewEntry], stored_events))

    def _insert(self, connection: sa.Connection, new: Sequence[NewEntry]) -> list[int]:
        rows = [
            {
                "originator_id": entry.originator_id,
                "originator_version": entry.originator_version,
                "topic": entry.topic,
                "state": entry.state,
                "recorded_at": entry.recorded_at,
            }
            for entry in new
        ]
        try:
            insert = INSERT_ENTRIES[self.database.dialect]
            positions = sorted(connection.execute(insert, rows).scalars())
        except sa.exc.IntegrityError as error:
            raise IntegrityError(str(error.orig)) from error
        connection.execute(INSERT_KEYS, [_key_row(entry, entry.key) for entry in new])
        return positions

    def replace_key(self, entry: Entry, key: WrappedKey) -> None:
        """Put something else in the place of an entry's key, where that is: a row that went would
        have SQLite copy those beside it to other pages."""
        row = _key_row(entry, key)
        stream, version = row.pop("originator_id"), row.pop("originator_version")
        its = sa.update(entry_keys).where(
            entry_keys.c.originator_id == stream, entry_keys.c.originator_version == version
        )
        with self.database.write() as connection:
            if connection.execute(its.values(row)).rowcount == 0:
                connection.execute(INSERT_KEYS, [_key_row(entry, key)])

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        query = IN_ORDER
        if desc or limit is not None:
            version = entries.c.originator_version
            query = STREAM.order_by(version.desc() if desc else version).limit(limit)
        first, last = 0 if gt is None else gt + 1, MOST if lte is None else lte
        return list(self._select(query, {"stream": originator_id, "first": first, "last": last}))

    def select_streams(self, streams: Sequence[UUID], up_to: int | None = None) -> list[Stored]:
        """Every entry of some streams, stream after stream; with `up_to`, as at that position."""
        asked = {"streams": streams, "up_to": MOST if up_to is None else up_to}
        with self.database.read() as connection:
            return [_with_key(row) for row in connection.execute(STREAMS, asked)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Entry]:
        query = WITH_KEYS
        if start is not None:
            query = query.where(
                entries.c.id >= start if inclusive_of_start else entries.c.id > start
            )
        if stop is not None:
            query = query.where(entries.c.id <= stop)
        if topics:
            query = query.where(entries.c.topic.in_(topics))
        return self._select(query.order_by(entries.c.id).limit(limit))

    def select_before(self, position: int, limit: int, but: Sequence[str] = ()) -> list[Entry]:
        """The entries before a position, the newest first, without those of some topics."""
        query = WITH_KEYS.where(entries.c.id < position, entries.c.topic.not_in(but))
        return self._select(query.order_by(entries.c.id.desc()).limit(limit))

    def select_by_stream(self, up_to: int) -> Iterator[Stored]:
        """Every entry up to a position, stream after stream; one batch is in memory at a time."""
        in_order = WITH_KEYS.where(entries.c.id <= up_to).order_by(
            entries.c.originator_id, entries.c.originator_version
        )
        with (
            self.database.engine.connect() as connection,
            connection.execute(in_order, execution_options={"yield_per": BATCH}) as rows,
        ):
            yield from map(_with_key, rows)

    def grown_since(self, position: int) -> Sequence[UUID]:
        query = sa.select(entries.c.originator_id).where(entries.c.id > position).distinct()
        with self.database.read() as connection:
            return connection.execute(query).scalars().all()

    def _select(
        self, query: sa.Select[Any], values: Mapping[str, Any] | None = None
    ) -> list[Entry]:
        with self.database.read() as connection:
            return [_entry(row) for row in connection.execute(query, values)]

    def max_notification_id(self) -> int | None:
        return self.last_entry().position or None

    def grown(self, position: int, topics: Sequence[str]) -> tuple[int, bool]:
        """The last position, and whether any entry after `position` has one of the topics."""
        with self.database.read() as connection:
            asked = {"position": position, "topics": topics}
            last, last_of_them = connection.execute(GROWN, asked).one()
            return last or position, last_of_them is not None

    def last_version(self, stream: UUID, up_to: int | None = None) -> int:
        """The version of a stream's last entry (as at a position); 0 if it has no entry."""
        return self.last_versions([stream], up_to).get(stream, 0)

    def last_versions(self, streams: Collection[UUID], up_to: int | None = None) -> dict[UUID, int]:
        """The version of each stream's last entry (as at a position); a stream without entries
        is left out."""
        if not streams:
            return {}
        asked, versions = list(streams), dict[UUID, int]()
        with self.database.read() as connection:
            for start in range(0, len(asked), MOST_VALUES):
                some = asked[start : start + MOST_VALUES]
                values = {"streams": some, "up_to": MOST if up_to is None else up_to}
                versions.update(iter(connection.execute(LAST_VERSIONS, values)))
        return versions

    def last_positions(self, streams: Collection[UUID]) -> dict[UUID, int]:
        """The position of each stream's last entry; a stream without entries is left out."""
        asked, positions = list(streams), dict[UUID, int]()
        with self.database.read() as connection:
            for start in range(0, len(asked), MOST_VALUES):
                some = entries.c.originator_id.in_(asked[start : start + MOST_VALUES])
                last = sa.select(entries.c.originator_id, sa.func.max(entries.c.id)).where(some)
                rows = connection.execute(last.group_by(entries.c.originator_id))
                positions.update(iter(rows))
        return positions

    def position_at(self, moment: datetime) -> int:
        """The position of the last entry at or before a moment; 0 if there is none."""
        query = (
            sa.select(entries.c.id)
            .where(entries.c.recorded_at <= moment)
            .order_by(entries.c.recorded_at.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            return connection.execute(query).scalar() or 0

    def place_of(self, position: int) -> tuple[int | None, int | None]:
        """The positions of the entries before and after this one; None if there is none."""
        before = sa.select(sa.func.max(entries.c.id)).where(entries.c.id < position)
        after = sa.select(sa.func.min(entries.c.id)).where(entries.c.id > position)
        with self.database.read() as connection:
            return connection.execute(before).scalar(), connection.execute(after).scalar()

    def moment_at(self, position: int) -> datetime | None:
        """When the last entry up to a position was stored; None if there is none."""
        with self.database.read() as connection:
            return connection.execute(MOMENT_AT, {"position": position}).scalar()

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        with self.database.write() as connection:
            self._track(connection, tracking)

    def _track(self, connection: sa.Connection, mark: Tracking) -> None:
        """Move a follower forward. A position that it has already passed is refused."""
        insert = (sqlite if self.database.dialect == "sqlite" else postgresql).insert(tracking)
        moved = connection.execute(
            insert.on_conflict_do_update(
                index_elements=[tracking.c.follower],
                set_={"position": insert.excluded.position},
                where=tracking.c.position < insert.excluded.position,
            ).returning(tracking.c.position),
            {"follower": mark.application_name, "position": mark.notification_id},
        )
        if moved.first() is None:
            raise IntegrityError(f"{mark.application_name} is past {mark.notification_id}")

    def max_tracking_id(self, application_name: str) -> int | None:
        query = sa.select(tracking.c.position).where(tracking.c.follower == application_name)
        with self.database.read() as connection:
            return connection.execute(query).scalar()


def _key_row(entry: NewEntry | Entry, key: WrappedKey) -> dict[str, Any]:
    return {
        "originator_id": entry.originator_id,
        "originator_version": entry.originator_version,
        "id": key.id,
        "master": key.master,
        "wrapped": key.wrapped,
    }


def _entry(row: Any) -> Entry:
    position, stream, version, topic, state, recorded_at, key = _with_key(row)
    return Entry(stream, version, topic, state, position, recorded_at, key)


def _with_key(row: Any) -> Stored:
    position, stream, version, topic, state, recorded_at, key_id, master, wrapped = row
    key = None if key_id is None else WrappedKey(key_id, master, wrapped)
    return position, stream, version, topic, state, recorded_at, key


class Factory(InfrastructureFactory[Recorder]):
    """Makes the recorder for the database that `DATABASE_URL` and `DATABASE_ROLE` name."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.database = Database(self.env["DATABASE_URL"], role=self.env.get("DATABASE_ROLE"))

    def application_recorder(self) -> ApplicationRecorder:
        return Recorder(self.database)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        return Recorder(self.database)

    def tracking_recorder(
        self, tracking_recorder_class: type[TrackingRecorder] | None = None
    ) -> Recorder:
        return Recorder(self.database)

    def process_recorder(self) -> ProcessRecorder:
        return Recorder(self.database)

    def close(self) -> None:
        self.database.close()
