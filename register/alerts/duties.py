"""What a declaration asks of people: to settle it, to say more, to do what was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from events.alerts import DeclarationEscalated
from events.declarations import DeclarationPassed
from events.event import Event
from events.names import Because, Role, Why
from register.alerts.sort import Duty
from register.deadlines import close_of
from register.declarations.declaration import Declaration
from register.declarations.keys import (
    CONFIRMING,
    WHY,
    key_of,
    key_of_question,
    key_of_review,
    key_of_settling,
)
from register.directory.directory import Directory
from register.standing.at_once import asked_at_once, is_urgent
from register.standing.holding import Holder, doer, holder_of, holders, informant
from register.standing.roles import ROLES


def duties(declaration: Declaration, directory: Directory) -> dict[str, Duty]:
    if declaration.erased_at is not None:
        return {}
    asked = [
        *_reviewing(declaration, directory),
        *_settling(declaration, directory),
        *_informing(declaration, directory),
        *_doing(declaration, directory),
        *_confirming(declaration, directory),
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


def next_in_order(declaration: Declaration, duty: Duty, directory: Directory) -> Iterator[Holder]:
    """Everybody who may be asked, the first before the next: those who could hold the role; where
    it is nobody's by a role, such as a worker's own action, those who could hold the one that
    acts."""
    matter = declaration.matter
    role = duty.role if duty.role in ROLES else matter.acts or Role.LINE_MANAGER
    return holders(directory, role, matter)


def at_once(declaration: Declaration, duty: Duty, directory: Directory) -> list[Holder]:
    """Those who are asked at the same time as whoever acts, where somebody is at risk."""
    return asked_at_once(declaration, duty.key, directory)


def escalated(
    declaration: Declaration,
    duty: Duty,
    to: Holder,
    before: str | None,
    now: datetime,
    *,
    at_once: bool = False,
) -> list[Event]:
    """The event that says that another may do it as well, and is told."""
    told = DeclarationEscalated(
        originator_id=declaration.id,
        duty=duty.key,
        why=duty.why,
        role=duty.role,
        person=to.person,
        because=to.because or Because.NAMED,
        for_person=to.for_person,
        from_person=before,
        at_once=at_once,
        escalated_at=now,
        source=duty.source,
    )
    return [told]


def _settling(declaration: Declaration, directory: Directory) -> list[Duty]:
    role, due_at = declaration.ruling.acts, declaration.ruling.due_at
    key = key_of_settling(declaration)
    if key is None or role is None or due_at is None:
        return []
    why = WHY[declaration.status]
    holder = holder_of(directory, role, declaration.matter)
    return [_duty(declaration, key, why, role, holder, due_at)]


def _reviewing(declaration: Declaration, directory: Directory) -> list[Duty]:
    review = declaration.review
    if review is None:
        return []
    holder = holder_of(directory, review.role, declaration.matter) if review.role else None
    key = key_of_review(review)
    return [_duty(declaration, key, Why.REVIEW, review.role, holder, review.due_at)]


def _informing(declaration: Declaration, directory: Directory) -> list[Duty]:
    question = declaration.question
    if question is None:
        return []
    key, whose = key_of_question(question), informant(declaration.matter, directory)
    return [_duty(declaration, key, Why.INFORM, Role.WORKER, whose, question.due_at)]


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


def _confirming(declaration: Declaration, directory: Directory) -> list[Duty]:
    told = declaration.on_behalf
    if told is None or not told.waits or told.confirm_by_at is None:
        return []
    whose = informant(declaration.matter, directory)
    due_at = told.confirm_by_at
    return [_duty(declaration, CONFIRMING, Why.CONFIRM, Role.WORKER, whose, due_at)]


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
        is_urgent=is_urgent(declaration, key),
        due_at=due_at,
        source=declaration.ruling.source,
    )
