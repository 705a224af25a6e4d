"""How a correction or a withdrawal changes the state of a declaration, how its review does, and how
it is opened again."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from events.declarations import (
    DeclarationCorrected,
    DeclarationMade,
    DeclarationReopened,
    DeclarationReviewed,
    DeclarationWithdrawn,
    Place,
    Ruling,
    ToReview,
)
from events.names import Reviewed, SeenBy, Status
from register.declarations.covering import covering_of, told_of
from register.declarations.declaration import Account, Declaration, Review


def account_of(event: DeclarationMade | DeclarationCorrected) -> Account:
    """What the worker said in an entry. The flags of its ruling may be with the words."""
    words = event.words
    return Account(
        version=event.originator_version,
        service=place_of(event).service,
        service_user=words.service_user if words else None,
        details=words.details if words else None,
        happened_on=event.happened_on,
        ruling=_with_flags(event.ruling, words.flags if words else None),
    )


def place_of(event: DeclarationMade | DeclarationCorrected) -> Place:
    """The service to which the facts belong, and its policy."""
    if isinstance(event, DeclarationCorrected):
        return event.place
    return Place(event.service, event.ruling.source.policy, event.ruling.source.version)


def _with_flags(ruling: Ruling, flags: tuple[str, ...] | None) -> Ruling:
    return ruling if flags is None else replace(ruling, flags=flags)


def subjects_of(account: Account) -> frozenset[str] | None:
    """Whom an account is about; None if the words that say so are erased."""
    if not account.ruling.names_subject:
        return frozenset()
    if account.details is None:
        return None
    subject = account.details.get("subject")
    return frozenset() if subject is None else frozenset([subject])


def corrected(before: Declaration, event: DeclarationCorrected) -> Declaration:
    account = account_of(event)
    places = tuple(dict.fromkeys((*before.places, event.place)))
    known = _knowing(replace(before, places=places), account)
    if event.waits is None:
        after = _holding(known, account)
        return _asked_anew(after, event.originator_version) if event.reopened else after
    reason = event.words.reason if event.words else None
    moment = event.corrected_at
    return _waiting(known, event.originator_version, moment, event.waits, reason, account)


def withdrawn(before: Declaration, event: DeclarationWithdrawn) -> Declaration:
    reason = event.words.reason if event.words else None
    moment = event.withdrawn_at
    return _waiting(before, event.originator_version, moment, event.waits, reason, None)


def _waiting(
    before: Declaration,
    version: int,
    since: datetime,
    waits: ToReview,
    reason: str | None,
    account: Account | None,
) -> Declaration:
    review = Review(
        of=Reviewed.CORRECTION if account else Reviewed.WITHDRAWAL,
        version=version,
        since=since,
        role=waits.role,
        due_at=waits.due_at,
        reason=reason,
        account=account,
    )
    return replace(before, review=review, status=Status.AWAITING_REVIEW)


def reviewed(before: Declaration, event: DeclarationReviewed) -> Declaration:
    version = event.originator_version
    after = replace(before, review=None, reviewed_version=version, settled_by=event.reviewed_by)
    if event.of == Reviewed.WITHDRAWAL:
        taken_back = replace(after, status=Status.WITHDRAWN, question=None)
        return _as_it_stood(after, version) if event.stands else taken_back
    if event.stands:
        held = replace(_holding(after, before.firm), answer=before.firm_answer)
        return _as_it_stood(held, version)
    if event.ruling is None:
        raise ValueError("facts that hold have a ruling")
    ruling = _with_flags(event.ruling, event.words.flags if event.words else None)
    account = replace(before.newest, ruling=ruling)
    looked = replace(_holding(_knowing(after, account), account), firm=account)
    if event.settled:
        return _as_it_stood(looked, version)
    asked = replace(looked, is_firm_settled=False, answer=None, firm_answer=None, question=None)
    return _asked_anew(asked, version)


def reopened(before: Declaration, event: DeclarationReopened) -> Declaration:
    """What was settled, or closed at once, is asked from its beginning: what was said when it was
    settled stays in its history alone. What was withdrawn stands as it stood."""
    version, words = event.originator_version, event.words
    asked = event.ruling and _with_flags(event.ruling, words.flags if words else None)
    ruling = replace(asked or before.ruling, due_at=event.due_at)
    account = replace(before.account, ruling=ruling)
    after = _holding(_knowing(before, account), account)
    if before.status == Status.WITHDRAWN:
        return _as_it_stood(after, version)
    by_the_rule = before.answer is not None and before.answer.by is None
    return replace(
        after,
        status=ruling.status,
        route_version=version,
        firm=account,
        is_firm_settled=False,
        acknowledged=None,
        decision=None,
        answer=before.answer if by_the_rule else None,
        firm_answer=before.answer if by_the_rule else None,
        actions=tuple(action for action in before.actions if not action.is_open),
        question=None,
    )


def _knowing(before: Declaration, account: Account) -> Declaration:
    """With all that can no longer be unknown: who was told, and whom it is about."""
    about, tells = subjects_of(account), account.ruling.tells
    is_known = before.subjects is not None and about is not None
    return replace(
        before,
        told=before.told | told_of(tells),
        told_covering=before.told_covering | covering_of(tells),
        subjects=(before.subjects or frozenset()) | (about or frozenset()) if is_known else None,
        seen_by=_narrower(account.ruling.seen_by, before.seen_by),
        is_restricted=before.is_restricted or account.ruling.restricted,
    )


def _narrower(first: tuple[SeenBy, ...], other: tuple[SeenBy, ...]) -> tuple[SeenBy, ...]:
    """The first, if it lets only those see who act; else the other."""
    return first if SeenBy.ACTING in first else other


def _holding(before: Declaration, account: Account) -> Declaration:
    return replace(
        before,
        facts_version=account.version,
        service=account.service,
        service_user=account.service_user,
        details=account.details,
        happened_on=account.happened_on,
        ruling=account.ruling,
        seen_by=_narrower(before.seen_by, account.ruling.seen_by),
    )


def _asked_anew(declaration: Declaration, version: int) -> Declaration:
    status = declaration.ruling.status
    return replace(
        declaration,
        route_version=version,
        review=None,
        status=settled(declaration) if status == Status.CLOSED else status,
    )


def _as_it_stood(declaration: Declaration, version: int) -> Declaration:
    """Settled, if it was settled on these facts; else it waits for whoever must act, as before."""
    ruling = declaration.ruling
    if declaration.is_firm_settled or ruling.status == Status.CLOSED:
        return replace(declaration, status=settled(declaration))
    return replace(declaration, status=ruling.status, route_version=version)


def settled(declaration: Declaration) -> Status:
    return Status.AWAITING_ACTION if declaration.open_actions else Status.CLOSED
