"""How the API shows things. Every field is always there; null means that it has not happened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType
from starlette.responses import Response

from register.acts.settling import lapses_on
from register.deadlines import london_day
from register.declarations import history
from register.declarations.declaration import Declaration, Photograph
from register.declarations.names import AlertState
from register.declarations.words import words_at
from register.kinds import all_kinds
from register.standing.excluded import Excluded

Shown = TypeVar("Shown")


class Policy(Struct):
    name: str | None
    version: date | None
    clause: str
    house: str | None
    """What is asked beyond the policy's own words, and why."""


class Told(Struct):
    role: str
    person: str


class Acknowledged(Struct):
    by: str
    at: datetime
    made_on: int
    note: str | None
    confidentiality_discussed: bool | None
    risk_assessment: str | None
    duties_considered: str | None
    new_key_worker: str | None


class Decided(Struct):
    """A decision; `findings` are those of its kind, and are left out where it has none."""

    by: str | None
    at: datetime
    made_on: int
    outcome: str
    reason: str | None
    findings: dict[str, bool] | UnsetType = UNSET


FINDINGS = [name for kind in all_kinds().values() for name in kind.findings.model_fields]
Answered = msgspec.defstruct(
    "Answered",
    [
        ("by", str | None),
        ("at", datetime),
        ("made_on", int),
        ("outcome", str),
        *((name, bool | None, None) for name in dict.fromkeys(FINDINGS)),
        ("reason", str | None),
    ],
    kw_only=True,
    module=__name__,
)
"""An answer with its findings, each null if it was not asked; `by` is null if the rule itself
answered."""


class Action(Struct):
    id: UUID
    what: str | None
    by: str
    due_on: date
    completed_at: datetime | None
    evidence: str | dict[str, Any] | None
    """Words, or the answers to what such an action asks."""


class HandedOver(Struct):
    to: str
    reference: str | None
    by: str
    at: datetime


class Note(Struct):
    by: str
    at: datetime
    text: str | None


class ReviewView(Struct):
    """What waits to be looked at again. `entry` is its position; the facts are null for a
    withdrawal."""

    of: str
    entry: int
    since: datetime
    due_at: datetime
    reason: str | None
    service_user: str | None
    happened_on: date | None
    details: dict[str, Any] | None
    flags: list[str] | None


class OnBehalfView(Struct):
    """Who entered it for the worker, how and on which day the worker had told them, and when the
    worker confirmed it; null until then."""

    entered_by: str
    told_by: str
    told_on: date
    confirmed_at: datetime | None


class PhotographView(Struct):
    """A photograph of what was declared; bytes, width and height are those of the picture kept."""

    id: UUID
    added_at: datetime
    bytes: int
    width: int
    height: int
    erased_at: datetime | None


class DeclarationView(Struct):
    """A declaration. `made_on` is the position of the facts that somebody acted on."""

    id: UUID
    kind: str
    worker: str
    on_behalf: OnBehalfView | None
    service: str
    service_user: str | None
    happened_on: date
    captured_at: datetime
    received_at: datetime
    details: dict[str, Any] | None
    named_as: str | None
    """By which role the worker named whom it is about, where they did; the details have the id."""
    status: str
    waiting_for: str | None
    late: bool
    late_reason: str | None
    clock_ahead: bool
    flags: list[str]
    policy: Policy
    tells: list[Told]
    decides: str | None
    outcomes: list[str]
    due_at: datetime | None
    acknowledged: Acknowledged | None
    decision: Decided | None
    answer: Answered | None  # type: ignore[valid-type]
    review: ReviewView | None
    lapses_on: date | None
    """The day from which what was decided no longer holds; null if it has no end."""
    after_ending: bool
    """Whether it tells of a day on which the work with the service user had ended."""
    actions: list[Action]
    handed_over: list[HandedOver]
    notes: list[Note]
    photographs: list[PhotographView]
    position: int
    erased_at: datetime | None
    """When all that was written in it was erased: it takes no act any more."""
    spoiled: list[int]
    """The positions of its entries that cannot be read. While there are any, nobody can act on it,
    and what depends on them is not known."""


class DeclarationList(Struct):
    items: list[DeclarationView]
    next: int | None


class HistoryLine(Struct):
    position: int
    recorded_at: datetime
    event: str
    actor: str | None
    for_person: str | None
    """Whom the actor covered for, if they did."""
    clause: str | None
    sentence: str


class HistoryList(Struct):
    items: list[HistoryLine]
    next: None = None


class AlertView(Struct):
    """An open alert; `declaration` is null if it is about something else."""

    id: UUID
    declaration: UUID | None
    kind: str
    why: str
    clause: str
    due_at: datetime
    state: AlertState
    for_person: str | None
    """Whom the person alerted covers for, if they do."""


class AlertList(Struct):
    items: list[AlertView]
    next: str | None


class ExclusionView(Struct):
    """Who is not to be whose key worker, and since when; never why."""

    declaration: UUID
    worker: str
    service_user: str | None
    service: str
    since: date
    lifted_at: datetime | None


