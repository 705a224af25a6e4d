"""The tables of the log, and of the pictures beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

metadata = sa.MetaData()

Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


NO_ID = UUID(int=0)
"""What an id is read as that cannot be read."""

Read = Callable[[Any], Any]


def _tolerant(read: Read | None, instead: Any) -> Read | None:
    """SQLite stores whatever it is given. What cannot be read may spoil its own entry, but not the
    others that are read with it."""
    if read is None:
        return None

    def tolerant(value: Any) -> Any:
        try:
            return read(value)
        except (AttributeError, TypeError, ValueError):
            return instead

    return tolerant


def _read_id(value: Any) -> Any:
    """As SQLAlchemy does, in an eighth of the time: this is done for each id of each row."""
    try:
        return None if value is None else msgspec.convert(value, UUID)
    except msgspec.ValidationError:
        return NO_ID


class Id(sa.Uuid[UUID]):
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Read | None:
        read = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return None if read is None else _read_id


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment with its time zone. SQLite has no time zones, so it is stored there as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Read | None:
        return _tolerant(super().result_processor(dialect, coltype), None)


def moment_for(dialect: sa.Dialect) -> Callable[[datetime], object]:
    """Gives moments as the driver stores them, for statements that go straight to it."""
    return Moment().bind_processor(dialect) or (lambda moment: moment)


entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", Position, primary_key=True, autoincrement=True),
    sa.Column("originator_id", Id, nullable=False),
    sa.Column("originator_version", sa.BigInteger, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False, index=True),
    sa.UniqueConstraint("originator_id", "originator_version", name="entries_stream_version"),
    sqlite_autoincrement=True,
)
"""The log itself: entries are added and never changed. The id is the position."""

entry_keys = sa.Table(
    "entry_keys",
    metadata,
    sa.Column("originator_id", Id, primary_key=True),
    sa.Column("originator_version", sa.BigInteger, primary_key=True),
    sa.Column("id", Id, nullable=False),
    sa.Column("master", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
"""The key of each sealed part, wrapped by a master key that is not in the database; or the mark
that it is destroyed. A version with a minus is that of the entry that tells of a photograph."""

photographs = sa.Table(
    "photographs",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("photograph", sa.Uuid, primary_key=True),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("picture", sa.LargeBinary, nullable=False),
    sa.Column("thumbnail", sa.LargeBinary, nullable=False),
)
"""Sealed pictures. Entries hold their digests, and the keys of those entries open them."""

tracking = sa.Table(
    "tracking",
    metadata,
    sa.Column("follower", sa.Text, primary_key=True),
    sa.Column("position", Position, nullable=False),
)
"""The position that each follower of the log has reached."""

to_rewrite = sa.Table(
    "to_rewrite",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)
"""On PostgreSQL: the tables from which something went for good, and which are not rewritten yet."""
