"""Whom the directory named as each person's line manager and each service's director, and from
which position on."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from events.directory import PersonJoined, PersonMoved, ServiceChanged, ServiceOpened
from events.log.tables import Position
from register.projections.change import Change, metadata
from register.projections.rows import Rows

named = sa.Table(
    "named",
    metadata,
    sa.Column("since", Position, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("above", sa.Text),
    sa.Index("named_stream", "stream"),
)
"""`stream` is that of the person or the service."""


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case PersonJoined(line_manager=above) | PersonMoved(line_manager=above):
            pass
        case ServiceOpened(director=above) | ServiceChanged(director=above):
            pass
        case _:
            return
    event = change.event
    rows.add({"since": event.position, "stream": event.originator_id, "above": above})


def named_after(connection: sa.Connection, position: int) -> dict[UUID, int]:
    """The streams of the people and services that have another line manager or director than at a
    position, each with the position since which they have this one."""
    changed = sa.select(named.c.stream).where(named.c.since > position).distinct()
    lately = connection.execute(changed).scalars().all()
    if not lately:
        return {}
    query = sa.select(named).where(named.c.stream.in_(lately)).order_by(named.c.since)
    present: dict[UUID, tuple[str | None, int]] = {}
    for row in connection.execute(query):
        if row.stream not in present or present[row.stream][0] != row.above:
            present[row.stream] = (row.above, row.since)
    return {stream: since for stream, (_, since) in present.items() if since > position}
