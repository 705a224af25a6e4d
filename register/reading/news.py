"""Which declarations of others have news for a person, and which entries are new to them.

It is news to whoever may see the declaration and was told, is above the worker, or directs the
service: what others did since then, until the person has looked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.ids import own_id
from register.projections.elsewhere import elsewhere
from register.projections.named import named_after
from register.projections.news import news
from register.projections.register_list import register_list
from register.projections.sight import Condition, Sight
from register.projections.told import told
from register.reading import seen_up_to
from register.reading.seen_up_to import seen

listed = register_list.c
is_seen_by = sa.and_(
    seen.c.declaration == news.c.declaration,
    seen.c.person == sa.bindparam("looks", type_=sa.Text),
)
WITH_SEEN = sa.join(news, register_list, listed.declaration == news.c.declaration).join(
    seen, is_seen_by, isouter=True
)


@dataclass(frozen=True)
class Unseen:
    """A declaration with news, and the positions of the entries that are new."""

    declaration: UUID
    positions: Sequence[int]


@dataclass(frozen=True)
class NewsFor:
    """What is new to one person."""

    connection: sa.Connection
    sight: Sight

    @property
    def _me(self) -> str:
        return self.sight.reader.id

    @cached_property
    def _mark(self) -> int:
        return seen_up_to.mark_of(self.connection, self._me)

    @cached_property
    def _is_for_anybody(self) -> bool:
        """Whether anything may be news to this person at all."""
        if self.sight.reports or self.sight.directs:
            return True
        was_told = sa.select(told.c.declaration).where(told.c.person == self._me).limit(1)
        return self.connection.execute(was_told).first() is not None

    def newest_first(self, most: int, before: int | None = None) -> list[tuple[UUID, int]]:
        """The declarations with news, each with the position of the latest; only those whose latest
        is before a position, if one is given."""
        new = self._new()
        newest = sa.func.max(new.c.position)
        query = _latest(new).order_by(newest.desc()).limit(most)
        if before is not None:
            query = query.having(newest < before)
        return [(row.declaration, row.position) for row in self._rows(query)]

    def latest_at(self, positions: Collection[int]) -> dict[UUID, int]:
        """The declarations whose latest news is at one of these positions; each with it."""
        new = self._new()
        query = _latest(new).having(sa.func.max(new.c.position).in_(positions))
        return {row.declaration: row.position for row in self._rows(query)}

    def entries_of(self, declarations: Sequence[UUID]) -> dict[UUID, list[int]]:
        """The positions of the entries of these declarations that are new."""
        found: dict[UUID, list[int]] = {each: [] for each in declarations}
        if declarations:
            new = self._new(news.c.declaration.in_(declarations))
            for row in self._rows(sa.select(new)):
                found[row.declaration].append(row.position)
        return found

    def mark(self, shown: dict[UUID, int]) -> None:
        """Note that a person has looked at these declarations, each up to a position; and up to
        where nothing is new to them any more, so that this need not be read again."""
        up_to = self.connection.execute(sa.select(sa.func.max(news.c.position))).scalar() or 0
        seen_up_to.mark(self.connection, self._me, shown)
        for row in self._rows(sa.select(sa.func.min(self._new().c.position).label("oldest"))):
            up_to = up_to if row.oldest is None else min(up_to, row.oldest - 1)
        if up_to > self._mark:
            seen_up_to.mark_all(self.connection, self._me, up_to)

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        if not self._is_for_anybody:
            return []
        return self.connection.execute(query, {"looks": self._me}).all()

    def _new(self, *only: Condition) -> sa.CTE:
        """The entries that are new to the person, and their declarations.

        It is computed first: else SQLite may walk through all news to group them.
        """
        of_others = sa.or_(news.c.done_by.is_(None), news.c.done_by != self._me)
        query = (
            sa.select(news.c.declaration, news.c.position)
            .select_from(WITH_SEEN)
            .where(
                news.c.position > self._mark,
                news.c.position > sa.func.coalesce(seen.c.position, 0),
                of_others,
                listed.valid_to.is_(None),
                listed.worker != self._me,
                self._matters(),
                self.sight.sees(register_list),
                *only,
            )
        )
        return query.cte("new").prefix_with("MATERIALIZED")

    def _matters(self) -> Condition:
        was_told = sa.exists().where(
            told.c.person == self._me,
            told.c.declaration == news.c.declaration,
            told.c.since <= news.c.position,
        )
        brought_in = sa.exists().where(
            elsewhere.c.declaration == news.c.declaration,
            _since(elsewhere.c.service, self.sight.directs, self._directs_since),
        )
        to_many = sa.or_(
            was_told,
            _since(listed.worker, self.sight.reports, self._above_since),
            _since(listed.service, self.sight.directs, self._directs_since),
            brought_in,
        )
        return sa.or_(news.c.only_for == self._me, sa.and_(news.c.only_for.is_(None), to_many))

    @cached_property
    def _lately(self) -> dict[UUID, int]:
        """Who has another line manager or director than when the first of the news came, and since
        which position."""
        first = self.connection.execute(sa.select(sa.func.min(news.c.position))).scalar() or 0
        return named_after(self.connection, max(self._mark, first - 1))

    @cached_property
    def _above_since(self) -> dict[str, int]:
        """The workers above whom this person came lately, and since which position."""
        if not self._lately:
            return {}
        since = {each: self._came_above(each) for each in self.sight.reports}
        return {worker: position for worker, position in since.items() if position}

    def _came_above(self, worker: str) -> int:
        since, below, people = 0, worker, self.sight.directory.people
        while below != self._me:
            since = max(since, self._lately.get(own_id("person", below), 0))
            below = people[below].line_manager or self._me
        return since

    @cached_property
    def _directs_since(self) -> dict[str, int]:
        since = {each: self._lately.get(own_id("service", each)) for each in self.sight.directs}
        return {service: position for service, position in since.items() if position}


def note(sight: Sight, shown: dict[UUID, int], connection: sa.Connection) -> None:
    NewsFor(connection, sight).mark(shown)


def note_latest(sight: Sight, positions: Collection[int], connection: sa.Connection) -> None:
    new = NewsFor(connection, sight)
    new.mark(new.latest_at(positions))


def _latest(new: sa.CTE) -> sa.Select[Any]:
    """The declarations with news, each with the position of the latest."""
    latest = sa.func.max(new.c.position).label("position")
    return sa.select(new.c.declaration, latest).group_by(new.c.declaration)


def _since(
    column: sa.ColumnElement[str], theirs: Sequence[str], lately: dict[str, int]
) -> Condition:
    """Whether it is of somebody, or some service, of theirs; and not from before it became so."""
    before = [sa.and_(column == each, news.c.position < since) for each, since in lately.items()]
    return sa.and_(column.in_(theirs), sa.not_(sa.or_(sa.false(), *before)))