class ExclusionList(Struct):
    items: list[ExclusionView]
    next: None = None


class ExclusionAnswer(Struct):
    """Whether a worker may not be the key worker of a service user."""

    excluded: bool


def json_response(body: Struct, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def represented(declaration: Declaration, *, is_after_ending: bool) -> DeclarationView:
    ruling, handed = declaration.ruling, declaration.handed_over
    return DeclarationView(
        id=declaration.id,
        kind=declaration.kind,
        worker=declaration.worker,
        on_behalf=_on_behalf(declaration),
        service=declaration.service,
        service_user=declaration.service_user,
        happened_on=declaration.happened_on,
        captured_at=declaration.captured_at,
        received_at=declaration.received_at,
        details=declaration.details,
        named_as=_named_as(declaration),
        status=declaration.status,
        waiting_for=declaration.waiting_for,
        late=ruling.late,
        late_reason=declaration.late_reason,
        clock_ahead=declaration.clock_ahead,
        flags=list(ruling.flags),
        policy=_policy(declaration),
        tells=[Told(told.role, told.person) for told in ruling.tells],
        decides=declaration.decides,
        outcomes=list(declaration.outcomes),
        due_at=declaration.due_at,
        acknowledged=_on_its_facts(declaration, declaration.acknowledged, Acknowledged),
        decision=_decided(declaration),
        answer=_answered(declaration),
        review=_waiting(declaration),
        lapses_on=lapses_on(declaration),
        after_ending=is_after_ending,
        actions=msgspec.convert(declaration.actions, list[Action], from_attributes=True),
        handed_over=msgspec.convert(handed, list[HandedOver], from_attributes=True),
        notes=msgspec.convert(declaration.notes, list[Note], from_attributes=True),
        photographs=[photograph_view(each) for each in declaration.photographs],
        position=declaration.position,
        erased_at=declaration.erased_at,
        spoiled=list(declaration.spoiled),
    )


def _named_as(declaration: Declaration) -> str | None:
    words = words_at(declaration, declaration.facts_version)
    return None if words is None or words.named_as is UNSET else words.named_as


def _on_behalf(declaration: Declaration) -> OnBehalfView | None:
    told = declaration.on_behalf
    return msgspec.convert(told, OnBehalfView, from_attributes=True) if told else None


def _policy(declaration: Declaration) -> Policy:
    source = declaration.ruling.source
    return Policy(source.policy, source.version, source.clause, source.house)


def _decided(declaration: Declaration) -> Decided | None:
    decided = _on_its_facts(declaration, declaration.decision, Decided)
    if decided is not None and not decided.findings:
        decided.findings = UNSET
    return decided


def _answered(declaration: Declaration) -> Answered | None:  # type: ignore[valid-type]
    answer = declaration.answer
    found = answer.findings if answer else {}
    return _on_its_facts(declaration, answer, Answered, **found)


def _waiting(declaration: Declaration) -> ReviewView | None:
    review = declaration.review
    if review is None:
        return None
    account = review.account
    return ReviewView(
        of=review.of,
        entry=declaration.position_of(review.version),
        since=review.since,
        due_at=review.due_at,
        reason=review.reason,
        service_user=account.service_user if account else None,
        happened_on=account.happened_on if account else None,
        details=account.details if account else None,
        flags=list(account.ruling.flags) if account else None,
    )


def photograph_view(photograph: Photograph) -> PhotographView:
    return msgspec.convert(photograph, PhotographView, from_attributes=True)


def _on_its_facts(
    declaration: Declaration, settled: Any, shown: type[Shown], **found: bool
) -> Shown | None:
    """An acknowledgement, decision or answer, with the position of the facts that it is about."""
    if settled is None:
        return None
    made_on = declaration.position_of(settled.made_on)
    return msgspec.convert({**msgspec.structs.asdict(settled), **found, "made_on": made_on}, shown)


def exclusion(line: Excluded) -> ExclusionView:
    return ExclusionView(
        declaration=line.declaration.id,
        worker=line.worker,
        service_user=line.service_user,
        service=line.service,
        since=london_day(line.since),
        lifted_at=None,
    )


def lifted_exclusion(declaration: Declaration) -> ExclusionView:
    """What was lifted last."""
    lifted = [each for each in declaration.exclusions if each.lifted_at is not None]
    last = max(lifted, key=lambda each: (each.lifted_at, each.since))
    return ExclusionView(
        declaration=declaration.id,
        worker=declaration.worker,
        service_user=last.service_user,
        service=last.service,
        since=london_day(declaration.past[last.since - 1].moment),
        lifted_at=last.lifted_at,
    )


def history_line(line: history.Line) -> HistoryLine:
    event = line.event
    if event.recorded_at is None:
        raise ValueError("only an event that is in the log has a place in a history")
    return HistoryLine(
        position=event.position,
        recorded_at=event.recorded_at,
        event=event.TOPIC,
        actor=line.actor,
        for_person=getattr(event, "for_person", None) if line.actor else None,
        clause=line.clause,
        sentence=line.sentence,
    )
