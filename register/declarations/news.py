"""News for the worker: what others did about their declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.confirming import DeclarationConfirmed
from events.declarations import (
    ActionAgreed,
    ActionCompleted,
    DeclarationAcknowledged,
    DeclarationDecided,
    DeclarationHandedOver,
    DeclarationReopened,
    DeclarationReviewed,
    ExclusionLifted,
    InformationRequested,
    NoteAdded,
)
from events.event import Event
from events.names import Reviewed, Why
from register.deadlines import in_words
from register.declarations.covering import naming
from register.declarations.declaration import Declaration
from register.declarations.history import BODIES, Name, actor_of, ended, saying, to_do
from register.declarations.on_behalf import confirmed_in_words
from register.kinds import outcome_of


@dataclass(frozen=True)
class News:
    declaration: Declaration
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Liftings:
    """An exclusion is lifted in every declaration of the same pair at once, and told once."""

    told: set[tuple[str, str, datetime]] = field(default_factory=set)

    def is_told(self, declaration: Declaration, event: Event) -> bool:
        """Whether this was told already; from now on it is."""
        if not isinstance(event, ExclusionLifted):
            return False
        lifting = (declaration.worker, event.lifted_by, event.lifted_at)
        was_told = lifting in self.told
        self.told.add(lifting)
        return was_told


def news_of(
    declaration: Declaration, after: int, name: Name, liftings: Liftings | None = None
) -> News | None:
    """What others did with a declaration after a position; None if they did nothing. `liftings`
    are those that were told already."""
    liftings = liftings or Liftings()
    new = (event for event in declaration.past if event.position > after)
    steps = (event for event in new if not liftings.is_told(declaration, event))
    sentences = tuple(_said(declaration, steps, name))
    return News(declaration, sentences) if sentences else None


def _said(declaration: Declaration, steps: Iterator[Event], name: Name) -> Iterator[str]:
    for event in steps:
        actor, says = actor_of(event), SAYS.get(type(event))
        if says is None or actor in (None, declaration.worker):
            continue
        if isinstance(event, ActionAgreed) and event.by != declaration.worker:
            continue
        yield says(event, naming(event, actor, name))


def _decided(event: DeclarationDecided, name: Name) -> str:
    verb = "answered" if event.asked == Why.ANSWER else "decided"
    says = outcome_of(event.kind, event.outcome).to_worker
    return f"{name(event.decided_by or '')} {verb}: {says}."


def _acknowledged(event: DeclarationAcknowledged, name: Name) -> str:
    return f"{name(event.acknowledged_by)} has read it and acknowledged it."


def _requested(event: InformationRequested, name: Name) -> str:
    return f"{name(event.requested_by)} asks you a question, and waits for your answer."


def _agreed(event: ActionAgreed, _: Name) -> str:
    what = to_do(event.words.what if event.words else None, event.brought) or "what was agreed"
    return f"For you to do by {in_words(event.due_on)}: {what}. You say here when you have."


def _completed(event: ActionCompleted, name: Name) -> str:
    return f"{name(event.completed_by)} did what was agreed."


def _lifted(event: ExclusionLifted, name: Name) -> str:
    return f"{name(event.lifted_by)} lifted the exclusion: you may be the key worker again."


def _handed_over(event: DeclarationHandedOver, name: Name) -> str:
    return f"{name(event.handed_over_by)} handed it over to {BODIES[event.to]}."


def _noted(event: NoteAdded, name: Name) -> str:
    return f"{name(event.added_by)} noted something about it."


def _reviewed(event: DeclarationReviewed, name: Name) -> str:
    return f"{name(event.reviewed_by)} looked again: {REVIEWED[event.of, event.stands]}."


def _reopened(event: DeclarationReopened, name: Name) -> str:
    reason = event.words.reason if event.words else None
    return ended(f"{name(event.reopened_by)} opened it again{saying(reason)}")


REVIEWED = {
    (Reviewed.CORRECTION, True): "it stays as it was before your correction",
    (Reviewed.CORRECTION, False): "your correction holds",
    (Reviewed.WITHDRAWAL, True): "it is not withdrawn, and goes on",
    (Reviewed.WITHDRAWAL, False): "it is withdrawn, as you asked",
}


SAYS: dict[type[Event], Callable[[Any, Name], str]] = {
    DeclarationConfirmed: confirmed_in_words,
    DeclarationDecided: _decided,
    DeclarationAcknowledged: _acknowledged,
    InformationRequested: _requested,
    ActionAgreed: _agreed,
    ActionCompleted: _completed,
    ExclusionLifted: _lifted,
    DeclarationHandedOver: _handed_over,
    NoteAdded: _noted,
    DeclarationReviewed: _reviewed,
    DeclarationReopened: _reopened,
}
