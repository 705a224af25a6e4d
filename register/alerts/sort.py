"""A sort of stream that asks something of people, such as declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from events.declarations import Source
from events.event import Event
from events.ids import own_id
from events.names import Because, Role, Why
from register.directory.directory import Directory
from register.standing.holding import Holder


class State(Protocol):
    """What has come of the events of one stream."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


AnyState = TypeVar("AnyState", bound=State)
AnyAsked = TypeVar("AnyAsked", bound=State, contravariant=True)


Whose = tuple[str | None, str | None]
"""Who has a duty, and whom they cover for in it, if they do; nobody where both are None."""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something that somebody must do because of the state of a stream."""

    key: str
    """The key stays the same as long as the duty does; the alert's id is made from it."""
    kind: str
    """What it is about, in one word: for a declaration, its kind."""
    why: Why
    role: Role | None
    person: str | None
    because: Because | None
    """Why the role is the person's; None where it is theirs without any role."""
    for_person: str | None = None
    """Whom the person covers for, if they do."""
    is_urgent: bool = False
    """Whether somebody is at risk now."""
    due_at: datetime
    source: Source

    @property
    def whose(self) -> Whose:
        return self.person, self.for_person


def _nobody(_state: Any, _duty: Duty, _directory: Directory) -> Iterable[Holder]:
    return ()


def _nobody_more(_state: Any, _duty: Duty, _directory: Directory) -> Sequence[Holder]:
    return ()


def _says_nothing(*_asked: Any, **_how: Any) -> Sequence[Event]:
    return ()


class Escalated(Protocol[AnyAsked]):
    """Gives the events of the stream itself that say that another may do a duty as well: to whom
    it went on, and who had been asked before; `at_once`, nobody had."""

    def __call__(
        self,
        state: AnyAsked,
        duty: Duty,
        to: Holder,
        before: str | None,
        now: datetime,
        /,
        *,
        at_once: bool = False,
    ) -> Sequence[Event]: ...


@dataclass(frozen=True)
class Sort(Generic[AnyState]):
    """A sort of stream: how its state is made from its events, and what that asks of people.

    What is the same for every sort is in `alerting` and in `turns`.
    """

    name: str
    """As it is stored with an alert."""
    begins: type[Event]
    """The event that begins each stream of this sort, and no other stream."""
    evolve: Callable[[AnyState | None, Event], AnyState]
    duties: Callable[[AnyState, Directory], Mapping[str, Duty]]
    """What is to be done, by the key of the duty."""
    passed: Callable[[AnyState, Duty, str, datetime], Sequence[Event]]
    """The events of the stream itself that say that a duty went to another person."""
    next_in_order: Callable[[AnyState, Duty, Directory], Iterable[Holder]] = _nobody
    """Everybody who may be asked to do a duty, the first before the next."""
    escalated: Escalated[AnyState] = _says_nothing
    at_once: Callable[[AnyState, Duty, Directory], Sequence[Holder]] = _nobody_more
    """Those who are to be asked to do a duty at the same time as the first, and were not yet."""

    def replay(self, state: AnyState | None, events: Iterable[Event]) -> AnyState | None:
        for event in events:
            state = self.evolve(state, event)
        return state


def alert_id(sort: str, stream: UUID, key: str) -> UUID:
    """The id of the alert for a duty; `sort` is the stored name of the stream's sort."""
    return own_id("alert", sort, stream, key)
