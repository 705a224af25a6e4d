"""What has been kept as long as its policy says, and what will have been soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.log.log import Log
from events.names import ErasureState
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.erasing.erasures import Erasures
from register.erasing.holds import is_held
from register.policy import Policies
from register.projections import settled
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.ruling.retaining import Term, term_of
from register.standing.officers import check_is_officer, may_deal_with

LOOKED_AHEAD = timedelta(days=30)
MOST = 200
"""How many of one policy, kind and outcome are listed; the others come once these are gone."""


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

    def ask(self) -> int:
        """Ask for the erasure of what is due today, once: for the register itself. An officer then
        says whether it goes; where the policy says that it goes by itself, it does. Gives for how
        many it asked."""
        asked_before, asked = self._erasures.asked_by_policies(), 0
        for each in self.due_by(self.today):
            if each.is_held or each.due.declaration in asked_before:
                continue
            term = each.due.term
            reason = f"It was kept for {term.days} days: {term.clause}."
            wanted = {"of": "declaration", "declaration": str(each.due.declaration)}
            erasure, is_new = self._erasures.ask(None, {**wanted, "reason": reason})
            if is_new and term.goes_by_itself:
                self._erasures.confirm_by_policy(erasure.id)
            asked += is_new
        return asked

    @property
    def today(self) -> date:
        return london_day(self._log.clock())

    def coming(self, by: str) -> list[Coming]:
        """What is due within 30 days, the longest due first, as far as an officer may know of it.
        Raises `ForbiddenError` for anybody else."""
        directory = self._read.directory()
        person = directory.people[by]
        check_is_officer(person, directory)
        found = self.due_by(self.today + LOOKED_AHEAD)
        return [each for each in found if may_deal_with(person, each.declaration.matter, directory)]

    def is_any_coming(self) -> bool:
        """Whether anything is due within 30 days, whoever may know of it."""
        with self._log.database.read() as connection:
            return any(self._due(connection, self.today + LOOKED_AHEAD))

    def undecided(self) -> list[Coming]:
        """What is due within 30 days, and is neither held nor decided: for the register itself."""
        decided = self._erasures.asked_by_policies(
            [each for each in ErasureState if each is not ErasureState.ASKED]
        )
        found = self.due_by(self.today + LOOKED_AHEAD)
        return [each for each in found if not each.is_held and each.due.declaration not in decided]

    def due_by(self, last: date) -> list[Coming]:
        """What is due by a day, the longest due first: for the register itself."""
        with self._log.database.read() as connection:
            due = sorted(self._due(connection, last), key=lambda each: each.due_on)
            known = self._unguarded.declarations([each.declaration for each in due])
            return [
                Coming(each, state, is_held(connection, self._log.keyring, state))
                for each in due
                if (state := known.get(each.declaration)) is not None
            ]

    def _due(self, connection: sa.Connection, last: date) -> Iterator[Due]:
        for sort in settled.sorts(connection):
            term = self._term(sort)
            if term is not None:
                over_by = last - timedelta(days=term.days)
                for row in settled.over_by(connection, sort, over_by, MOST):
                    due_on = term.last_day(row.over_on)
                    yield Due(row.declaration, sort.outcome, due_on, term)

    def _term(self, sort: sa.Row[Any]) -> Term | None:
        return term_of(self._policies, sort.policy, sort.version, sort.kind, sort.outcome)
