"""The inbox: what waits for each line manager, each service director and each worker.

An alert is about a stream of some sort; `subject` is the stream's id.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertDone, AlertOpened, AlertPassed, AlertRaised
from events.log.tables import Moment
from events.names import AlertState, Role, Why
from register.declarations.names import DECLARATION
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
    sa.Column("role", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index("inbox_person", "person", "state", "due_at"),
    sa.Index("inbox_subject", "subject"),
)


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case AlertRaised():
            rows.add(_raised(change.event))
        case AlertOpened(originator_id=alert):
            rows.change(alert, state=AlertState.OPENED)
        case AlertPassed(originator_id=alert, person=person):
            rows.change(alert, person=person, state=AlertState.RAISED)
        case AlertDone(originator_id=alert):
            rows.change(alert, state=AlertState.DONE)


def _raised(event: AlertRaised) -> dict[str, Any]:
    return {
        "alert": event.originator_id,
        "sort": event.subject.sort,
        "subject": event.subject.id,
        "kind": event.kind,
        "person": event.person,
        "role": event.role,
        "why": event.why,
        "clause": event.source.clause,
        "raised_at": event.raised_at,
        "due_at": event.due_at,
        "state": AlertState.RAISED,
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
    state: str

    @property
    def declaration(self) -> UUID | None:
        """The declaration that it is about; None if it is about something else."""
        return self.subject if self.sort == DECLARATION else None


AWAITING = (
    sa.select(*(inbox.c[each.name] for each in fields(Awaiting)))
    .where(
        inbox.c.person == sa.bindparam("whose"),
        inbox.c.state.in_((AlertState.RAISED, AlertState.OPENED)),
    )
    .order_by(inbox.c.due_at, inbox.c.raised_at, inbox.c.alert)
)
UNOPENED = sa.select(inbox.c.alert).where(
    inbox.c.subject.in_(sa.bindparam("about", expanding=True)),
    inbox.c.person == sa.bindparam("whose"),
    inbox.c.state == AlertState.RAISED,
)


def awaiting(connection: sa.Connection, person: str) -> list[Awaiting]:
    """The open alerts of a person, the most urgent first."""
    return [Awaiting(*row) for row in connection.execute(AWAITING, {"whose": person})]


def unopened(connection: sa.Connection, person: str, subjects: Collection[UUID]) -> Sequence[UUID]:
    """A person's alerts about some streams that they have not opened yet."""
    asked = {"whose": person, "about": list(subjects)}
    return connection.execute(UNOPENED, asked).scalars().all()


def all_holders(connection: sa.Connection) -> dict[UUID, dict[UUID, str | None]]:
    """The person of each open alert, by the stream that it is about."""
    query = sa.select(inbox.c.subject, inbox.c.alert, inbox.c.person).where(
        inbox.c.state != AlertState.DONE
    )
    people: dict[UUID, dict[UUID, str | None]] = {}
    for row in connection.execute(query):
        people.setdefault(row.subject, {})[row.alert] = row.person
    return people
