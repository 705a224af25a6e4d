"""To whom alerts went on because nobody had acted in time: they are asked as well, beside whoever
was asked first, as long as the alert is open."""

from __future__ import annotations

import sqlalchemy as sa

from events.alerts import AlertEscalated, AlertOpened
from events.log.tables import Moment
from register.projections.change import Change, metadata
from register.projections.rows import Rows

asked_as_well = sa.Table(
    "asked_as_well",
    metadata,
    sa.Column("alert", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("for_person", sa.Text),
    sa.Column("at_once", sa.Boolean),
    sa.Column("escalated_at", Moment, nullable=False),
    sa.Column("opened_at", Moment),
    sa.Index("asked_as_well_person", "person"),
    sa.Index("asked_as_well_subject", "subject"),
)


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case AlertEscalated() as event:
            rows.put(
                {
                    "alert": event.originator_id,
                    "person": event.person,
                    "subject": event.subject.id,
                    "for_person": event.for_person,
                    "at_once": event.at_once,
                    "escalated_at": event.escalated_at,
                    "opened_at": None,
                }
            )
        case AlertOpened(originator_id=alert, escalated=True, opened_by=by, opened_at=at):
            rows.change(alert, by, opened_at=at)
