"""The alerts that follow from the state of a declaration, and how they pass to somebody else.

A change raises an alert for each new duty, and ends the alert of each duty that is no longer there.
When another person comes to hold a role, the role's open alerts go to that person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.alerts import AlertDone, AlertPassed, AlertRaised
from events.declarations import DeclarationPassed
from events.event import Event
from events.ids import own_id
from events.names import Because, Role, Status, Why
from register.deadlines import close_of
from register.declarations.declaration import Declaration
from register.directory.directory import Directory
from register.standing.acting import doer
from register.standing.holding import holder_of

WHY = {
    Status.AWAITING_ACKNOWLEDGEMENT: Why.ACKNOWLEDGE,
    Status.AWAITING_DECISION: Why.DECIDE,
    Status.AWAITING_ANSWER: Why.ANSWER,
}


@dataclass(frozen=True)
class Duty:
    """Something that somebody must do because of a declaration."""

    key: str
    """The key stays the same as long as the duty does; the alert's id is made from it."""
    why: Why
    role: Role | None
    person: str | None
    because: Because | None
    """Why the role is the person's; None where it is theirs without any role."""
    due_at: datetime


def duties(declaration: Declaration, directory: Directory) -> dict[str, Duty]:
    asked = [
        *_settling(declaration, directory),
        *_informing(declaration),
        *_doing(declaration, directory),
    ]
    return {duty.key: duty for duty in asked}


def _settling(declaration: Declaration, directory: Directory) -> list[Duty]:
    role, due_at = declaration.ruling.acts, declaration.ruling.due_at
    if declaration.is_settled or role is None or due_at is None:
        return []
    why = WHY[declaration.status]
    holder = holder_of(directory, role, declaration.worker, declaration.service)
    person, because = (holder.person, holder.because) if holder else (None, None)
    return [Duty(f"{why} {declaration.route_version}", why, role, person, because, due_at)]


def _informing(declaration: Declaration) -> list[Duty]:
    question = declaration.question
    if question is None:
        return []
    key, worker = f"inform {question.version}", declaration.worker
    return [Duty(key, Why.INFORM, Role.WORKER, worker, None, question.due_at)]


def _doing(declaration: Declaration, directory: Directory) -> list[Duty]:
    return [
        Duty(
            f"do {action.id}",
            Why.COMPLETE,
            action.role,
            *doer(action, declaration, directory),
            close_of(action.due_on),
        )
        for action in declaration.open_actions
    ]


def follow(
    before: Declaration | None, after: Declaration, directory: Directory, now: datetime
) -> list[Event]:
    """The events that raise and end alerts after a change to a declaration."""
    were = duties(before, directory) if before is not None else {}
    are = duties(after, directory)
    return [
        *(_raised(after, duty, now) for key, duty in are.items() if key not in were),
        *(_done(after, duty, now) for key, duty in were.items() if key not in are),
    ]


def pass_on(
    declaration: Declaration,
    held: Mapping[UUID, str | None],
    directory: Directory,
    now: datetime,
) -> list[Event]:
    """The events that pass alerts on to the people who now hold the roles.

    `held` gives who has each open alert, by the alert's id.
    """
    return [
        event
        for key, duty in duties(declaration, directory).items()
        if duty.person is not None
        and duty.person != held.get(alert_id(declaration.id, key), duty.person)
        for event in _passed(declaration, duty, duty.person, now)
    ]


def _passed(declaration: Declaration, duty: Duty, person: str, now: datetime) -> list[Event]:
    told = DeclarationPassed(
        originator_id=declaration.id,
        role=duty.role,
        person=person,
        because=duty.because,
        passed_at=now,
    )
    passed = AlertPassed(
        originator_id=alert_id(declaration.id, duty.key),
        person=person,
        because=duty.because,
        passed_at=now,
    )
    return [told, passed]


def _raised(declaration: Declaration, duty: Duty, now: datetime) -> AlertRaised:
    return AlertRaised(
        originator_id=alert_id(declaration.id, duty.key),
        declaration=declaration.id,
        kind=declaration.kind,
        person=duty.person,
        role=duty.role,
        because=duty.because,
        why=duty.why,
        due_at=duty.due_at,
        raised_at=now,
        source=declaration.ruling.source,
    )


def _done(declaration: Declaration, duty: Duty, now: datetime) -> AlertDone:
    return AlertDone(originator_id=alert_id(declaration.id, duty.key), done_at=now)


def alert_id(declaration: UUID, key: str) -> UUID:
    return own_id("alert", declaration, key)
