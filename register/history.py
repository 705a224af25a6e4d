"""A declaration's history, one sentence an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.declarations import (
    ActionAgreed,
    ActionCompleted,
    DeclarationAcknowledged,
    DeclarationCorrected,
    DeclarationMade,
    DeclarationPassed,
    DeclarationWithdrawn,
    GiftDecided,
    InformationAdded,
    InformationRequested,
    Outcome,
    Source,
)
from events.event import Event
from register.kinds import all_kinds

Name = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """What happened, who did it, under which clause, and the sentence that says so."""

    event: Event
    actor: str | None
    clause: str | None
    sentence: str


def line(event: Event, name: Name) -> Line:
    """`name` gives a person's name by their id."""
    source = source_of(event)
    return Line(event, actor_of(event), source.clause if source else None, sentence(event, name))


ACTORS: dict[type[Event], str] = {
    DeclarationMade: "worker",
    DeclarationCorrected: "corrected_by",
    DeclarationWithdrawn: "withdrawn_by",
    DeclarationAcknowledged: "acknowledged_by",
    GiftDecided: "decided_by",
    ActionAgreed: "agreed_by",
    ActionCompleted: "completed_by",
    InformationRequested: "requested_by",
    InformationAdded: "added_by",
}


def actor_of(event: Event) -> str | None:
    """Who did it; None where the reporting lines did."""
    field = ACTORS.get(type(event))
    return getattr(event, field) if field else None


def source_of(event: Event) -> Source | None:
    match event:
        case DeclarationMade(outcome=outcome) | DeclarationCorrected(outcome=outcome):
            return outcome.source
        case _:
            return getattr(event, "source", None)


def sentence(event: Event, name: Name) -> str:
    return SENTENCES[type(event)](event, name)


def _made(event: DeclarationMade, name: Name) -> str:
    kind = all_kinds().get(event.kind)
    title = kind.title.lower() if kind else event.kind
    what = ""
    if kind and event.words:
        what = f": {kind.sentence(kind.details.model_construct(**event.words.details))}"
    late = " This was late." if event.outcome.late else ""
    told = _told(event.outcome, name)
    return f"{name(event.worker)} declared {title}{what}.{late} {told}"


def _told(outcome: Outcome, name: Name) -> str:
    people = [name(told.person) for told in outcome.tells]
    if not people:
        return "There was nobody to be told."
    verb = "was" if len(people) == 1 else "were"
    return f"{' and '.join(people)} {verb} told{_under(outcome.source)}."


def _acknowledged(event: DeclarationAcknowledged, name: Name) -> str:
    noted = []
    if event.confidentiality_discussed:
        noted.append("talked about confidentiality")
    if event.words and event.words.risk_assessment:
        noted.append("noted a risk assessment")
    if event.actions:
        noted.append("agreed 1 action" if event.actions == 1 else f"agreed {event.actions} actions")
    if event.handed_over_to:
        noted.append(f"handed it over to {event.handed_over_to}")
    also = f", and {', '.join(noted)}" if noted else ""
    return f"{name(event.acknowledged_by)} acknowledged it{_under(event.source)}{also}."


def _under(source: Source) -> str:
    return f", under {source.clause}" if source.policy else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _corrected(event: DeclarationCorrected, name: Name) -> str:
    anew = " The policy now asks for something else." if event.reopened else ""
    return f"{name(event.corrected_by)} corrected it.{anew} {_told(event.outcome, name)}"


def _withdrawn(event: DeclarationWithdrawn, name: Name) -> str:
    return f"{name(event.withdrawn_by)} took it back."


def _decided(event: GiftDecided, name: Name) -> str:
    says = "may be kept" if event.outcome == "keep" else "goes back"
    return f"{name(event.decided_by)} decided that it {says}{_under(event.source)}."


def _agreed(event: ActionAgreed, name: Name) -> str:
    what = f": {event.words.what}" if event.words else ""
    return f"{name(event.by)} is to do this by {_day(event.due_on)}{what}."


def _completed(event: ActionCompleted, name: Name) -> str:
    return f"{name(event.completed_by)} has done what was agreed."


def _requested(event: InformationRequested, name: Name) -> str:
    return f"{name(event.requested_by)} asked for more."


def _added(event: InformationAdded, name: Name) -> str:
    return f"{name(event.added_by)} added information."


def _passed(event: DeclarationPassed, name: Name) -> str:
    return f"The reporting line changed: {name(event.person)} was told, and acts from here on."


SENTENCES: dict[type[Event], Callable[[Any, Name], str]] = {
    DeclarationMade: _made,
    DeclarationCorrected: _corrected,
    DeclarationWithdrawn: _withdrawn,
    DeclarationAcknowledged: _acknowledged,
    GiftDecided: _decided,
    ActionAgreed: _agreed,
    ActionCompleted: _completed,
    InformationRequested: _requested,
    InformationAdded: _added,
    DeclarationPassed: _passed,
}
