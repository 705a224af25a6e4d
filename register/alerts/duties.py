"""What a declaration asks of people: to settle it, to say more, to do what was agreed."""

from __future__ import annotations

from datetime import datetime

from events.declarations import DeclarationPassed
from events.event import Event
from events.names import Role, Status, Why
from register.alerts.sort import Duty
from register.deadlines import close_of
from register.declarations.declaration import Action, Declaration
from register.directory.directory import Directory
from register.standing.holding import Holder, doer, holder_of, informant

WHY = {
    Status.AWAITING_ACKNOWLEDGEMENT: Why.ACKNOWLEDGE,
    Status.AWAITING_DECISION: Why.DECIDE,
    Status.AWAITING_ANSWER: Why.ANSWER,
}


def duties(declaration: Declaration, directory: Directory) -> dict[str, Duty]:
    asked = [
        *_reviewing(declaration, directory),
        *_settling(declaration, directory),
        *_informing(declaration, directory),
        *_doing(declaration, directory),
    ]
    return {duty.key: duty for duty in asked}


def passed(declaration: Declaration, duty: Duty, person: str, now: datetime) -> list[Event]:
    """The event that says that somebody else is told, and has the duty."""
    told = DeclarationPassed(
        originator_id=declaration.id,
        role=duty.role,
        person=person,
        because=duty.because,
        for_person=duty.for_person,
        passed_at=now,
    )
    return [told]


def _settling(declaration: Declaration, directory: Directory) -> list[Duty]:
    role, due_at = declaration.ruling.acts, declaration.ruling.due_at
    if declaration.status not in WHY or role is None or due_at is None:
        return []
    why = WHY[declaration.status]
    holder = holder_of(directory, role, declaration.matter)
    return [_duty(declaration, f"{why} {declaration.route_version}", why, role, holder, due_at)]


def _reviewing(declaration: Declaration, directory: Directory) -> list[Duty]:
    review = declaration.review
    if review is None:
        return []
    holder = holder_of(directory, review.role, declaration.matter) if review.role else None
    key = f"review {review.version}"
    return [_duty(declaration, key, Why.REVIEW, review.role, holder, review.due_at)]


def _informing(declaration: Declaration, directory: Directory) -> list[Duty]:
    question = declaration.question
    if question is None:
        return []
    key, whose = f"inform {question.version}", informant(declaration.matter, directory)
    return [_duty(declaration, key, Why.INFORM, Role.WORKER, whose, question.due_at)]


def key_of(action: Action) -> str:
    """The key of the duty to do an action."""
    return f"do {action.id}"


def _doing(declaration: Declaration, directory: Directory) -> list[Duty]:
    return [
        _duty(
            declaration,
            key_of(action),
            Why.COMPLETE,
            action.role,
            doer(action, declaration.matter, directory),
            close_of(action.due_on),
        )
        for action in declaration.open_actions
    ]


def _duty(
    declaration: Declaration,
    key: str,
    why: Why,
    role: Role | None,
    whose: Holder | None,
    due_at: datetime,
) -> Duty:
    return Duty(
        key=key,
        kind=declaration.kind,
        why=why,
        role=role,
        person=whose.person if whose else None,
        because=whose.because if whose else None,
        for_person=whose.for_person if whose else None,
        due_at=due_at,
        source=declaration.ruling.source,
    )
