"""What a turn of the writer does with declarations, many of them at once.

Their states are read together, each rule drafts what follows from its own, and all of it is stored
and projected together: everybody who waits shares each statement, as they share the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from events.event import Event, numbered
from events.log.log import Log
from events.log.recorder import TICK
from register import projections
from register.acts.declaring import TAKEN
from register.alerts import alerting
from register.declarations.declaration import Declaration, evolve, replay
from register.directory.cache import DirectoryCache
from register.directory.directory import Directory, fold
from register.errors import ConflictError
from register.projections import Change
from register.reading.reader import Reader

Rule = Callable[[Declaration | None, Directory, datetime], Sequence[Event]]


@dataclass(frozen=True)
class Order:
    """What somebody wants done with one declaration. Its rule gives what follows, or refuses."""

    declaration: UUID
    rule: Rule


@dataclass(frozen=True)
class Draft:
    """What happens to one declaration and to its alerts, not stored yet."""

    declaration: UUID
    before: Declaration | None
    events: Sequence[Event]


@dataclass(frozen=True)
class Done:
    declaration: Declaration
    is_new: bool
    """False where the same was said before."""


Outcome = Done | Exception


class Turns:
    """Works inside the append lock; `directory` is the writer's own."""

    def __init__(self, log: Log, read: Reader, directory: DirectoryCache) -> None:
        self._log = log
        self._read = read
        self._directory = directory

    def carry_out(self, orders: Sequence[Order]) -> list[Outcome]:
        """What became of each order. One that is refused leaves the others as they are."""
        outcomes: dict[int, Outcome] = {}
        waiting = list(enumerate(orders))
        with self._directory.unless_it_fails():
            while waiting:
                now, waiting = _one_for_each_declaration(waiting)
                outcomes.update(self._carry_out(now))
        return [outcomes[place] for place in range(len(orders))]

    def _carry_out(self, orders: Sequence[tuple[int, Order]]) -> dict[int, Outcome]:
        began = now = self._log.now()
        directory = self._directory.now(now)
        known = self._read.all_known([order.declaration for _, order in orders])
        outcomes: dict[int, Outcome] = {}
        drafts: dict[int, Draft] = {}
        for place, order in orders:
            try:
                draft = _drafted(order, known, directory, now)
            except Exception as refusal:  # a rule is pure: there is nothing to undo
                outcomes[place] = refusal
                continue
            drafts[place] = draft
            directory = fold(directory, draft.events)
            now += len(draft.events) * TICK  # the moment of the next one's first entry
        done = self.store(list(drafts.values()), began)
        return outcomes | dict(zip(drafts, done, strict=True))

    def store(self, drafts: Sequence[Draft], now: datetime) -> list[Done]:
        """Append what was drafted, all at once, and project it."""
        events = [event for draft in drafts for event in draft.events]
        stored = iter(self._append(events, now, _versions(drafts)))
        changes: list[Change] = []
        done = []
        for draft in drafts:
            declaration = draft.before
            for event in islice(stored, len(draft.events)):
                if event.originator_id == draft.declaration:
                    declaration = evolve(declaration, event)
                    changes.append(self._read.change(event, declaration))
                else:
                    changes.append(self._read.change(event))
            if declaration is None:
                raise ValueError("a declaration begins with an event")
            done.append(Done(declaration, is_new=bool(draft.events)))
        self._project(changes)
        return done

    def take(self, events: Iterable[Event], now: datetime) -> None:
        """Append and project what does not happen to a declaration."""
        self._project([self._read.change(event) for event in self._append(events, now)])

    def _append(
        self, events: Iterable[Event], now: datetime, versions: Mapping[UUID, int] | None = None
    ) -> list[Event]:
        stored = self._log.append(events, now, versions)
        self._directory.take(stored)
        return stored

    def _project(self, changes: Sequence[Change]) -> None:
        with self._log.database.write() as connection:
            projections.project(connection, changes)


def _versions(drafts: Iterable[Draft]) -> dict[UUID, int]:
    """Of the streams whose version is known: nothing of a new declaration was there before."""
    known: dict[UUID, int] = {}
    for draft in drafts:
        if draft.before is None:
            known.update((event.originator_id, 0) for event in draft.events)
        else:
            known[draft.declaration] = draft.before.version
    return known


def _one_for_each_declaration(
    orders: Sequence[tuple[int, Order]],
) -> tuple[list[tuple[int, Order]], list[tuple[int, Order]]]:
    """The first order for each declaration, and the others: they are to see what it did."""
    first: dict[UUID, tuple[int, Order]] = {}
    others = []
    for place, order in orders:
        if first.setdefault(order.declaration, (place, order))[0] != place:
            others.append((place, order))
    return list(first.values()), others


def _drafted(
    order: Order, known: Mapping[UUID, Declaration | None], directory: Directory, now: datetime
) -> Draft:
    """What the rule gives, and the alerts that follow from it."""
    before = known.get(order.declaration)
    events = list(order.rule(before, directory, now))
    if events and before is None and order.declaration in known:  # the stream of something else
        raise ConflictError(TAKEN)
    own = [event for event in events if event.originator_id == order.declaration]
    after = replay(before, numbered(own, before.version if before else 0))
    if own and after is not None:
        events += alerting.follow(before, after, directory, now)
    return Draft(order.declaration, before, events)
