"""The inbox: what waits for each line manager, each service director and each worker.

An alert is about a stream of some sort; `subject` is the stream's id. `next_at` is the moment of
its next step, and empty once it is done; `opened_at` is when anybody who was asked first opened it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.alerts import (
    AlertDone,
    AlertEscalated,
    AlertOpened,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
    AlertSent,
    AlertUnreachable,
)
from events.log.tables import Moment
from events.names import AlertState, Because, Role, Step, Why
from register.alerts.sort import Whose
from register.declarations.names import DECLARATION
from register.projections.asked_as_well import asked_as_well
from register.projections.change import Change, metadata
from register.projections.rows import Rows

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("alert", sa.Uuid, primary_key=True),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("for_person", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("next_at", Moment),
    sa.Column("stepped_at", Moment),
    sa.Column("told_at", Moment),
    sa.Column("rung", sa.Integer),
    sa.Column("is_at_last", sa.Boolean),
    sa.Column("unheard_at", Moment),
    sa.Column("opened_at", Moment),
    sa.Index("inbox_next_at", "state", "next_at"),
    sa.Index("inbox_stepped_at", "state", "stepped_at"),
    sa.Index("inbox_told_at", "state", "told_at"),
    sa.Index("inbox_unheard_at", "unheard_at"),
    sa.Index("inbox_due_at", "state", "due_at"),
    sa.Index("inbox_person", "person", "state", "due_at"),
    sa.Index("inbox_subject", "subject"),
)


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case AlertRaised():
            rows.add(_raised(change.event))
        case AlertSent(originator_id=alert, sent_at=at):
            rows.change(alert, sent_at=at)
        case AlertOpened(originator_id=alert, opened_at=at):
            rows.set_once(alert, opened_at=at)
            if not change.event.escalated:
                rows.change(alert, state=AlertState.OPENED)
        case AlertPassed(originator_id=alert, person=person, for_person=away):
            rows.change(
                alert, person=person, for_person=away, state=AlertState.RAISED, sent_at=None
            )
        case AlertUnreachable(originator_id=alert, noticed_at=at):
            rows.change(alert, next_at=at)
        case AlertReminded() | AlertEscalated() | AlertRepeated():
            _stepped(rows, change.event)
        case AlertDone(originator_id=alert):
            rows.change(alert, state=AlertState.DONE, next_at=None, unheard_at=None)


def _stepped(rows: Rows, event: AlertReminded | AlertEscalated | AlertRepeated) -> None:
    alert, next_at = event.originator_id, event.next_at
    match event:
        case AlertReminded(step=Step.QUIET, reminded_at=at):
            unheard_at = at if event.unheard else None
            rows.change(alert, next_at=next_at, stepped_at=at, unheard_at=unheard_at)
        case AlertReminded(reminded_at=at):
            rows.change(alert, next_at=next_at, stepped_at=at, told_at=at)
        case AlertEscalated(escalated_at=at, rung=rung, because=because):
            rows.change(
                alert,
                next_at=next_at,
                stepped_at=at,
                told_at=at,
                rung=rung,
                is_at_last=because == Because.LAST_RESORT,
                unheard_at=None,
            )
        case AlertRepeated(repeated_at=at):
            rows.change(alert, next_at=next_at, stepped_at=at, told_at=at, is_at_last=True)


def _raised(event: AlertRaised) -> dict[str, Any]:
    return {
        "alert": event.originator_id,
        "sort": event.subject.sort,
        "subject": event.subject.id,
        "kind": event.kind,
        "person": event.person,
        "for_person": event.for_person,
        "role": event.role,
        "why": event.why,
        "clause": event.source.clause,
        "raised_at": event.raised_at,
        "due_at": event.due_at,
        "state": AlertState.RAISED,
        "sent_at": None,
        "next_at": event.next_at or event.raised_at,
        "stepped_at": event.raised_at,
        "told_at": event.raised_at,
        "rung": 0,
        "is_at_last": False,
        "unheard_at": None,
        "opened_at": None,
    }


@dataclass(frozen=True)
class Awaiting:
    """An open alert in the inbox."""

    alert: UUID
    sort: str
    subject: UUID
    kind: str
    role: Role | None
    why: Why
    clause: str
    raised_at: datetime
    due_at: datetime
    state: AlertState
    for_person: str | None
    """Whom the person alerted covers for, if they do."""
    is_new: bool
    """Whether they have not opened it yet."""
    is_own: bool
    """Whether it is theirs first; not for somebody to whom it went on."""
    at_once: bool
    """Whether they were asked at the same time as the first, as somebody is at risk."""

    @property
    def declaration(self) -> UUID | None:
        """The declaration that it is about; None if it is about something else."""
        return self.subject if self.sort == DECLARATION else None

    @property
    def place(self) -> Place:
        return Place(self.due_at, self.raised_at, self.alert)


PLACE = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9]{8}T[0-9]{12}-[0-9a-f]{32}")
MOMENT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, order=True)
class Place:
    """Where an alert stands among those of its person. It says where a page of them ends, and
    still does when that alert is done or another's."""

    due_at: datetime
    raised_at: datetime
    alert: UUID

    def __str__(self) -> str:
        due, raised = (at.astimezone(UTC).strftime(MOMENT) for at in (self.due_at, self.raised_at))
        return f"{due}-{raised}-{self.alert.hex}"


