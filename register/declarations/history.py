"""The history of a declaration: one sentence for each event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

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
    Ruling,
    Source,
)
from events.erasing import DeclarationErased
from events.event import Event, SpoiledEntry
from events.further import DeclarationTakenFurther
from events.names import Reviewed, Why
from events.photographs import PhotographAdded, PhotographErased
from register.answers import read
from register.deadlines import in_words, london_day
from register.declarations.covering import naming
from register.declarations.declaration import Declaration
from register.declarations.erased import all_erased, photograph_erased
from register.declarations.further import taken_further
from register.declarations.on_behalf import confirmed_in_words, who_declared
from register.declarations.passing import escalated, passed, who
from register.errors import InvalidError
from register.kinds import all_kinds, brought_in_words, outcome_of
from register.kinds.kind import Asked
from register.policy import HOUSE_RULE

Name = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One line of the history: the event, who did it, under which clause, and the sentence."""

    event: Event
    actor: str | None
    clause: str | None
    sentence: str


def line(event: Event, name: Name) -> Line:
    """The line for one event; `name` gives a person's name by their id."""
    source = source_of(event)
    return Line(event, actor_of(event), source.clause if source else None, sentence(event, name))


def lines(events: Iterable[Event], name: Name) -> list[Line]:
    """The lines for all events of a declaration. Only who was not told before is said to be told.
    If it has photographs, the lines of a correction or a withdrawal say that these stay."""
    found, photographs, told, to_do = [], 0, set[str](), 0
    for event in events:
        photographs += isinstance(event, PhotographAdded) - isinstance(event, PhotographErased)
        said = replace(line(event, name), sentence=sentence(_telling(event, told), name))
        told |= _tells(event)
        if isinstance(event, DeclarationReopened) and to_do:
            said = replace(said, sentence=f"{ended(said.sentence)} {ENDED}")
        to_do = _still_to_do(to_do, event)
        found.append(_staying(said, photographs) if photographs else said)
    return found


ENDED = "What was still to be done about it ended."


def _still_to_do(before: int, event: Event) -> int:
    """How many actions are open after an event."""
    match event:
        case ActionAgreed():
            return before + 1
        case ActionCompleted():
            return before - 1
        case DeclarationReopened() | DeclarationAcknowledged() | DeclarationDecided():
            return 0
        case _:
            return before


def _telling(event: Event, told: Collection[str]) -> Event:
    """The event as if it told only those whom no event before it told."""
    ruling = getattr(event, "ruling", None)
    if ruling is None or not told:
        return event
    known = {*told, actor_of(event)}
    new = tuple(each for each in ruling.tells if each.person not in known)
    return msgspec.structs.replace(event, ruling=msgspec.structs.replace(ruling, tells=new))


def _tells(event: Event) -> set[str]:
    """Whom an event tells of the declaration."""
    if isinstance(event, DeclarationPassed | DeclarationEscalated):
        return {event.person}
    if isinstance(event, ActionAgreed):
        return {event.by}
    ruling = getattr(event, "ruling", None)
    return {each.person for each in ruling.tells} if ruling else set()


def _staying(said: Line, photographs: int) -> Line:
    if not isinstance(said.event, DeclarationCorrected | DeclarationWithdrawn):
        return said
    stay = "Its photograph stays." if photographs == 1 else "Its photographs stay."
    return replace(said, sentence=f"{ended(said.sentence)} {stay}")


