"""A turn of the writer: what it reads and what it stores, in one transaction.

Orders for many declarations share SQL statements and the commit. First the states of all these
declarations are read together; then the rule of each order drafts events; then all drafts are
stored and projected together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.event import Event, dated, numbered
from events.log.log import Log
from events.log.recorder import LastEntry
from events.log.writer import Unit
from register import projections
from register.acts.declaring import TAKEN
from register.alerts import alerting
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve, replay
from register.declarations.ids import NO_SUCH_DECLARATION
from register.directory.cache import Known
from register.directory.directory import Directory
from register.errors import ConflictError, NotFoundError
from register.projections import Change, change_of
from register.reading.unguarded import Unguarded

TOGETHER = 10_000
"""How many states one statement reads: a database takes only so many values with it."""


class Order(Protocol):
    """What somebody wants done with one declaration."""

    @property
    def declaration(self) -> UUID: ...

    def events(
        self, before: Declaration | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        """The events that the order gives; none if the same was ordered before. Raises a refusal.

        `before` is the declaration's state; None if there is no such declaration.
        """
        ...


@dataclass(frozen=True)
class Draft:
    """The events for one declaration and its alerts, before they are stored."""

    declaration: UUID
    before: Declaration | None
    events: Sequence[Event]


@dataclass(frozen=True)
class Done:
    declaration: Declaration
    is_new: bool
    """False if the same was ordered before, so that nothing was stored."""


class Turn(Unit):
    """One transaction: its connection, the present moment, the directory and the declarations.

    When an attempt inside the transaction fails, all of these go back to what they were before.
    """

    def __init__(self, connection: sa.Connection, log: Log, known: Known) -> None:
        super().__init__(connection)
        self.log = log
        self.unguarded = Unguarded(log)
        self._known = known
        self._last: LastEntry | None = None
        self._states: dict[UUID, Declaration | None] = {}

    @contextmanager
    def attempt(self) -> Iterator[None]:
        before = self._known, dict(self._states)
        self._last = None  # read again: others may have appended in this transaction
        try:
            with super().attempt():
                yield
        except BaseException:
            self._known, self._states = before
            self._last = None
            raise

    @property
    def last(self) -> LastEntry:
        if self._last is None:
            self._last = self.log.last_entry()
        return self._last

    @property
    def now(self) -> datetime:
        """The moment of the next entry."""
        return self.last.following(self.log.clock())

    @property
    def known(self) -> Known:
        """The directory as it stands in this transaction."""
        self._known = self._known.caught_up(self.log, self.last.position)
        return self._known

    @property
    def directory(self) -> Directory:
        return self.known.at(self.now)

    @property
    def known_by_then(self) -> Known:
        """The directory as `known` last gave it: for use after the turn, which can read no more."""
        return self._known

    def is_passed_on(self) -> None:
        """Note that every open alert was passed on to the person who holds its role today."""
        self._known = replace(self.known, passed_on=self.directory.today)

    def read(self, declarations: Sequence[UUID]) -> None:
        """Read the states of these declarations together, before each is needed."""
        missing = [each for each in declarations if each not in self._states]
        for start in range(0, len(missing), TOGETHER):
            self._states.update(self.unguarded.declarations(missing[start : start + TOGETHER]))

    def declaration(self, declaration: UUID) -> Declaration:
        """The state of a declaration, whoever may see it. Raises `NotFoundError`."""
        self.read([declaration])
        state = self._states.get(declaration)
        if state is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        return state

    def carry_out(self, orders: Sequence[Order]) -> list[Done | Exception]:
        """The result of each order, or its refusal. A refused order does not affect the others."""
        results: dict[int, Done | Exception] = {}
        waiting = list(enumerate(orders))
        while waiting:
            these, waiting = _one_for_each_declaration(waiting)
            results |= self._carry_out(these)
        return [results[place] for place in range(len(orders))]

    def _carry_out(self, orders: Sequence[tuple[int, Order]]) -> dict[int, Done | Exception]:
        self.read([order.declaration for _, order in orders])
        refusals: dict[int, Done | Exception] = {}
        drafts: dict[int, Draft] = {}
        for place, order in orders:
            try:
                drafts[place] = self._drafted(order)
            except Exception as refusal:  # rules are pure, so there is nothing to undo
                refusals[place] = refusal
        done = self.store(list(drafts.values()))
        return refusals | dict(zip(drafts, done, strict=True))

    def _drafted(self, order: Order) -> Draft:
        """The events that the rule gives, and the events of the alerts that follow."""
        before, now = self._states.get(order.declaration), self.now
        directory = self.known.at(now)
        events = list(order.events(before, directory, now))
        if events and before is None and order.declaration in self._states:
            raise ConflictError(TAKEN)  # the id belongs to another stream
        own = [event for event in events if event.originator_id == order.declaration]
        after = replay(before, numbered(own, before.version if before else 0))
        if own and after is not None:
            events += alerting.follow(before, after, directory, now)
        return self.draft(order.declaration, before, events, now)

    def draft(
        self,
        declaration: UUID,
        before: Declaration | None,
        events: Sequence[Event],
        now: datetime,
    ) -> Draft:
        """A draft, with the moments of its events, and with their versions where they are known."""
        return Draft(declaration, before, self._placed(_versioned(before, events), now))

    def store(self, drafts: Sequence[Draft]) -> list[Done]:
        """Append all drafts together, and write them into the read models."""
        stored = iter(self._append([event for draft in drafts for event in draft.events]))
        changes: list[Change] = []
        done = []
        for draft in drafts:
            state = draft.before
            for event in islice(stored, len(draft.events)):
                is_own = event.originator_id == draft.declaration
                state = evolve(state, event) if is_own else state
                changes.append(self._change(event, state if is_own else None))
            if state is None:
                raise ValueError("a declaration begins with an event")
            self._states[draft.declaration] = state
            done.append(Done(state, is_new=bool(draft.events)))
        projections.project(self.connection, changes)
        return done

    def append(self, events: Iterable[Event]) -> None:
        """Append events that belong to no declaration, and write them into the read models."""
        stored = self._append(self._placed(list(events), self.now))
        projections.project(self.connection, [self._change(event) for event in stored])

    def _change(self, event: Event, after: Declaration | None = None) -> Change:
        return change_of(event, after, self.log.keyring)

    def _placed(self, events: Sequence[Event], now: datetime) -> list[Event]:
        """The events with their moments. Later events of this turn get later moments."""
        placed = dated(events, self.last.following(now))
        if placed:
            self._known = self.known.after(placed, self.last.position)
            self._last = LastEntry(self.last.position, placed[-1].moment)
        return placed

    def _append(self, placed: Sequence[Event]) -> list[Event]:
        stored = self.log.append(placed)
        if stored:
            self._last = LastEntry(stored[-1].position, stored[-1].moment)
            self._known = replace(self._known, position=stored[-1].position)
        return stored


def _versioned(before: Declaration | None, events: Iterable[Event]) -> list[Event]:
    """The events with their versions, where these are known; the log looks up the others.

    For a new declaration all are known: its stream is new, and so are those of its alerts, and that
    of a policy that is published with it.
    """
    versions = {} if before is None else {before.id: before.version}
    versioned = []
    for event in events:
        stream = event.originator_id
        if before is None or stream in versions:
            versions[stream] = versions.get(stream, 0) + 1
            event = msgspec.structs.replace(event, originator_version=versions[stream])
        versioned.append(event)
    return versioned


def _one_for_each_declaration(
    orders: Sequence[tuple[int, Order]],
) -> tuple[list[tuple[int, Order]], list[tuple[int, Order]]]:
    """The first order for each declaration, and the other orders. These are carried out later, so
    that their rules see what the first one did."""
    first: dict[UUID, tuple[int, Order]] = {}
    others = []
    for place, order in orders:
        if first.setdefault(order.declaration, (place, order))[0] != place:
            others.append((place, order))
    return list(first.values()), others
