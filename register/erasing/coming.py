"""What has been kept as long as its policy says, and what will have been soon."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.log import Log
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.erasing.erasures import Erasures
from register.erasing.holds import is_held
from register.errors import ConflictError
from register.policy import Policies
from register.projections import settled
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.ruling.retaining import Term, term_of
from register.standing.officers import check_is_officer, may_deal_with

LOOKED_AHEAD = timedelta(days=30)
MOST = 200
"""How many of one sort (policy, kind and outcome) are asked for and listed that may go: the others
come once these are gone. Of those that stay, as many are listed."""
LOOKED_AT = 10 * MOST
"""How many of one sort are read at one time at most."""
Reached = dict[tuple[Any, ...], settled.Place]
"""Up to where the register looked, of each sort of which it has not looked at all that there is:
it goes on from there the next time."""


@dataclass(frozen=True)
class Due:
    """A declaration that is over, how it came out, and the last day on which it is kept."""

    declaration: UUID
    outcome: str
    due_on: date
    term: Term


@dataclass(frozen=True)
class Coming:
    due: Due
    declaration: Declaration
    is_held: bool
    """Whether a legal hold stands on it: then it stays, whatever the policy says."""
    is_decided: bool
    """Whether it was decided already: it stays, or goes very soon."""

    @property
    def may_go(self) -> bool:
        return not (self.is_held or self.is_decided)


class Retention:
    def __init__(
        self,
        log: Log,
        policies: Policies,
        read: Reader,
        unguarded: Unguarded,
        erasures: Erasures,
    ) -> None:
        self._log, self._policies, self._erasures = log, policies, erasures
        self._read, self._unguarded = read, unguarded
        self._asked_up_to: Reached = {}
        self._to_ask: list[tuple[sa.Row[Any], Term]] = []
        """The sorts of which it has not asked yet since it began anew."""

    def ask(self) -> bool:
        """Ask for the erasure of what is due today, once: for the register itself. An officer then
        says whether it goes; where the policy says that it goes by itself, it does. It asks of one
        sort after the other, and of no more of them once it has looked at many: gives whether some
        are left, with which it goes on the next time."""
        self._to_ask, looked_at = self._to_ask or self._sorts(), 0
        while self._to_ask and looked_at < MOST:
            looked_at += self._ask_of(*self._to_ask.pop())
        return bool(self._to_ask)

    def _ask_of(self, sort: sa.Row[Any], term: Term) -> int:
        """Ask for what is due of one sort; gives at how many it looked."""
        with self._log.database.read() as connection:
            of = _Sort(connection, sort, term, self.today)
            due = [each.due.declaration for each in self._of_sort(of, self._asked_up_to, 0)]
        if due:
            reason = f"It was kept for {term.days} days: {term.clause}."
            waiting = self._erasures.ask_by_policy(due, reason)
            for each in waiting if term.goes_by_itself else ():
                with suppress(ConflictError):  # a hold was placed on it just now
                    self._erasures.confirm_by_policy(each)
        return of.read

    def _sorts(self) -> list[tuple[sa.Row[Any], Term]]:
        """Of which there may be anything that is due one day."""
        with self._log.database.read() as connection:
            every = ((each, self._term(each)) for each in settled.sorts(connection))
            return [(sort, term) for sort, term in every if term is not None]

    @property
    def today(self) -> date:
        return london_day(self._log.clock())

    def coming(self, by: str) -> list[Coming]:
        """What is due within 30 days, the longest due first, as far as an officer may know of it.
        Raises `ForbiddenError` for anybody else."""
        directory = self._read.directory()
        person = directory.people[by]
        check_is_officer(person, directory)
        due = self._due(self.today + LOOKED_AHEAD, {}, staying=MOST)
        found = sorted(due, key=lambda each: each.due.due_on)
        return [each for each in found if may_deal_with(person, each.declaration.matter, directory)]

    def undecided(self, reached: Reached | None = None) -> Iterator[Coming]:
        """What is due within 30 days, and is neither held nor decided: for the register itself."""
        return self._due(self.today + LOOKED_AHEAD, {} if reached is None else reached)

    def _due(self, last: date, reached: Reached, staying: int = 0) -> Iterator[Coming]:
        """What is due by a day and may go, sort by sort, and of each sort so many that stay."""
        with self._log.database.read() as connection:
            for sort, term in self._sorts():
                yield from self._of_sort(_Sort(connection, sort, term, last), reached, staying)

    def _of_sort(self, of: _Sort, reached: Reached, staying: int) -> Iterator[Coming]:
        """The longest due first, until there are `MOST` that may go. Where nothing is wanted that
        stays, what is decided is passed over by its id; what is held has to be read first."""
        going, after = MOST, reached.pop(tuple(of.sort), None)
        while rows := of.rows(after):
            after = settled.place(rows[-1])
            decided = self._erasures.decided_of_policies([each.declaration for each in rows])
            wanted = [each for each in rows if staying or each.declaration not in decided]
            of.read += len(wanted)
            for each in self._coming(of, wanted, decided):
                if each.may_go:
                    going -= 1
                    yield each
                elif staying:
                    staying -= 1
                    yield each
                if not going:
                    return
            if of.read >= LOOKED_AT:
                reached[tuple(of.sort)] = after
                return

    def _coming(
        self, of: _Sort, rows: Sequence[sa.Row[Any]], decided: Collection[UUID]
    ) -> Iterator[Coming]:
        known = self._unguarded.declarations([each.declaration for each in rows])
        for row in rows:
            state = known.get(row.declaration)
            if state is not None:
                held = is_held(of.connection, self._log.keyring, state)
                due = of.due(row)
                yield Coming(due, state, held, row.declaration in decided)

    def _term(self, sort: sa.Row[Any]) -> Term | None:
        return term_of(self._policies, sort.policy, sort.version, sort.kind, sort.outcome)


@dataclass
class _Sort:
    """Those of one policy, kind and outcome that are due by a day, as the database has them."""

    connection: sa.Connection
    sort: sa.Row[Any]
    term: Term
    last: date
    read: int = 0
    """How many of them were read so far."""

    def rows(self, after: settled.Place | None) -> Sequence[sa.Row[Any]]:
        over_by = self.last - timedelta(days=self.term.days)
        return settled.over_by(self.connection, self.sort, over_by, MOST, after)

    def due(self, row: sa.Row[Any]) -> Due:
        due_on = self.term.last_day(row.over_on)
        return Due(row.declaration, self.sort.outcome, due_on, self.term)
