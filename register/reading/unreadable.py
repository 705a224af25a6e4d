"""What is known of a declaration of which an entry cannot be read: what the lists say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace

from events.declarations import Place, Ruling, Source
from events.event import Event, SpoiledEntry
from events.names import Role, SeenBy, Status
from register.declarations.declaration import Account, Declaration, Exclusion
from register.declarations.folding import NotADeclarationError, read_back
from register.projections.barred import barred
from register.projections.elsewhere import elsewhere
from register.projections.exclusions import exclusions
from register.projections.register_list import register_list
from register.projections.told import FOR_GOOD, told

UNKNOWN = Source(policy=None, version=None, clause="cannot be read", asks=False)


def declared(
    connection: sa.Connection, declaration: UUID, events: Sequence[Event], up_to: int | None
) -> Declaration | None:
    """A declaration of which some events are spoiled, or all are missing; None if nothing is known
    of it."""
    row = _listed(connection, declaration, up_to)
    events = events or ([] if row is None else [_missing(row)])
    if not events:
        return None
    begun = None
    if isinstance(events[0], SpoiledEntry):
        if row is None:
            return None
        begun = _begun(connection, row)
    try:
        known = read_back(begun, events)
    except NotADeclarationError:
        return None
    return known if known is None or row is None else _as_listed(connection, known, row)


def _listed(connection: sa.Connection, declaration: UUID, up_to: int | None) -> sa.Row[Any] | None:
    """The row of a declaration, now or as at a position; None if there is none."""
    rows = sa.select(register_list).where(register_list.c.declaration == declaration)
    if up_to is not None:
        rows = rows.where(register_list.c.valid_from <= up_to)
    return connection.execute(rows.order_by(register_list.c.valid_from.desc()).limit(1)).first()


def _missing(row: sa.Row[Any]) -> SpoiledEntry:
    return SpoiledEntry(
        originator_id=row.declaration,
        originator_version=1,
        position=row.first_position,
        recorded_at=row.received_at,
        topic="",
        why="it is missing",
    )


def _begun(connection: sa.Connection, row: sa.Row[Any]) -> Declaration:
    """The declaration before its first entry, by what the lists say of it since."""
    ruling = _ruling(row)
    return Declaration(
        id=row.declaration,
        version=0,
        position=row.first_position,
        facts_version=1,
        route_version=1,
        kind=row.kind,
        worker=row.worker,
        service=row.service,
        places=_places(connection, row),
        service_user=None,
        details=None,
        late_reason=None,
        happened_on=row.happened_on,
        captured_at=row.received_at,
        received_at=row.received_at,
        clock_ahead=False,
        ruling=ruling,
        status=ruling.status,
        told=frozenset(),
        subjects=frozenset(),
        seen_by=ruling.seen_by,
        is_restricted=ruling.restricted,
        firm=Account(1, row.service, None, None, row.happened_on, ruling),
        exclusions=_exclusions(connection, row.declaration),
        over_since=row.hidden_before,
    )


def _ruling(row: sa.Row[Any]) -> Ruling:
    return Ruling(
        case="",
        flags=tuple(row.flags.split()),
        late=row.late,
        tells=(),
        status=Status(row.status),
        acts=None if row.acts is None else Role(row.acts),
        outcomes=(),
        due_at=row.due_at,
        needs=(),
        excludes=False,
        answered=None,
        seen_by=_seen_by(row),
        restricted=row.restricted,
        names_subject=False,
        source=UNKNOWN,
    )


def _as_listed(connection: sa.Connection, known: Declaration, row: sa.Row[Any]) -> Declaration:
    """With what the spoiled entries changed, as far as the lists say so. Who may see it, and who is
    barred, never is more than they say."""
    rows = connection.execute(
        sa.select(told.c.person, told.c.for_person).where(told.c.declaration == known.id)
    ).all()
    covering = {(person, away) for person, away in rows if away != FOR_GOOD}
    about = sa.select(sa.func.count()).where(barred.c.declaration == known.id)
    is_known = len(known.subjects or ()) == connection.execute(about).scalar_one()
    return replace(
        known,
        status=Status(row.status),
        told=known.told | {person for person, away in rows if away == FOR_GOOD},
        told_covering=known.told_covering | covering,
        subjects=known.subjects if is_known else None,
        seen_by=_seen_by(row),
        settled_by=row.settled_by,
        is_restricted=known.is_restricted or row.restricted,
    )


def _seen_by(row: sa.Row[Any]) -> tuple[SeenBy, ...]:
    return tuple(map(SeenBy, row.seen_by.split()))


def _places(connection: sa.Connection, row: sa.Row[Any]) -> tuple[Place, ...]:
    others = sa.select(elsewhere.c.service).where(elsewhere.c.declaration == row.declaration)
    services = dict.fromkeys((row.service, *connection.execute(others).scalars()))
    return tuple(Place(each, None, None) for each in services)


def _exclusions(connection: sa.Connection, declaration: UUID) -> tuple[Exclusion, ...]:
    """Those that stand, without the references of the service users."""
    query = sa.select(exclusions.c.since, exclusions.c.service).where(
        exclusions.c.declaration == declaration, exclusions.c.stands
    )
    rows = connection.execute(query.order_by(exclusions.c.since))
    return tuple(Exclusion(row.since, row.service, None) for row in rows)
