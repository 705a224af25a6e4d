"""The log on SQLite and PostgreSQL: one recorder behind eventsourcing's factory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
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

from events.database import Database
from events.following import PollingSubscription
from events.mapper import Entry, NewEntry
from events.sealing import WrappedKey
from events.tables import entries, entry_keys, tracking

BATCH = 1000
TICK = timedelta(microseconds=1)

INSERT_ENTRIES = sa.insert(entries).returning(entries.c.id, sort_by_parameter_order=True)
INSERT_KEYS = sa.insert(entry_keys)
LAST_MOMENT = sa.select(entries.c.recorded_at).order_by(entries.c.id.desc()).limit(1)
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


def utc_now() -> datetime:
    return datetime.now(UTC)


class Recorder(ProcessRecorder):
    """Appends entries under the append lock, and reads them by stream or by position."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock: Callable[[], datetime] = utc_now

    def next_moment(self, connection: sa.Connection, now: datetime | None = None) -> datetime:
        """The moment the next entry will carry: now, or just after the last entry if later."""
        last = connection.execute(LAST_MOMENT).scalar()
        present = now or self.clock()
        return present if last is None else max(present, last + TICK)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        tracking: Tracking | None = None,
        recorded_at: datetime | None = None,
        **_options: Any,
    ) -> Sequence[int]:
        with self.database.write() as connection:
            if tracking is not None:
                self._track(connection, tracking)
            if not stored_events:
                return []
            first = recorded_at or self.next_moment(connection)
            return self._insert(connection, cast(Sequence[NewEntry], stored_events), first)

    def _insert(
        self, connection: sa.Connection, new: Sequence[NewEntry], first: datetime
    ) -> list[int]:
        rows = [
            {
                "originator_id": entry.originator_id,
                "originator_version": entry.originator_version,
                "topic": entry.topic,
                "state": entry.state,
                "recorded_at": first + place * TICK,
            }
            for place, entry in enumerate(new)
        ]
        try:
            positions = list(connection.execute(INSERT_ENTRIES, rows).scalars())
        except sa.exc.IntegrityError as error:
            raise IntegrityError(str(error.orig)) from error
        keys = [_key_row(entry, entry.key) for entry in new if entry.key is not None]
        if keys:
            connection.execute(INSERT_KEYS, keys)
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        version = entries.c.originator_version
        query = WITH_KEYS.where(entries.c.originator_id == originator_id)
        if gt is not None:
            query = query.where(version > gt)
        if lte is not None:
            query = query.where(version <= lte)
        return list(self._select(query.order_by(version.desc() if desc else version).limit(limit)))

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

    def select_by_stream(self, up_to: int) -> Iterator[Entry]:
        """Every entry up to a position, stream after stream, a batch in memory at a time."""
        query = WITH_KEYS.where(entries.c.id <= up_to).order_by(
            entries.c.originator_id, entries.c.originator_version
        )
        in_batches = {"yield_per": BATCH}
        with (
            self.database.read() as connection,
            connection.execute(query, execution_options=in_batches) as rows,
        ):
            for row in rows:
                yield _entry(row)

    def select_streams(self, streams: Sequence[UUID], up_to: int | None) -> list[Entry]:
        """Every entry of some streams, as at a position, stream after stream."""
        query = WITH_KEYS.where(entries.c.originator_id.in_(streams))
        if up_to is not None:
            query = query.where(entries.c.id <= up_to)
        return self._select(query.order_by(entries.c.originator_id, entries.c.originator_version))

    def grown_since(self, position: int) -> Sequence[UUID]:
        query = sa.select(entries.c.originator_id).where(entries.c.id > position).distinct()
        with self.database.read() as connection:
            return connection.execute(query).scalars().all()

    def _select(self, query: sa.Select[Any]) -> list[Entry]:
        with self.database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def max_notification_id(self) -> int | None:
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(entries.c.id))).scalar()

    def last_version(self, stream: UUID, up_to: int | None = None) -> int:
        """The stream's version, as at a position; 0 for a stream that has no entry."""
        query = sa.select(sa.func.max(entries.c.originator_version)).where(
            entries.c.originator_id == stream
        )
        if up_to is not None:
            query = query.where(entries.c.id <= up_to)
        with self.database.read() as connection:
            return connection.execute(query).scalar() or 0

    def position_at(self, moment: datetime) -> int:
        """The position of the last entry not after a moment; 0 where there is none."""
        query = (
            sa.select(entries.c.id)
            .where(entries.c.recorded_at <= moment)
            .order_by(entries.c.recorded_at.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            return connection.execute(query).scalar() or 0

    def place_of(self, position: int) -> tuple[int | None, int | None]:
        """The positions of the entries before and after one, where there are any."""
        before = sa.select(sa.func.max(entries.c.id)).where(entries.c.id < position)
        after = sa.select(sa.func.min(entries.c.id)).where(entries.c.id > position)
        with self.database.read() as connection:
            return connection.execute(before).scalar(), connection.execute(after).scalar()

    def moment_at(self, position: int) -> datetime | None:
        """When the last entry up to a position was recorded; None where there is none."""
        query = (
            sa.select(entries.c.recorded_at)
            .where(entries.c.id <= position)
            .order_by(entries.c.id.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            return connection.execute(query).scalar()

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        with self.database.write() as connection:
            self._track(connection, tracking)

    def _track(self, connection: sa.Connection, mark: Tracking) -> None:
        """Move a follower forward; a position it has already passed is refused."""
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


def _key_row(entry: NewEntry, key: WrappedKey) -> dict[str, Any]:
    return {
        "originator_id": entry.originator_id,
        "originator_version": entry.originator_version,
        "id": key.id,
        "master": key.master,
        "wrapped": key.wrapped,
    }


def _entry(row: sa.Row[Any]) -> Entry:
    key = None if row.key_id is None else WrappedKey(row.key_id, row.master, row.wrapped)
    return Entry(
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        topic=row.topic,
        state=row.state,
        id=row.id,
        recorded_at=row.recorded_at,
        key=key,
    )


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
