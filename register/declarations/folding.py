"""How the state of a declaration is made from its events: one small function for each event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

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
from events.event import Event, SpoiledEntry, spoiled
from events.ids import own_id
from events.names import Status, Why
from events.photographs import PhotographAdded, PhotographErased
from register.declarations import on_behalf
from register.declarations.covering import covering_of, told_of
from register.declarations.declaration import (
    AcknowledgementGiven,
    Action,
    DecisionTaken,
    Declaration,
    Escalation,
    HandedOver,
    Note,
    OpenQuestion,
    Photograph,
)
from register.declarations.excluding import excluding
from register.declarations.looking_again import (
    account_of,
    corrected,
    place_of,
    reopened,
    reviewed,
    settled,
    subjects_of,
    withdrawn,
)


class NotADeclarationError(TypeError):
    """The stream is not a declaration's but, for example, a service user's."""


def evolve(declaration: Declaration | None, event: Event) -> Declaration:
    if declaration is not None and isinstance(event, SpoiledEntry):
        return _spoiled(declaration, event)
    after = _first(event) if declaration is None else _next(declaration, event)
    was_over_since = declaration.over_since if declaration else None
    if after.erased_at is None and (after.ruling.excludes or after.exclusions):
        after = excluding(after, event.originator_version)
    return replace(
        after,
        version=event.originator_version,
        position=event.position,
        past=(*after.past, event),
        over_since=(was_over_since or event.recorded_at) if after.is_over else None,
        settled_by=after.settled_by if after.is_settled else None,
    )


def _spoiled(declaration: Declaration, event: SpoiledEntry) -> Declaration:
    """Nothing is known of what such an entry says, but that there is one."""
    return replace(
        declaration,
        version=event.originator_version,
        position=event.position,
        past=(*declaration.past, event),
        spoiled=(*declaration.spoiled, event.position),
    )


def _first(event: Event) -> Declaration:
    if not isinstance(event, DeclarationMade):
        raise NotADeclarationError(f"{event.TOPIC} is not how a declaration begins")
    account, words = account_of(event), event.words
    ruling = account.ruling
    return Declaration(
        id=event.originator_id,
        version=event.originator_version,
        position=event.position,
        facts_version=event.originator_version,
        route_version=event.originator_version,
        kind=event.kind,
        worker=event.worker,
        service=event.service,
        places=(place_of(event),),
        service_user=account.service_user,
        details=account.details,
        late_reason=words.late_reason if words else None,
        happened_on=event.happened_on,
        captured_at=event.captured_at,
        received_at=event.received_at,
        clock_ahead=event.clock_ahead,
        ruling=ruling,
        status=ruling.status,
        told=told_of(ruling.tells) | on_behalf.told_for_good(event),
        told_covering=covering_of(ruling.tells) | on_behalf.told_covering(event),
        subjects=subjects_of(account),
        on_behalf=on_behalf.entered(event),
        seen_by=ruling.seen_by,
        is_restricted=ruling.restricted,
        firm=account,
    )


def _next(before: Declaration, event: Event) -> Declaration:
    change = CHANGES.get(type(event))
    after = change(before, event) if change else before
    if isinstance(event, DeclarationCorrected | DeclarationWithdrawn):
        return replace(after, on_behalf=on_behalf.corrected(before.on_behalf))
    return after


def _confirmed(before: Declaration, event: DeclarationConfirmed) -> Declaration:
    return replace(before, on_behalf=on_behalf.confirmed(before.on_behalf, event))


def _acknowledged(before: Declaration, event: DeclarationAcknowledged) -> Declaration:
    words = event.words
    acknowledgement = AcknowledgementGiven(
        by=event.acknowledged_by,
        at=event.acknowledged_at,
        made_on=event.made_on,
        note=words.note if words else None,
        confidentiality_discussed=event.confidentiality_discussed,
        risk_assessment=words.risk_assessment if words else None,
        duties_considered=words.duties_considered if words else None,
        new_key_worker=event.new_key_worker,
    )
    return _settle(replace(before, acknowledged=acknowledgement), event.acknowledged_by)


def _handed_over(before: Declaration, event: DeclarationHandedOver) -> Declaration:
    words = event.words
    handed_over = HandedOver(
        to=event.to,
        reference=words.reference if words else None,
        by=event.handed_over_by,
        at=event.handed_over_at,
        note=words.note if words else None,
    )
    return replace(before, handed_over=(*before.handed_over, handed_over))


def _noted(before: Declaration, event: NoteAdded) -> Declaration:
    note = Note(event.added_by, event.added_at, event.words.text if event.words else None)
    return replace(before, notes=(*before.notes, note))


def _decided(before: Declaration, event: DeclarationDecided) -> Declaration:
    taken = DecisionTaken(
        by=event.decided_by,
        at=event.decided_at,
        made_on=event.made_on,
        outcome=event.outcome,
        findings=event.findings,
        reason=event.words.reason if event.words else None,
    )
    is_answer = event.asked == Why.ANSWER
    after = replace(before, answer=taken) if is_answer else replace(before, decision=taken)
    if event.decided_by is not None:
        return _settle(after, event.decided_by)
    is_of_firm = event.made_on == before.firm.version
    return replace(after, firm_answer=taken) if is_of_firm else after


def _settle(declaration: Declaration, by: str) -> Declaration:
    """Close the declaration. Actions that are still open from before are dropped."""
    done = tuple(action for action in declaration.actions if not action.is_open)
    return replace(
        declaration,
        status=Status.CLOSED,
        actions=done,
        question=None,
        firm=declaration.account,
        firm_answer=declaration.answer,
        is_firm_settled=True,
        settled_role=declaration.ruling.acts,
        settled_by=by,
        was_ever_settled=True,
    )


def _with_action(before: Declaration, event: ActionAgreed) -> Declaration:
    action = Action(
        id=str(action_id(event.originator_id, event.originator_version)),
        what=event.words.what if event.words else event.brought,
        brought=event.brought,
        by=event.by,
        role=event.role,
        due_on=event.due_on,
    )
    told = before.told if event.by == before.worker else before.told | {event.by}
    actions = (*before.actions, action)
    return replace(before, actions=actions, told=told, status=Status.AWAITING_ACTION)


def _done(action: Action, event: ActionCompleted) -> Action:
    words = event.words
    return replace(
        action,
        completed_at=event.completed_at,
        completed_by=event.completed_by,
        evidence=(words.evidence or words.answers) if words else None,
    )


def _completed(before: Declaration, event: ActionCompleted) -> Declaration:
    actions = tuple(
        _done(action, event) if action.id == event.action else action for action in before.actions
    )
    after = replace(before, actions=actions)
    return (
        replace(after, status=settled(after)) if before.status == Status.AWAITING_ACTION else after
    )


def _asked(before: Declaration, event: InformationRequested) -> Declaration:
    text = event.words.text if event.words else None
    earlier = before.question.all if before.question else ()
    version, by = event.originator_version, event.requested_by
    question = OpenQuestion(version, by, event.due_at, text, earlier)
    return replace(before, question=question)


def _informed(before: Declaration, event: InformationAdded) -> Declaration:
    return replace(before, question=None)


def _passed(before: Declaration, event: DeclarationPassed) -> Declaration:
    return replace(
        before,
        told=before.told | told_of([event]),
        told_covering=before.told_covering | covering_of([event]),
    )


def _escalated(before: Declaration, event: DeclarationEscalated) -> Declaration:
    escalation = Escalation(event.duty, event.person, event.for_person)
    return replace(
        before,
        told=before.told | told_of([event]),
        told_covering=before.told_covering | covering_of([event]),
        escalations=(*before.escalations, escalation),
    )


def _lifted(before: Declaration, event: ExclusionLifted) -> Declaration:
    exclusions = tuple(
        replace(each, lifted_at=event.lifted_at) if each.since in event.since else each
        for each in before.exclusions
    )
    return replace(before, exclusions=exclusions)


def _with_photograph(before: Declaration, event: PhotographAdded) -> Declaration:
    photograph = Photograph(
        id=event.photograph,
        version=event.originator_version,
        added_at=event.added_at,
        bytes=event.bytes,
        width=event.width,
        height=event.height,
        digests={"picture": event.digest, "thumbnail": event.thumbnail_digest},
    )
    return replace(before, photographs=(*before.photographs, photograph))


def _without_photograph(before: Declaration, event: PhotographErased) -> Declaration:
    photographs = tuple(
        replace(each, erased_at=event.erased_at) if each.id == event.photograph else each
        for each in before.photographs
    )
    return replace(before, photographs=photographs)


def _all_erased(before: Declaration, event: DeclarationErased) -> Declaration:
    """Nothing is left to do about it, and nobody is kept from key working by it."""
    return replace(
        before,
        erased_at=event.erased_at,
        status=before.status if before.status == Status.WITHDRAWN else Status.CLOSED,
        question=None,
        review=None,
        actions=tuple(each for each in before.actions if not each.is_open),
        exclusions=tuple(replace(each, holds=False) for each in before.exclusions),
        photographs=tuple(
            replace(each, erased_at=each.erased_at or event.erased_at)
            for each in before.photographs
        ),
    )


CHANGES: dict[type[Event], Callable[[Declaration, Any], Declaration]] = {
    DeclarationConfirmed: _confirmed,
    DeclarationCorrected: corrected,
    DeclarationWithdrawn: withdrawn,
    DeclarationReviewed: reviewed,
    DeclarationReopened: reopened,
    DeclarationAcknowledged: _acknowledged,
    DeclarationDecided: _decided,
    ActionAgreed: _with_action,
    ActionCompleted: _completed,
    DeclarationHandedOver: _handed_over,
    NoteAdded: _noted,
    InformationRequested: _asked,
    InformationAdded: _informed,
    DeclarationPassed: _passed,
    DeclarationEscalated: _escalated,
    ExclusionLifted: _lifted,
    PhotographAdded: _with_photograph,
    PhotographErased: _without_photograph,
    DeclarationErased: _all_erased,
}


def action_id(declaration: UUID, version: int) -> UUID:
    """The id of the action that was agreed in the entry with this version."""
    return own_id("action", declaration, version)


def replay(declaration: Declaration | None, events: Iterable[Event]) -> Declaration | None:
    for event in events:
        declaration = evolve(declaration, event)
    return declaration


def read_back(declaration: Declaration | None, events: Iterable[Event]) -> Declaration | None:
    """The same of stored events. One that does not fit to those before it counts as spoiled: it
    may be for one of these that it does not."""
    for event in events:
        try:
            declaration = evolve(declaration, event)
        except NotADeclarationError:
            raise
        except Exception:
            declaration = evolve(declaration, spoiled(event, "it does not fit to those before it"))
    return declaration
