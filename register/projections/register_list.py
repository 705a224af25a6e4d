"""All declarations by kind, worker, service, service user and state, as at any position.

A declaration has one row for each of its states. A row is valid from the position `valid_from`
until before `valid_to`; the row of the present state has no `valid_to`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.declarations import DeclarationAcknowledged, DeclarationDecided
from events.log.tables import Moment, Position, entries
from events.names import SeenBy, Status
from register.deadlines import LONDON
from register.declarations.acted_on import first_acted_at
from register.declarations.declaration import Declaration
from register.projections.change import Change, metadata
from register.projections.rows import Rows
from register.projections.sight import Sight

register_list = sa.Table(
    "register_list",
    metadata,
    sa.Column("declaration", sa.Uuid, primary_key=True),
    sa.Column("valid_from", Position, primary_key=True),
    sa.Column("valid_to", Position),
    sa.Column("first_position", Position, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("service_user", sa.LargeBinary),
    sa.Column("happened_on", sa.Date, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("waiting_for", sa.Text),
    sa.Column("due_at", Moment),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("flags", sa.Text, nullable=False),
    sa.Column("seen_by", sa.Text, nullable=False),
    sa.Column("acts", sa.Text),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("hidden_before", Moment),
    sa.Column("acted_at", Moment),
    sa.Column("settled_by", sa.Text),
    sa.Index("register_list_worker", "worker", "first_position"),
    sa.Index("register_list_service", "service", "first_position"),
    sa.Index("register_list_service_user", "service_user"),
    sa.Index("register_list_first_position", "first_position"),
    sa.Index("register_list_happened_on", "happened_on", "first_position"),
    sa.Index("register_list_due_at", "valid_to", "due_at"),
    sa.Index("register_list_received_at", "valid_to", "received_at"),
)
columns = register_list.c


def project(rows: Rows, change: Change) -> None:
    declaration = change.declaration
    if declaration is None:
        return
    if len(declaration.past) > 1:
        rows.change(declaration.id, declaration.past[-2].position, valid_to=declaration.position)
    rows.add(
        {
            "declaration": declaration.id,
            "valid_from": declaration.position,
            "valid_to": None,
            "first_position": declaration.position_of(1),
            "kind": declaration.kind,
            "worker": declaration.worker,
            "service": declaration.service,
            "service_user": change.service_user_index,
            "happened_on": declaration.happened_on,
            "received_at": declaration.received_at,
            "status": declaration.status,
            "waiting_for": declaration.waiting_for,
            "due_at": declaration.next_due_at,
            "late": declaration.ruling.late,
            "flags": "" if declaration.is_restricted else " ".join(declaration.ruling.flags),
            "seen_by": " ".join(declaration.seen_by),
            "acts": declaration.ruling.acts,
            "restricted": declaration.is_restricted,
            "hidden_before": declaration.hidden_before,
            "acted_at": first_acted_at(declaration),
            "settled_by": _settled_by(declaration),
        }
    )


def _settled_by(declaration: Declaration) -> str | None:
    """Who settled it, where they see it by that; elsewhere nothing reads it."""
    return declaration.settled_by if SeenBy.ACTING in declaration.seen_by else None


ANY_FLAG = "any"
OVER = (Status.CLOSED, Status.WITHDRAWN)
SETTLING = (DeclarationAcknowledged.TOPIC, DeclarationDecided.TOPIC)


@dataclass(frozen=True)
class AnyOf:
    """Declarations by one of these workers, or about one of these service users, or with an id
    that begins with these signs."""

    workers: tuple[str, ...] = ()
    service_users: tuple[bytes, ...] = ()
    begins: str | None = None


@dataclass(frozen=True)
class Filter:
    """What to look for. A field that is None filters nothing."""

    worker: str | None = None
    not_of: str | None = None
    """The worker whose declarations are left out."""
    service: str | None = None
    kind: str | None = None
    status: str | None = None
    service_user: bytes | None = None
    late: bool | None = None
    flag: str | None = None
    """A flag's name, or `ANY_FLAG`."""
    received_from: date | None = None
    """The first day of receipt in London; `received_to` is the last."""
    received_to: date | None = None
    happened_from: date | None = None
    happened_to: date | None = None
    any_of: AnyOf | None = None
    is_open: bool | None = None
    overdue: bool | None = None
    """Whether the next move should have been made before the moment `at`."""
    at: datetime | None = None
    by_day: bool = False
    """Whether the order is that of the days on which it happened, rather than of receipt."""
    as_at: int | None = None
    """The position at which to look; None for now."""
    after: int | None = None
    """The position at which the previous page ended."""
    limit: int = 50


