"""A turn of the writer: what it reads and what it stores, in one transaction.

Orders for many streams, of whatever sorts, share SQL statements and the commit. First the states of
all these streams are read together; then the rule of each order drafts events; then all drafts are
stored and projected together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.alerts import AlertRaised
from events.event import Event, SpoiledEntry, dated, numbered
from events.log.log import Log
from events.log.recorder import LastEntry
from events.log.writer import Unit
from register import projections
from register.acts.declaring import TAKEN
from register.alerts import alerting
from register.alerts.sort import AnyState, Sort, State
from register.alerts.sorts import DECLARATIONS, Sorts, sort_of
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION
from register.directory.cache import Known
from register.directory.directory import Directory
from register.errors import ConflictError, NotFoundError, SpoiledError
from register.notices import queueing
from register.projections import Change, change_of, service_users
from register.proving.tombstones import are_tombstoned
from register.ruling.pacing import Paces

ERASED = "What had this id was erased: nothing is stored under it again."
TOGETHER = 10_000
"""How many states one statement reads: a database takes only so many values with it."""


Ordered = TypeVar("Ordered", bound=State, contravariant=True)


class Order(Protocol[Ordered]):
    """What somebody wants done with one stream."""

    @property
    def stream(self) -> UUID: ...
    @property
    def sort(self) -> str:
        """The stored name of the stream's sort."""
        ...

    @property
    def about(self) -> str | None:
        """The reference of the service user of whom it speaks, if it does."""
        ...

    def events(
        self, before: Ordered | None, directory: Directory, now: datetime
    ) -> Sequence[Event]:
        """The events that the order gives; none if the same was ordered before. Raises a refusal.

        `before` is the stream's state; None if there is no such stream of this sort.
        """
        ...


@dataclass(frozen=True)
class KnownStream:
    """A stream that was there: its sort, and the state that it is in."""

    sort: Sort[Any]
    state: Any


class SpoiledStream:
    """A stream with an entry that cannot be read, or that does not fit to those before it."""


@dataclass(frozen=True)
class Draft:
    """The events for one stream and its alerts, before they are stored."""

    sort: Sort[Any]
    stream: UUID
    before: State | None
    events: Sequence[Event]


@dataclass(frozen=True)
class Done(Generic[AnyState]):
    state: AnyState
    is_new: bool
    """False if the same was ordered before, so that nothing was stored."""


Result = Done[Any] | Exception
Numbered = tuple[int, Order[Any]]
"""An order, with its place among those that are carried out together."""


