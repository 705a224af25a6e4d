"""Finds the rows of looks, and opens them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.log import Log
from events.log.sealing import Keyring, SealBrokenError
from register.deadlines import LONDON
from register.reading.looks.look import (
    Kept,
    Look,
    index_of_declaration,
    index_of_looker,
    index_of_worker,
    opened,
)
from register.reading.looks.tables import looked_at, looks


@dataclass(frozen=True)
class Wanted:
    """Which looks somebody asks for, the newest first: those before a number, at most so many."""

    lookers: Sequence[str] | None = None
    not_by: str | None = None
    worker: str | None = None
    declaration: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    before: int | None = None
    limit: int = 25


def of_days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """When these days begin and are over, in London: `since` and `until`."""
    return _midnight(first), None if last is None else _midnight(last + timedelta(days=1))


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), LONDON)


def found(connection: sa.Connection, keyring: Keyring, wanted: Wanted) -> list[Kept]:
    """The looks that are asked for, and one more if there are more."""
    rows = connection.execute(_query(keyring, wanted)).mappings().all()
    again = _again(connection, [row["number"] for row in rows])
    return [_kept(keyring, dict(row), again.get(row["number"])) for row in rows]


def looked_at_by(
    connection: sa.Connection,
    keyring: Keyring,
    by: str,
    declarations: Collection[UUID],
    since: datetime,
) -> set[UUID]:
    """Those of some declarations at which somebody has looked since a moment."""
    indexes = {index_of_declaration(keyring, each): each for each in declarations}
    query = (
        sa.select(looked_at.c.declaration)
        .join(looks, looks.c.number == looked_at.c.look)
        .where(
            looked_at.c.declaration.in_(indexes),
            looks.c.by == index_of_looker(keyring, by),
            looks.c.at > since,
        )
    )
    return {indexes[each] for each in connection.execute(query).scalars()}


def all_of(log: Log, wanted: Wanted) -> Iterator[Kept]:
    """Every look that is asked for, the newest first: for whoever keeps the register. They are
    read `limit` at once."""
    while True:
        with log.database.read() as connection:
            rows = found(connection, log.keyring, wanted)
        yield from rows[: wanted.limit]
        if len(rows) <= wanted.limit:
            return
        wanted = replace(wanted, before=rows[wanted.limit - 1].number)


def _query(keyring: Keyring, wanted: Wanted) -> sa.Select[Any]:
    query = sa.select(looks).where(looks.c.again_of.is_(None))
    if wanted.lookers is not None:
        query = query.where(
            looks.c.by.in_([index_of_looker(keyring, each) for each in wanted.lookers])
        )
    if wanted.not_by is not None:
        query = query.where(looks.c.by != index_of_looker(keyring, wanted.not_by))
    if wanted.since is not None:
        query = query.where(looks.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(looks.c.at < wanted.until)
    if wanted.before is not None:
        query = query.where(looks.c.number < wanted.before)
    for of in _of(keyring, wanted):
        at = sa.select(looked_at.c.look).where(of)
        if wanted.before is not None:
            at = at.where(looked_at.c.look < wanted.before)
        query = query.where(looks.c.number.in_(at))
    return query.order_by(looks.c.number.desc()).limit(wanted.limit + 1)


def _of(keyring: Keyring, wanted: Wanted) -> Iterable[sa.ColumnElement[bool]]:
    if wanted.worker is not None:
        yield looked_at.c.worker == index_of_worker(keyring, wanted.worker)
    if wanted.declaration is not None:
        yield looked_at.c.declaration == index_of_declaration(keyring, wanted.declaration)


def _again(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How often each was looked at again within the hour, and when last."""
    if not numbers:
        return {}
    query = (
        sa.select(looks.c.again_of, sa.func.sum(looks.c.count), sa.func.max(looks.c.number))
        .where(looks.c.again_of.in_(numbers))
        .group_by(looks.c.again_of)
    )
    rows = connection.execute(query).all()
    last = sa.select(looks.c.number, looks.c.at).where(looks.c.number.in_([row[2] for row in rows]))
    at = {row.number: row.at for row in connection.execute(last)} if rows else {}
    return {first: (int(count), at[number]) for first, count, number in rows}


def _kept(keyring: Keyring, row: dict[str, Any], again: tuple[int, datetime] | None) -> Kept:
    count, last_at = again or (0, row["at"])
    return Kept(row["number"], _opened(keyring, row), row["count"] + count, row["at"], last_at)


def _opened(keyring: Keyring, row: dict[str, Any]) -> Look | None:
    """The look in a row; None also where it cannot be read: `register doctor` says that it was
    changed."""
    try:
        return opened(keyring, row)
    except SealBrokenError:
        return None