def find(connection: sa.Connection, wanted: Filter, sight: Sight) -> Sequence[tuple[UUID, int]]:
    """The declarations that a reader may see, the newest first. Readers see all of their own."""
    visible = sa.true() if wanted.worker == sight.reader.id else _visible(sight, wanted.as_at)
    query = (
        sa.select(columns.declaration, columns.first_position)
        .where(_held(wanted.as_at), visible, *_asked(wanted))
        .order_by(*_order(wanted))
        .limit(wanted.limit)
    )
    return connection.execute(query).all()


def conditions(wanted: Filter, sight: Sight) -> list[sa.ColumnElement[bool]]:
    """The conditions on a row of a declaration that matches a filter and that a reader may see."""
    return [_held(wanted.as_at), _visible(sight, wanted.as_at), *_asked(wanted)]


def counted(connection: sa.Connection, wanted: Filter, sight: Sight) -> Sequence[sa.Row[Any]]:
    """How many declarations there are for each kind and state, and how many of them were told late
    or are overdue."""
    query = (
        sa.select(
            columns.kind,
            columns.status,
            sa.func.count().label("declarations"),
            sa.func.sum(sa.cast(columns.late, sa.Integer)).label("late"),
            sa.func.sum(sa.cast(_is_overdue(wanted), sa.Integer)).label("overdue"),
        )
        .where(*conditions(wanted, sight))
        .group_by(columns.kind, columns.status)
    )
    return connection.execute(query).all()


def settled(connection: sa.Connection, wanted: Filter, sight: Sight) -> Sequence[sa.Row[Any]]:
    """When somebody acknowledged, decided or answered, the oldest first.

    Each of these acts gives the declaration a row with the state "closed", even if agreed actions
    open it again at once. A rule that answers by itself does not, and a declaration that was
    closed at once had no such act.
    """
    then = register_list.alias("then_listed")
    query: sa.Select[Any] = (
        sa.select(columns.declaration, columns.kind, columns.received_at, entries.c.recorded_at)
        .join_from(register_list, then, then.c.declaration == columns.declaration)
        .join(entries, entries.c.id == then.c.valid_from)
        .where(*conditions(wanted, sight))
        .where(then.c.status == Status.CLOSED, entries.c.topic.in_(SETTLING))
        .order_by(then.c.valid_from)
    )
    if wanted.as_at is not None:
        query = query.where(then.c.valid_from <= wanted.as_at)
    return connection.execute(query).all()


@dataclass(frozen=True)
class Stood:
    """How a declaration stood at a position; the flags with spaces between."""

    status: str
    flags: str
    late: bool


@dataclass(frozen=True)
class Changed:
    """A declaration that stands differently at two positions; `before` is None if it was made
    after the first."""

    declaration: UUID
    kind: str
    worker: str
    service: str
    before: Stood | None
    after: Stood


def changed(connection: sa.Connection, after: int, up_to: int, sight: Sight) -> list[Changed]:
    """The declarations that are new, or in another state, at the position `up_to` than at
    `after`."""
    earlier = register_list.alias("earlier")
    held_earlier = sa.and_(
        earlier.c.declaration == columns.declaration,
        earlier.c.valid_from <= after,
        sa.or_(earlier.c.valid_to.is_(None), earlier.c.valid_to > after),
    )
    differs = sa.or_(
        earlier.c.declaration.is_(None),
        *(earlier.c[name] != columns[name] for name in SIDE_BY_SIDE),
    )
    query = (
        sa.select(
            columns.declaration,
            columns.kind,
            columns.worker,
            columns.service,
            *(columns[name] for name in SIDE_BY_SIDE),
            *(earlier.c[name].label(f"{name}_before") for name in SIDE_BY_SIDE),
        )
        .join_from(register_list, earlier, held_earlier, isouter=True)
        .where(_held(up_to), columns.valid_from > after, _visible(sight, up_to), differs)
        .order_by(columns.first_position.desc())
    )
    return [_changed(row) for row in connection.execute(query)]


def _changed(row: sa.Row[Any]) -> Changed:
    was_there = row.status_before is not None
    return Changed(
        declaration=row.declaration,
        kind=row.kind,
        worker=row.worker,
        service=row.service,
        before=Stood(row.status_before, row.flags_before, row.late_before) if was_there else None,
        after=Stood(row.status, row.flags, row.late),
    )