def ended(sentence: str) -> str:
    """A sentence with its full stop, also where it ends in what a person wrote."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


ACTORS: dict[type[Event], str] = {
    DeclarationMade: "entered_by",
    DeclarationConfirmed: "confirmed_by",
    DeclarationCorrected: "corrected_by",
    DeclarationWithdrawn: "withdrawn_by",
    DeclarationReviewed: "reviewed_by",
    DeclarationReopened: "reopened_by",
    DeclarationAcknowledged: "acknowledged_by",
    DeclarationDecided: "decided_by",
    ActionAgreed: "agreed_by",
    ActionCompleted: "completed_by",
    InformationRequested: "requested_by",
    InformationAdded: "added_by",
    DeclarationHandedOver: "handed_over_by",
    NoteAdded: "added_by",
    ExclusionLifted: "lifted_by",
    PhotographAdded: "added_by",
    DeclarationTakenFurther: "taken_by",
}


def actor_of(event: Event) -> str | None:
    """The id of the person who did it; None for what a rule, the reporting lines or the
    administrator at the command line did."""
    field = ACTORS.get(type(event))
    return getattr(event, field) if field else None


def source_of(event: Event) -> Source | None:
    match event:
        case DeclarationMade(ruling=ruling) | DeclarationCorrected(ruling=ruling):
            return ruling.source
        case _:
            return getattr(event, "source", None)


def sentence(event: Event, name: Name) -> str:
    return SENTENCES[type(event)](event, naming(event, actor_of(event), name))


def _made(event: DeclarationMade, name: Name) -> str:
    day = in_words(london_day(event.received_at))
    late = " This was late." if event.ruling.late else ""
    told = _told(event.ruling, name) or " There was nobody to be told."
    return f"On {day} {who_declared(event, name, _what(event))}.{late}{told}"


def _what(event: DeclarationMade) -> str:
    return what(event.kind, event.words.details if event.words else None)


def what(
    kind_name: str,
    details: dict[str, Any] | None,
    lost: str = "the words are erased",
    to_worker_about: str | None = None,
) -> str:
    """What was declared, in a few words without names; `lost` says why there are no details. To the
    worker it is said with whom it is about; empty where it is about nobody."""
    kind = all_kinds().get(kind_name)
    if kind is None:
        return f"something that is no longer declared ({kind_name})"
    if details is None:
        return f"“{kind.title_for_others}”; {lost}"
    try:
        answers = read(kind.details, details, today=date.max)
        if kind.sentence_to_worker and to_worker_about is not None:
            return kind.sentence_to_worker(answers, to_worker_about)
        return kind.sentence(answers)
    except InvalidError:  # the kind asked other questions when this was declared
        return f"“{kind.title_for_others}”"


def what_of(declaration: Declaration, *, to_worker: bool = False) -> str:
    lost = "it cannot be read" if declaration.spoiled else "the words are erased"
    about = declaration.service_user or _who_is_asked_for(declaration.kind)
    return what(declaration.kind, declaration.details, lost, about if to_worker else None)


def _who_is_asked_for(kind: str) -> str:
    """Whom a declaration is about whose reference is gone; empty where it may be about nobody."""
    known = all_kinds().get(kind)
    is_asked = known is None or known.service_user is Asked.REQUIRED
    return "this service user" if is_asked else ""


def _told(ruling: Ruling, name: Name) -> str:
    people = [who(told, name) for told in ruling.tells]
    if not people:
        return ""
    verb = "was" if len(people) == 1 else "were"
    return f" {' and '.join(people)} {verb} told{_under(ruling.source)}."


def _acknowledged(event: DeclarationAcknowledged, name: Name) -> str:
    noted = []
    if event.confidentiality_discussed:
        noted.append("talked about confidentiality")
    if event.words and event.words.risk_assessment:
        noted.append("noted a risk assessment")
    if event.words and event.words.duties_considered:
        noted.append("noted what it means for their post and for whom it touches")
    if event.new_key_worker:
        noted.append(f"named {name(event.new_key_worker)} as the new key worker")
    if event.actions:
        noted.append("agreed 1 action" if event.actions == 1 else f"agreed {event.actions} actions")
    also = f", and {_listed(noted)}" if noted else ""
    acknowledged = f"{name(event.acknowledged_by)} acknowledged this{_on(event.acknowledged_at)}"
    return f"{acknowledged}{_under(event.source)}{also}."


def _handed_over(event: DeclarationHandedOver, name: Name) -> str:
    to, words = BODIES[event.to], event.words
    reference = f", reference {words.reference}" if words else ""
    on, by = _on(event.handed_over_at), name(event.handed_over_by)
    return f"{by} handed this over to {to}{on}{reference}{saying(words.note if words else None)}"


def _noted(event: NoteAdded, name: Name) -> str:
    text = event.words.text if event.words else None
    return f"{name(event.added_by)} noted something{_on(event.added_at)}{saying(text)}"


BODIES = {"safeguarding": "safeguarding", "hr": "HR", "regulator": "the regulator"}


def _listed(things: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1]]))


def _under(source: Source) -> str:
    """The part of the sentence that names the clause: "as 6.0 G asks", or "under 6.0 A"."""
    if source.policy is None:
        return ""
    if source.clause == HOUSE_RULE:
        return ", under a house rule"
    clause = source.clause if source.clause[0].isdigit() else f"“{source.clause}”"
    if source.house:
        both = f"{clause} and a house rule"
        return f", as {both} ask" if source.asks else f", under {both}"
    return f", as {clause} asks" if source.asks else f", under {clause}"


def saying(words: str | None) -> str:
    """The end of a sentence: what a person wrote, unless it is erased."""
    return f": {words}" if words else "."


def _on(moment: datetime) -> str:
    return f" on {in_words(london_day(moment))}"


def _corrected(event: DeclarationCorrected, name: Name) -> str:
    anew = " The policy now asks for something else." if event.reopened else ""
    corrected = f"{name(event.corrected_by)} corrected this{_on(event.corrected_at)}."
    if event.waits is not None:
        anew = " Used once a manager accepts it."
    return f"{corrected}{anew}{_told(event.ruling, name)}"


def _withdrawn(event: DeclarationWithdrawn, name: Name) -> str:
    reason = event.words.reason if event.words else None
    by = name(event.withdrawn_by)
    return f"{by} asked to withdraw this{_on(event.withdrawn_at)}{saying(reason)}"


def _reviewed(event: DeclarationReviewed, name: Name) -> str:
    reason = event.words.reason if event.words else None
    looked = f"{name(event.reviewed_by)} looked at this again{_on(event.reviewed_at)}"
    found = f"{looked}, and {REVIEWED[event.of, event.stands]}{_settled(event)}{saying(reason)}"
    told = _told(event.ruling, name) if event.ruling else ""
    return f"{ended(found)}{told}" if told else found


REVIEWED = {
    (Reviewed.CORRECTION, True): "left it as it was before the correction",
    (Reviewed.CORRECTION, False): "took the correction",
    (Reviewed.WITHDRAWAL, True): "did not agree to the withdrawal",
    (Reviewed.WITHDRAWAL, False): "agreed to the withdrawal",
}


def _settled(event: DeclarationReviewed) -> str:
    return "; what was settled stays so" if event.settled else ""


def _reopened(event: DeclarationReopened, name: Name) -> str:
    reason = event.words.reason if event.words else None
    opened = f"{name(event.reopened_by)} opened this again{_on(event.reopened_at)}{saying(reason)}"
    told = _told(event.ruling, name) if event.ruling else ""
    return f"{ended(opened)}{told}" if told else opened


def _decided(event: DeclarationDecided, name: Name) -> str:
    says = outcome_of(event.kind, event.outcome).says
    if event.decided_by is None:
        return f"The policy itself answers that {says}{_under(event.source)}."
    verb = "answered" if event.asked == Why.ANSWER else "decided"
    decided = f"{name(event.decided_by)} {verb}{_on(event.decided_at)}"
    return f"{decided} that {says}{_under(event.source)}."


def _agreed(event: ActionAgreed, name: Name) -> str:
    what = to_do(event.words.what if event.words else None, event.brought)
    said = f": {what}" if what else ""
    return f"{name(event.by)} is to do this by {in_words(event.due_on)}{said}."


def to_do(what: str | None, brought: str | None) -> str | None:
    """What is to be done in an action, in the words of whoever agreed it, or of the outcome that
    brings it; None if the words are erased."""
    return what if brought is None else brought_in_words(brought)


def _completed(event: ActionCompleted, name: Name) -> str:
    return f"{name(event.completed_by)} did what was agreed{_on(event.completed_at)}."


def _requested(event: InformationRequested, name: Name) -> str:
    asked = event.words.text if event.words else None
    return f"{name(event.requested_by)} asked a question{_on(event.requested_at)}{saying(asked)}"


def _added(event: InformationAdded, name: Name) -> str:
    added = event.words.text if event.words else None
    return f"{name(event.added_by)} added information{_on(event.added_at)}{saying(added)}"


def _lifted(event: ExclusionLifted, name: Name) -> str:
    return f"{name(event.lifted_by)} lifted the exclusion from key working{_on(event.lifted_at)}."


def _photographed(event: PhotographAdded, name: Name) -> str:
    return f"{name(event.added_by)} added a photograph{_on(event.added_at)}."


CANNOT_BE_READ = "cannot be read; the register's keeper has been told"


def _unreadable(_event: SpoiledEntry, _name: Name) -> str:
    return f"This entry {CANNOT_BE_READ}."


SENTENCES: dict[type[Event], Callable[[Any, Name], str]] = {
    SpoiledEntry: _unreadable,
    DeclarationMade: _made,
    DeclarationConfirmed: confirmed_in_words,
    DeclarationCorrected: _corrected,
    DeclarationWithdrawn: _withdrawn,
    DeclarationReviewed: _reviewed,
    DeclarationReopened: _reopened,
    DeclarationAcknowledged: _acknowledged,
    DeclarationDecided: _decided,
    ActionAgreed: _agreed,
    ActionCompleted: _completed,
    DeclarationHandedOver: _handed_over,
    NoteAdded: _noted,
    InformationRequested: _requested,
    InformationAdded: _added,
    ExclusionLifted: _lifted,
    DeclarationPassed: passed,
    DeclarationEscalated: escalated,
    PhotographAdded: _photographed,
    PhotographErased: photograph_erased,
    DeclarationErased: all_erased,
    DeclarationTakenFurther: taken_further,
}