def place_in(text: str) -> Place | None:
    """The place that a text gives; None if it gives none."""
    if not PLACE.fullmatch(text):
        return None
    due, raised, alert = text.split("-")
    try:
        return Place(_moment(due), _moment(raised), UUID(alert))
    except ValueError:  # there is no such day
        return None


def _moment(text: str) -> datetime:
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """One page of what waits for a person, and how much there is in all."""

    items: Sequence[Awaiting]
    next: Place | None
    """The `after` of the next page; None on the last page."""
    total: int
    overdue: int


def page_of(alerts: Sequence[Awaiting], after: Place | None, limit: int, now: datetime) -> Waiting:
    """One page of these alerts, which are in order."""
    left = [each for each in alerts if after is None or each.place > after]
    items = left[:limit]
    following = items[-1].place if len(left) > limit else None
    return Waiting(items, following, len(alerts), sum(each.due_at < now for each in alerts))


ORDER = (inbox.c.due_at, inbox.c.raised_at, inbox.c.alert)
WHOSE = sa.bindparam("whose", type_=sa.Text)
IS_OPEN = inbox.c.state.in_((AlertState.RAISED, AlertState.OPENED))
IS_OWN = inbox.c.person == WHOSE
"""Whether a person is the one in the inbox; others are asked as well."""
OPEN_ONES = (sa.or_(IS_OWN, inbox.c.alert.in_(sa.bindparam("also", expanding=True))), IS_OPEN)
STATE = sa.case(
    (inbox.c.rung > 0, AlertState.ESCALATED),
    (inbox.c.state == AlertState.OPENED, AlertState.OPENED),
    (inbox.c.sent_at.is_not(None), AlertState.SENT),
    else_=AlertState.RAISED,
)
SHOWN: dict[str, sa.ColumnElement[Any]] = {
    "state": STATE,
    "for_person": sa.case((IS_OWN, inbox.c.for_person), else_=asked_as_well.c.for_person),
    "is_new": sa.case(
        (IS_OWN, inbox.c.state == AlertState.RAISED), else_=asked_as_well.c.opened_at.is_(None)
    ),
    "is_own": sa.case((IS_OWN, sa.true()), else_=sa.false()),
    "at_once": sa.func.coalesce(asked_as_well.c.at_once, sa.false()),
}
"""What is not shown as it is stored."""
AS_ASKED = sa.and_(asked_as_well.c.alert == inbox.c.alert, asked_as_well.c.person == WHOSE)
AWAITING = (
    sa.select(
        *(
            SHOWN[name].label(name) if (name := each.name) in SHOWN else inbox.c[name]
            for each in fields(Awaiting)
        )
    )
    .join_from(inbox, asked_as_well, AS_ASKED, isouter=True)
    .where(*OPEN_ONES)
    .order_by(*ORDER)
)
AFTER = sa.tuple_(*ORDER) > sa.tuple_(
    *(sa.bindparam(f"after_{each.name}", type_=each.type) for each in ORDER)
)
COUNTED = sa.select(
    sa.func.count(),
    sa.func.count(sa.case((inbox.c.due_at < sa.bindparam("now", type_=Moment), 1))),
).where(*OPEN_ONES)
UNOPENED = sa.select(inbox.c.alert, inbox.c.subject).where(
    inbox.c.subject.in_(sa.bindparam("about", expanding=True)),
    inbox.c.person == WHOSE,
    inbox.c.state == AlertState.RAISED,
)
ASKED = (
    sa.select(asked_as_well.c.alert, asked_as_well.c.subject, asked_as_well.c.opened_at)
    .join_from(asked_as_well, inbox, asked_as_well.c.alert == inbox.c.alert)
    .where(asked_as_well.c.person == WHOSE, IS_OPEN)
)


