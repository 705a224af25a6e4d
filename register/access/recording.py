"""What is recorded of a person's ways of signing in, together with the row that makes it so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from events.access import MeansWords, SignInAdded, SignInRemoved, account_of
from events.event import Event
from events.names import How
from register.access.account import InTurn, Together

Recording = Callable[[Event, Callable[[sa.Connection], Any]], None]
"""Records an event, and changes tables in the same transaction: both, or neither."""


def recording(run: InTurn) -> Recording:
    def record(event: Event, change: Callable[[sa.Connection], Any]) -> None:
        def both(turn: Together) -> None:
            change(turn.connection)
            turn.append([event])

        run(both)

    return record


def added(person: str, how: How, name: str | None = None) -> SignInAdded:
    """That somebody gave themselves another way to sign in."""
    return SignInAdded(
        originator_id=account_of(person),
        person=person,
        how=how,
        added_by=person,
        words=_words(name),
    )


def removed(person: str, how: How, by: str, name: str | None = None) -> SignInRemoved:
    stream, words = account_of(person), _words(name)
    return SignInRemoved(originator_id=stream, person=person, how=how, removed_by=by, words=words)


def _words(name: str | None) -> MeansWords | None:
    return None if name is None else MeansWords(name)