class Turn(Unit):
    """One transaction: its connection, the present moment, the directory and the streams.

    When an attempt inside the transaction fails, all of these go back to what they were before.
    """

    def __init__(
        self, connection: sa.Connection, log: Log, known: Known, sorts: Sorts, paces: Paces
    ) -> None:
        super().__init__(connection)
        self.log = log
        self.paces = paces
        self._sorts = sorts
        self._known = known
        self._last: LastEntry | None = None
        self._streams: dict[UUID, KnownStream | SpoiledStream | None] = {}
        self._changing: dict[UUID, Declaration] = {}
        self.stored_up_to: int | None = None
        """The position of the last entry that it stored."""

    @contextmanager
    def attempt(self) -> Iterator[None]:
        before = self._known, dict(self._streams)
        self._last = None  # read again: others may have appended in this transaction
        try:
            with super().attempt():
                yield
        except BaseException:
            self._known, self._streams = before
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

    @property
    def drafted(self) -> Mapping[UUID, Declaration]:
        """The declarations for which orders gave events that are not stored yet, as they will
        be."""
        return self._changing

    def read(self, streams: Sequence[UUID]) -> None:
        """Read the states of these streams together, before each is needed."""
        missing = [each for each in streams if each not in self._streams]
        for start in range(0, len(missing), TOGETHER):
            found = self.log.streams(missing[start : start + TOGETHER])
            for stream, events in groupby(found, key=lambda event: event.originator_id):
                self._streams[stream] = self._stood(list(events))

    def _stood(self, events: Sequence[Event]) -> KnownStream | SpoiledStream | None:
        if any(isinstance(event, SpoiledEntry) for event in events):
            return SpoiledStream()
        sort = sort_of(events[0], self._sorts)
        try:
            state = None if sort is None else sort.replay(None, events)
        except Exception:  # whatever it is, it is about this stream alone
            return SpoiledStream()
        return None if sort is None or state is None else KnownStream(sort, state)

    def stood(self, stream: UUID) -> KnownStream | None:
        """The sort and state of a stream that was read; None if there is none of any sort, or if it
        cannot be read."""
        stood = self._streams.get(stream)
        return stood if isinstance(stood, KnownStream) else None

    def _check_can_be_read(self, stream: UUID) -> None:
        if isinstance(self._streams.get(stream), SpoiledStream):
            raise SpoiledError

    def _state(self, stream: UUID, sort: Sort[AnyState]) -> AnyState | None:
        """The state of a stream that was read; None if there is none of this sort."""
        stood = self.stood(stream)
        return stood.state if stood is not None and stood.sort is sort else None

    def declaration(self, declaration: UUID) -> Declaration:
        """The state of a declaration, whoever may see it. Raises `NotFoundError`, or
        `SpoiledError`."""
        self.read([declaration])
        self._check_can_be_read(declaration)
        state = self._state(declaration, DECLARATIONS)
        if state is None:
            raise NotFoundError(NO_SUCH_DECLARATION)
        return state

    def carry_out(self, orders: Sequence[Order[Any]]) -> list[Result]:
        """The result of each order, or its refusal. A refused order does not affect the others."""
        results: dict[int, Result] = {}
        waiting = list(enumerate(orders))
        while waiting:
            these, waiting = _one_for_each_stream(waiting)
            results |= self._carry_out(these)
        return [results[place] for place in range(len(orders))]

    def _carry_out(self, orders: Sequence[Numbered]) -> dict[int, Result]:
        self.read([order.stream for _, order in orders])
        served, gone = self._served(orders), self._gone(orders)
        refusals: dict[int, Result] = {}
        drafts: dict[int, Draft] = {}
        for place, order in orders:
            try:
                if order.stream in gone:
                    raise ConflictError(ERASED)
                drafts[place] = self._drafted(order, served)
            except Exception as refusal:  # rules are pure, so there is nothing to undo
                refusals[place] = refusal
        done = self.store(list(drafts.values()))
        self._changing.clear()
        return refusals | dict(zip(drafts, done, strict=True))

    def _gone(self, orders: Sequence[Numbered]) -> set[UUID]:
        """The ids among these that were erased, and of which nothing is here: this register was
        put back from an older copy."""
        new = [order.stream for _, order in orders if self._streams.get(order.stream) is None]
        return are_tombstoned(self.connection, new) if new else set()

    def _served(self, orders: Sequence[Numbered]) -> dict[str, str]:
        """The services of the service users of whom these orders speak, by reference."""
        about = list({order.about for _, order in orders if order.about is not None})
        found: dict[str, str] = {}
        for start in range(0, len(about), TOGETHER):
            these = about[start : start + TOGETHER]
            found |= service_users.served(self.connection, these, self.log.keyring)
        return found

    def _drafted(self, order: Order[Any], served: Mapping[str, str]) -> Draft:
        """The events that the rule gives, and the events of the alerts that follow."""
        stream, sort, now = order.stream, self._sorts[order.sort], self.now
        self._check_can_be_read(stream)
        before, directory = self._state(stream, sort), self.known.at(now).serving(served)
        events = list(order.events(before, directory, now))
        if events and before is None and stream in self._streams:
            raise ConflictError(TAKEN)  # the id belongs to a stream of another sort
        own = [event for event in events if event.originator_id == stream]
        after = sort.replay(before, numbered(own, before.version if before else 0))
        if isinstance(after, Declaration):
            self._changing[stream] = after
        if own and after is not None:
            events += alerting.follow(sort, before, after, directory, now, self.paces)
        return self.draft(sort, stream, before, events, now)

    def draft(
        self,
        sort: Sort[AnyState],
        stream: UUID,
        before: AnyState | None,
        events: Sequence[Event],
        now: datetime,
    ) -> Draft:
        """A draft, with the moments of its events, and with their versions where they are known."""
        versioned = _versioned(stream, before, events)
        return Draft(sort, stream, before, self._placed(versioned, now))

    def store(self, drafts: Sequence[Draft]) -> list[Done[Any]]:
        """Append all drafts together, and write them into the read models."""
        appended = self._append([event for draft in drafts for event in draft.events])
        stored = iter(appended)
        changes: list[Change] = []
        done: list[Done[Any]] = []
        for draft in drafts:
            state = draft.before
            for event in islice(stored, len(draft.events)):
                is_own = event.originator_id == draft.stream
                state = draft.sort.evolve(state, event) if is_own else state
                changes.append(self._change(event, state if is_own else None))
            if state is None:
                raise ValueError("a stream begins with an event")
            self._streams[draft.stream] = KnownStream(draft.sort, state)
            done.append(Done(state, is_new=bool(draft.events)))
        projections.project(self.connection, changes)
        queueing.queue(self.connection, appended)
        if not all(each.is_new for each in done):
            self.log.database.vouch(self.connection)
        return done

    def append(self, events: Iterable[Event]) -> None:
        """Append events of streams that have no sort, and write them into the read models."""
        stored = self._append(self._placed(list(events), self.now))
        projections.project(self.connection, [self._change(event) for event in stored])
        queueing.queue(self.connection, stored)

    def _change(self, event: Event, after: State | None = None) -> Change:
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
            self.stored_up_to = self._last.position
            self._known = replace(self._known, position=stored[-1].position)
        return stored


def _versioned(stream: UUID, before: State | None, events: Iterable[Event]) -> list[Event]:
    """The events with their versions, where these are known; the log looks up the others.

    They are known for the stream itself and, while it is new, for its alerts.
    """
    versions = {stream: 0 if before is None else before.version}
    versioned = []
    for event in events:
        if before is None and isinstance(event, AlertRaised):
            versions[event.originator_id] = 0
        if event.originator_id in versions:
            versions[event.originator_id] += 1
            version = versions[event.originator_id]
            event = msgspec.structs.replace(event, originator_version=version)
        versioned.append(event)
    return versioned


def _one_for_each_stream(
    orders: Sequence[Numbered],
) -> tuple[list[Numbered], list[Numbered]]:
    """The first order for each stream, and the other orders. These are carried out later, so that
    their rules see what the first one did."""
    first: dict[UUID, Numbered] = {}
    others = []
    for place, order in orders:
        if first.setdefault(order.stream, (place, order))[0] != place:
            others.append((place, order))
    return list(first.values()), others