SIDE_BY_SIDE = ("status", "flags", "late")


def _visible(sight: Sight, as_at: int | None) -> sa.ColumnElement[bool]:
    """Whether the declaration may be seen. Its present state decides, also where an earlier one is
    listed."""
    if as_at is None:
        return sight.sees(register_list)
    present = register_list.alias("present")
    return sa.exists().where(
        present.c.declaration == columns.declaration,
        present.c.valid_to.is_(None),
        sight.sees(present),
    )


def declared_about(
    connection: sa.Connection, worker: str, kind: str, service_user: bytes
) -> Sequence[UUID]:
    """What a worker declared of one kind about one service user, by blind index."""
    query = sa.select(columns.declaration).where(
        columns.service_user == service_user,
        columns.worker == worker,
        columns.kind == kind,
        columns.valid_to.is_(None),
    )
    return connection.execute(query).scalars().all()


def _held(position: int | None, listed: sa.FromClause = register_list) -> sa.ColumnElement[bool]:
    row = listed.c
    if position is None:
        return row.valid_to.is_(None)
    ended_later = sa.or_(row.valid_to.is_(None), row.valid_to > position)
    return sa.and_(row.valid_from <= position, ended_later)


def _asked(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    equal = {
        columns.worker: wanted.worker,
        columns.service: wanted.service,
        columns.kind: wanted.kind,
        columns.status: wanted.status,
        columns.service_user: wanted.service_user,
        columns.late: wanted.late,
    }
    asked = [column == value for column, value in equal.items() if value is not None]
    if wanted.not_of is not None:
        asked.append(columns.worker != wanted.not_of)
    if wanted.after is not None:
        asked.append(_comes_after(wanted, wanted.after))
    if wanted.any_of is not None:
        asked.append(_is_any_of(wanted.any_of))
    if wanted.is_open is not None:
        asked.append(columns.status.not_in(OVER) == wanted.is_open)
    if wanted.overdue is not None:
        asked.append(_is_overdue(wanted) == wanted.overdue)
    if wanted.flag is not None:
        asked.append(_flagged(wanted.flag))
    asked += _within(wanted)
    return asked


def _is_overdue(wanted: Filter) -> sa.ColumnElement[bool]:
    if wanted.at is None:
        return sa.false()
    return sa.func.coalesce(columns.due_at < wanted.at, sa.false())


def _within(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """The conditions on the days from which and to which to look."""
    first, last, asked = wanted.received_from, wanted.received_to, []
    if first is not None:
        asked.append(columns.received_at >= beginning(first))
    if last is not None:
        asked.append(columns.received_at < beginning(last + timedelta(days=1)))
    if wanted.happened_from is not None:
        asked.append(columns.happened_on >= wanted.happened_from)
    if wanted.happened_to is not None:
        asked.append(columns.happened_on <= wanted.happened_to)
    return asked


def _order(wanted: Filter) -> list[sa.ColumnElement[Any]]:
    received = columns.first_position.desc()
    return [columns.happened_on.desc(), received] if wanted.by_day else [received]


def _comes_after(wanted: Filter, after: int) -> sa.ColumnElement[bool]:
    """Whether it comes after the declaration at which the previous page ended."""
    earlier = columns.first_position < after
    if not wanted.by_day:
        return earlier
    last = register_list.alias("last_shown")
    day = (
        sa.select(sa.func.max(last.c.happened_on))
        .where(last.c.first_position == after, _held(wanted.as_at, last))
        .scalar_subquery()
    )
    same_day = sa.and_(columns.happened_on == day, earlier)
    return sa.or_(columns.happened_on < day, same_day)


def _is_any_of(wanted: AnyOf) -> sa.ColumnElement[bool]:
    ways = [
        columns.worker.in_(wanted.workers),
        columns.service_user.in_(wanted.service_users),
    ]
    if wanted.begins is not None:
        first, last = (UUID(wanted.begins.ljust(32, fill)) for fill in "0f")
        ways.append(columns.declaration.between(first, last))
    return sa.or_(*ways)


def _flagged(flag: str) -> sa.ColumnElement[bool]:
    if flag == ANY_FLAG:
        return columns.flags != ""
    return (" " + columns.flags + " ").contains(f" {flag} ", autoescape=True)


def beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)
