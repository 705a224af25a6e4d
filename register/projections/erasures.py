"""The erasures, by how far they have come; who asked and why is in their streams."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.erasing import ErasureAsked, ErasureConfirmed, ErasureDone, ErasureRefused
from events.log.tables import Position, entries
from events.names import ErasureState
from register.projections.change import Change, metadata
from register.projections.rows import Rows

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("asked", Position, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("named", sa.Uuid),
    sa.Index("erasures_asked", "asked"),
    sa.Index("erasures_state", "state"),
    sa.Index("erasures_named", "named"),
)
"""`named` is the declaration that it names; None for a person and a service user."""


def project(rows: Rows, change: Change) -> None:
    match change.event:
        case ErasureAsked(originator_id=stream, position=position, declaration=declaration):
            asked = {"stream": stream, "asked": position, "named": declaration}
            rows.add({**asked, "state": ErasureState.ASKED})
        case ErasureConfirmed(originator_id=stream):
            rows.change(stream, state=ErasureState.CONFIRMED)
        case ErasureRefused(originator_id=stream):
            rows.change(stream, state=ErasureState.REFUSED)
        case ErasureDone(originator_id=stream, position=position):
            # who asked may be lost, where this register was put back from an older copy
            lost = {"stream": stream, "asked": position, "named": None}
            rows.add_if_new({**lost, "state": ErasureState.DONE})
            rows.change(stream, state=ErasureState.DONE)


class _About(msgspec.Struct):
    """What the plain part of an entry of an erasure says that it is about."""

    declaration: UUID | None = None
    declarations: tuple[UUID, ...] = ()


def about(connection: sa.Connection, streams: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Those of the streams that are erasures, each with the declarations that it is about."""
    known = sa.select(erasures.c.stream).where(erasures.c.stream.in_(streams))
    found: dict[UUID, set[UUID]] = {each: set() for each in connection.execute(known).scalars()}
    if found:
        said = sa.select(entries.c.originator_id, entries.c.state).where(
            entries.c.originator_id.in_(list(found)),
            entries.c.topic.in_((ErasureAsked.TOPIC, ErasureConfirmed.TOPIC)),
        )
        for stream, state in connection.execute(said):
            one = msgspec.json.decode(state, type=_About)
            found[stream] |= {*one.declarations, *filter(None, [one.declaration])}
    return found


def listed(
    connection: sa.Connection, states: Sequence[ErasureState] = tuple(ErasureState)
) -> Sequence[UUID]:
    """The streams of the erasures in these states, the newest first."""
    query = sa.select(erasures.c.stream).where(erasures.c.state.in_(states))
    return connection.execute(query.order_by(erasures.c.asked.desc())).scalars().all()


def naming(
    connection: sa.Connection, declarations: Sequence[UUID], states: Sequence[ErasureState]
) -> Sequence[UUID]:
    """The streams of the erasures in these states that name one of the declarations."""
    query = sa.select(erasures.c.stream, erasures.c.state).where(erasures.c.named.in_(declarations))
    rows = connection.execute(query)  # by that index: there is no end of those that are decided
    return [each.stream for each in rows if each.state in states]


def naming_none(connection: sa.Connection) -> Sequence[UUID]:
    """The streams of the erasures that wait and name no declaration."""
    query = sa.select(erasures.c.stream).where(
        erasures.c.named.is_(None), erasures.c.state == ErasureState.ASKED
    )
    return connection.execute(query).scalars().all()