@dataclass(frozen=True)
class Asked:
    """An open alert that went on to a person."""

    alert: UUID
    subject: UUID
    opened_at: datetime | None


def asked(connection: sa.Connection, person: str) -> list[Asked]:
    """The open alerts that went on to a person, whether they may still know of them or not."""
    return [Asked(*row) for row in connection.execute(ASKED, {"whose": person})]


def awaiting(connection: sa.Connection, person: str, also: Collection[UUID] = ()) -> list[Awaiting]:
    """The open alerts of a person, the most urgent first, and those `also` that went on to them."""
    query = {"whose": person, "also": list(also)}
    return [_shown(row) for row in connection.execute(AWAITING, query)]


def _shown(row: Any) -> Awaiting:
    known = row._asdict()
    return Awaiting(**{**known, "state": AlertState(known["state"])})


def awaiting_after(
    connection: sa.Connection,
    person: str,
    after: Place | None,
    limit: int,
    also: Collection[UUID] = (),
) -> list[Awaiting]:
    """The same of those that come after a place."""
    query, given = AWAITING.limit(limit), {"whose": person, "also": list(also)}
    if after is not None:
        query = query.where(AFTER)
        given |= {f"after_{each.name}": getattr(after, each.name) for each in ORDER}
    return [_shown(row) for row in connection.execute(query, given)]


def counted(
    connection: sa.Connection, person: str, now: datetime, also: Collection[UUID] = ()
) -> tuple[int, int]:
    """How many open alerts a person has, and how many of them are overdue."""
    given = {"whose": person, "now": now, "also": list(also)}
    total, overdue = connection.execute(COUNTED, given).one()
    return total, overdue


def unopened(connection: sa.Connection, person: str, subjects: Collection[UUID]) -> Sequence[UUID]:
    """A person's own alerts about some streams that they have not opened yet."""
    given = {"whose": person, "about": list(subjects)}
    return [alert for alert, _ in connection.execute(UNOPENED, given)]


def unopened_as_asked(
    connection: sa.Connection, person: str, subjects: Collection[UUID]
) -> Sequence[UUID]:
    """The alerts about some streams that went on to a person, who has not opened them yet."""
    about = set(subjects)
    found = (each for each in asked(connection, person) if each.opened_at is None)
    return [each.alert for each in found if each.subject in about]


def subjects_unopened(
    connection: sa.Connection, person: str, subjects: Collection[UUID]
) -> Collection[UUID]:
    """Those of some streams about which a person has alerts that they have not opened yet."""
    given = {"whose": person, "about": list(subjects)}
    own = {subject for _, subject in connection.execute(UNOPENED, given)}
    as_asked = unopened_as_asked(connection, person, subjects)
    return own | {each.subject for each in asked(connection, person) if each.alert in as_asked}


@dataclass(frozen=True)
class Due:
    """An alert with a step that is due."""

    alert: UUID
    next_at: datetime


DUE = (
    sa.select(inbox.c.alert, inbox.c.next_at)
    .where(IS_OPEN, inbox.c.next_at <= sa.bindparam("now", type_=Moment))
    .order_by(inbox.c.next_at)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
NEXT_AT = sa.select(sa.func.min(inbox.c.next_at)).where(IS_OPEN)


def due(connection: sa.Connection, now: datetime, most: int) -> list[Due]:
    """The alerts with a step that is due, the one that has waited longest first."""
    return [Due(*row) for row in connection.execute(DUE, {"now": now, "most": most})]


def next_step_at(connection: sa.Connection) -> datetime | None:
    """When the next step of any alert is due; None if none is open."""
    return connection.execute(NEXT_AT).scalar()


def all_holders(connection: sa.Connection) -> dict[UUID, dict[UUID, Whose]]:
    """Whose each open alert is, by the stream that it is about."""
    query = sa.select(inbox.c.subject, inbox.c.alert, inbox.c.person, inbox.c.for_person).where(
        inbox.c.state != AlertState.DONE
    )
    people: dict[UUID, dict[UUID, Whose]] = {}
    for row in connection.execute(query):
        people.setdefault(row.subject, {})[row.alert] = (row.person, row.for_person)
    return people
