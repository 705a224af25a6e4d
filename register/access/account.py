"""What happened to a person's ways of signing in: recorded as entries, and told to the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from events.access import (
    LinkMade,
    MeansWords,
    SessionsEnded,
    SignInAdded,
    SignInRemoved,
    TokenEnded,
    TokenMade,
    account_of,
)
from events.event import Event, SpoiledEntry
from events.log.log import Log
from register.access import sessions
from register.access.means import MEANS
from register.access.tables import account_seen


@dataclass(frozen=True)
class AccountNews:
    """What a person has not seen yet: of what happened to their account, or to what they
    proposed."""

    sentence: str
    at: datetime
    position: int
    is_of_account: bool = True
    """Whether it is about how they sign in, which may have been somebody else."""


class Together(Protocol):
    """A turn of the writer: what is written and recorded in it is one transaction."""

    connection: sa.Connection

    def append(self, events: Iterable[Event]) -> None: ...


Result = TypeVar("Result")


class InTurn(Protocol):
    def __call__(self, work: Callable[[Together], Result], /) -> Result: ...


class Account:
    """Records what happens to people's ways of signing in, and tells them until they have seen it.

    The events are those of `events/access.py`, in the stream `account_of(person)`.
    """

    def __init__(self, log: Log, run: InTurn) -> None:
        self._log = log
        self.in_turn = run
        """Does something in one turn of the writer: all of it, or nothing."""

    def record(self, *events: Event) -> None:
        self.in_turn(lambda turn: turn.append(events))

    def end_sessions(self, by: str | None, person: str) -> int:
        """Sign a person out everywhere; gives how many sessions there were. `by` is None for
        whoever keeps the register."""

        def ended(turn: Together) -> int:
            count = sessions.end_all(turn.connection, person)
            said = SessionsEnded(originator_id=account_of(person), person=person, ended_by=by)
            turn.append([said] if count else [])
            return count

        return self.in_turn(ended)

    def news(self, person: str, called: Callable[[str], str]) -> Sequence[AccountNews]:
        """What a person has not seen yet, the latest first; `called` gives people's names."""
        seen, events = self.seen_up_to(person), self._log.stream(account_of(person))
        return [
            AccountNews(told_to(event, called), event.moment, event.position)
            for event in reversed(events)
            if event.position > seen and not isinstance(event, SpoiledEntry)
        ]

    def seen_up_to(self, person: str) -> int:
        """The position up to which a person has seen the news of their account."""
        with self._log.database.read() as connection:
            return connection.execute(SEEN, {"whose": person}).scalar() or 0

    def note_seen(self, person: str, up_to: int) -> None:
        """Note that a person has seen the news of their account up to a position."""

        def note(connection: sa.Connection) -> None:
            connection.execute(sa.delete(account_seen).where(account_seen.c.person == person))
            row = {"person": person, "position": up_to}
            connection.execute(sa.insert(account_seen), row)

        self._log.database.note(note)


SEEN = sa.select(account_seen.c.position).where(account_seen.c.person == sa.bindparam("whose"))


def told_to(event: Event, called: Callable[[str], str]) -> str:
    """What happened, as it is said to the person whose account it is."""
    return SENTENCES[type(event)](event, _by(event, called))


def _by(event: Any, called: Callable[[str], str]) -> str:
    by = next(getattr(event, name) for name in BY if hasattr(event, name))
    if by is None:
        return "whoever keeps the register"
    return "you" if by == event.person else called(by)


BY = ("added_by", "removed_by", "made_by", "ended_by")


def _name(words: MeansWords | None) -> str:
    return f" “{words.name}”" if words is not None and words.name else ""


SENTENCES: dict[type[Event], Callable[[Any, str], str]] = {
    SignInAdded: lambda event, by: (
        f"{MEANS[event.how].capitalize()}{_name(event.words)} was added to your account, by {by}."
    ),
    SignInRemoved: lambda event, by: (
        f"{MEANS[event.how].capitalize()}{_name(event.words)} was removed from your account, "
        f"by {by}."
    ),
    LinkMade: lambda _event, by: f"A link was made that signs you in once, by {by}.",
    SessionsEnded: lambda _event, by: f"You were signed out everywhere, by {by}.",
    TokenMade: lambda event, by: (
        f"A token{_name(event.words)} was made, with which a program can do things in your name, "
        f"by {by}."
    ),
    TokenEnded: lambda event, by: f"Your token{_name(event.words)} was ended, by {by}.",
}
