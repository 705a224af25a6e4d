"""News for those who read what others declare: what was done, by whom, and when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.alerts import DeclarationEscalated
from events.confirming import DeclarationConfirmed
from events.declarations import (
    ActionAgreed,
    ActionCompleted,
    DeclarationAcknowledged,
    DeclarationCorrected,
    DeclarationDecided,
    DeclarationHandedOver,
    DeclarationMade,
    DeclarationPassed,
    DeclarationReopened,
    DeclarationReviewed,
    DeclarationWithdrawn,
    ExclusionLifted,
    InformationAdded,
    InformationRequested,
    NoteAdded,
)
from events.erasing import DeclarationErased
from events.event import Event, SpoiledEntry
from events.further import DeclarationTakenFurther
from events.names import Status, Why
from events.photographs import PhotographAdded, PhotographErased
from register.deadlines import in_words
from register.declarations.covering import naming
from register.declarations.declaration import Declaration
from register.declarations.history import BODIES, CANNOT_BE_READ, REVIEWED, Name, actor_of
from register.declarations.news import Liftings
from register.declarations.on_behalf import confirmed_in_words, who_declared
from register.kinds import brought_in_words, outcome_of


@dataclass(frozen=True)
class Step:
    """One thing that was done. The sentence has nothing that a person wrote."""

    sentence: str
    at: datetime


@dataclass(frozen=True)
class NewsToOthers:
    """What was done with a declaration since somebody looked, the latest last."""

    declaration: Declaration
    steps: Sequence[Step]


def steps_of(
    declaration: Declaration, at: Collection[int], name: Name, liftings: Liftings
) -> NewsToOthers:
    """What the entries at these positions say, without the liftings that were told already."""
    new = [event for event in declaration.past if event.position in at]
    said = [event for event in new if not liftings.is_told(declaration, event)]
    return NewsToOthers(declaration, [_step(event, name) for event in said])


def _step(event: Event, name: Name) -> Step:
    return Step(SAYS[type(event)](event, naming(event, actor_of(event), name)), event.moment)


def _made(event: DeclarationMade, name: Name) -> str:
    closed = "; it was closed at once" if event.ruling.status == Status.CLOSED else ""
    return f"{who_declared(event, name, 'it')}{closed}."


def _corrected(event: DeclarationCorrected, name: Name) -> str:
    waits = ". Used once a manager accepts it" if event.waits else ""
    return f"{name(event.corrected_by)} corrected it{waits}."


def _withdrawn(event: DeclarationWithdrawn, name: Name) -> str:
    return f"{name(event.withdrawn_by)} asked to withdraw it."


def _reviewed(event: DeclarationReviewed, name: Name) -> str:
    found = REVIEWED[event.of, event.stands]
    return f"{name(event.reviewed_by)} looked at it again, and {found}."


def _reopened(event: DeclarationReopened, name: Name) -> str:
    return f"{name(event.reopened_by)} opened it again."


def _handed_over(event: DeclarationHandedOver, name: Name) -> str:
    return f"{name(event.handed_over_by)} handed it over to {BODIES[event.to]}."


def _noted(event: NoteAdded, name: Name) -> str:
    return f"{name(event.added_by)} added a note."


def _acknowledged(event: DeclarationAcknowledged, name: Name) -> str:
    return f"{name(event.acknowledged_by)} acknowledged it."


def _decided(event: DeclarationDecided, name: Name) -> str:
    verb = "answered" if event.asked == Why.ANSWER else "decided"
    says = outcome_of(event.kind, event.outcome).says
    return f"{name(event.decided_by or '')} {verb} that {says}."


def _agreed(event: ActionAgreed, name: Name) -> str:
    what = brought_in_words(event.brought) if event.brought else "do something about it"
    return f"{name(event.by)} is to {what} by {in_words(event.due_on)}."


def _completed(event: ActionCompleted, name: Name) -> str:
    return f"{name(event.completed_by)} did what was agreed."


def _requested(event: InformationRequested, name: Name) -> str:
    return f"{name(event.requested_by)} asked a question."


def _added(event: InformationAdded, name: Name) -> str:
    return f"{name(event.added_by)} added information."


def _photographed(event: PhotographAdded, name: Name) -> str:
    return f"{name(event.added_by)} added a photograph."


def _lifted(event: ExclusionLifted, name: Name) -> str:
    return f"{name(event.lifted_by)} lifted the exclusion from key working."


def _passed(_event: DeclarationPassed, _name: Name) -> str:
    return "This passed to you."


def _escalated(event: DeclarationEscalated, name: Name) -> str:
    if event.at_once:
        return "Somebody is at risk now: you are asked as well."
    silent = f"{name(event.from_person)} has not acted" if event.from_person else "Nobody has acted"
    return f"{silent} in time: you are asked as well."


def _unreadable(_event: SpoiledEntry, _name: Name) -> str:
    return f"An entry about it {CANNOT_BE_READ}."


SAYS: dict[type[Event], Callable[[Any, Name], str]] = {
    SpoiledEntry: _unreadable,
    DeclarationMade: _made,
    DeclarationConfirmed: confirmed_in_words,
    DeclarationCorrected: _corrected,
    DeclarationWithdrawn: _withdrawn,
    DeclarationReviewed: _reviewed,
    DeclarationReopened: _reopened,
    DeclarationHandedOver: _handed_over,
    NoteAdded: _noted,
    DeclarationAcknowledged: _acknowledged,
    DeclarationDecided: _decided,
    ActionAgreed: _agreed,
    ActionCompleted: _completed,
    InformationRequested: _requested,
    InformationAdded: _added,
    PhotographAdded: _photographed,
    ExclusionLifted: _lifted,
    DeclarationPassed: _passed,
    DeclarationEscalated: _escalated,
}
NO_NEWS = (PhotographErased, DeclarationErased, DeclarationTakenFurther)
"""What people need not be told: what was erased says so where it stood, or it is the worker's
own."""
