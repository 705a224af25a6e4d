"""The rule of `standing.seeing`, as a condition of a query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from events.log.tables import Moment
from events.names import AlertState, Role, SeenBy
from register.directory.directory import Directory, Person
from register.projections.asked_as_well import asked_as_well
from register.projections.barred import barred
from register.projections.change import NOBODY_KNOWS
from register.projections.elsewhere import elsewhere
from register.projections.inbox import inbox
from register.projections.told import FOR_GOOD, told

Condition = sa.ColumnElement[bool]
Row = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class Sight:
    """Somebody who looks at a list, and the directory of the day."""

    reader: Person
    directory: Directory
    index: Callable[[str], bytes]
    """Gives the blind index of a person, by their id."""

    @cached_property
    def reports(self) -> list[str]:
        return sorted(self.directory.reports(self.reader.id))

    @cached_property
    def directs(self) -> list[str]:
        return sorted(self.directory.directs(self.reader.id))

    def sees(self, listed: sa.FromClause) -> Condition:
        """Whether they may see the declaration in a row of the register's list; the row has to be
        of its present state."""
        if listed not in self._asked:
            self._asked[listed] = self._sees(listed.c)
        return self._asked[listed]

    @cached_property
    def _asked(self) -> dict[sa.FromClause, Condition]:
        """The conditions that were made before: a page asks them of one list after the other."""
        return {}

    def _sees(self, row: Row) -> Condition:
        own = row.worker == self.reader.id
        ways = sa.or_(*self._ways(row), *self._covering(row))
        seen = sa.or_(own, sa.and_(sa.not_(self._is_barred(row)), ways))
        return sa.and_(seen, row.service.in_(within)) if (within := self.reader.within) else seen

    def _ways(self, row: Row) -> list[Condition]:
        me, acting_alone = self.reader.id, _allows(row, SeenBy.ACTING)
        was_told = _was_told(row, me, FOR_GOOD)
        must_act = _must_act(row, me, as_well=self.directory.is_here(me))
        ways = [
            sa.and_(was_told, sa.not_(acting_alone)),
            sa.and_(acting_alone, sa.or_(must_act, row.settled_by == me)),
            *self._by_place(row),
        ]
        return [*ways, *self._auditing(row)]

    def _auditing(self, row: Row) -> list[Condition]:
        """The ways in which they see it because they audit, on the days and at the services."""
        reader, today = self.reader, self.directory.today
        ways = []
        if reader.audits(today):
            ways.append(sa.and_(_allows(row, SeenBy.AUDITOR), sa.not_(row.restricted)))
        if reader.audits_restricted(today):
            ways.append(row.restricted)
        services = reader.auditing.services
        return [sa.and_(each, is_at_one_of(row, services)) for each in ways] if services else ways

    def _by_place(self, row: Row) -> list[Condition]:
        return [
            sa.and_(_allows(row, SeenBy.LINE_MANAGER), self._is_above(row)),
            sa.and_(_allows(row, SeenBy.SERVICE_DIRECTOR), is_at_one_of(row, self.directs)),
        ]

    @cached_property
    def covered(self) -> list[Sight]:
        """Those for whom they cover, as they would look at the list."""
        people, away = self.directory.people, self.directory.covers_for(self.reader.id)
        return [Sight(people[each], self.directory, self.index) for each in away]

    def _covering(self, row: Row) -> list[Condition]:
        """The ways in which they see it because they cover for somebody."""
        if not self.covered:
            return []
        me, acting_alone = self.reader.id, _allows(row, SeenBy.ACTING)
        above = [self.index(each) for each in self.directory.line_above(me)]
        return [
            sa.and_(
                row.worker != each.reader.id,
                sa.not_(each._is_barred(row)),
                sa.not_(_is_about(row, above)),
                sa.or_(
                    *each._by_place(row),
                    sa.and_(_was_told(row, me, each.reader.id), sa.not_(acting_alone)),
                ),
            )
            for each in self.covered
        ]

    @cached_property
    def _came_above(self) -> dict[str, sa.ColumnElement[datetime]]:
        """The workers above whom they came new, each with the moment."""
        came = {each: self.directory.came_above(self.reader.id, each) for each in self.reports}
        return {worker: sa.literal(at, Moment) for worker, at in came.items() if at is not None}

    def _is_above(self, row: Row) -> Condition:
        is_above: Condition = row.worker.in_(self.reports)
        if not self._came_above:
            return is_above
        came_at = sa.case(self._came_above, value=row.worker)  # null for everybody else
        was_over = sa.func.coalesce(row.hidden_before < came_at, sa.false())
        return sa.and_(is_above, sa.not_(was_over))

    def _is_barred(self, row: Row) -> Condition:
        themselves = _is_about(row, [NOBODY_KNOWS, self.index(self.reader.id)])
        if not self.reports:
            return themselves
        above = [self.index(each) for each in self.directory.line_above(self.reader.id)]
        below = sa.and_(
            row.worker.in_(self.reports), _is_about(row, above), sa.not_(self._acts(row))
        )
        return sa.or_(themselves, below)

    def _acts(self, row: Row) -> Condition:
        """Whether the directory names them for the role that must act."""
        people = self.directory.people.values()
        workers = [each.id for each in people if each.line_manager == self.reader.id]
        return sa.or_(
            sa.and_(row.acts == Role.LINE_MANAGER, row.worker.in_(workers)),
            sa.and_(row.acts == Role.SERVICE_DIRECTOR, row.service.in_(self.directs)),
        )


def _must_act(row: Row, person: str, *, as_well: bool) -> Condition:
    """Whether something about it waits for a person; `as_well`, also where it went on to them."""
    asked = sa.exists().where(
        asked_as_well.c.alert == inbox.c.alert,
        sa.or_(asked_as_well.c.person == person, asked_as_well.c.for_person == person),
    )
    return sa.exists().where(
        sa.or_(
            inbox.c.person == person, inbox.c.for_person == person, *([asked] if as_well else [])
        ),
        inbox.c.subject == row.declaration,
        inbox.c.state != AlertState.DONE,
    )


def is_at_one_of(row: Row, services: Collection[str]) -> Condition:
    """Whether it concerns one of these services, or ever did."""
    another = sa.exists().where(
        elsewhere.c.declaration == row.declaration, elsewhere.c.service.in_(services)
    )
    return sa.or_(row.service.in_(services), another)


def _is_about(row: Row, people: Iterable[bytes]) -> Condition:
    return sa.exists().where(
        barred.c.declaration == row.declaration, barred.c.person.in_(list(people))
    )


def _was_told(row: Row, person: str, for_person: str) -> Condition:
    return sa.exists().where(
        told.c.person == person,
        told.c.declaration == row.declaration,
        told.c.for_person == for_person,
    )


def _allows(row: Row, each: SeenBy) -> Condition:
    return sa.type_coerce(row.seen_by, sa.Text).contains(each)
