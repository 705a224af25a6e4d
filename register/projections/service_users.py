"""The service users of each service, by blind index and never by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.log.sealing import Keyring
from register.projections.change import Change, metadata
from register.projections.rows import Rows

service_users = sa.Table(
    "service_users",
    metadata,
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("service_user", sa.LargeBinary, nullable=False, index=True),
    sa.Column("service", sa.Text, nullable=False),
)


def project(rows: Rows, change: Change) -> None:
    event = change.event
    if not isinstance(event, ServiceUserListed) or change.service_user_index is None:
        return
    rows.put(
        {
            "stream": event.originator_id,
            "service_user": change.service_user_index,
            "service": event.service,
        }
    )


SERVED = sa.select(service_users.c.service_user, service_users.c.service).where(
    service_users.c.service_user.in_(sa.bindparam("wanted", expanding=True))
)


def served(
    connection: sa.Connection, references: Iterable[str], keyring: Keyring
) -> dict[str, str]:
    """The services of these service users, by reference, where the directory lists them."""
    indexes = {reference: keyring.blind_index(reference) for reference in references}
    if not indexes:
        return {}
    rows = connection.execute(SERVED, {"wanted": list(set(indexes.values()))})
    services = {row.service_user: row.service for row in rows}
    return {each: services[index] for each, index in indexes.items() if index in services}


def stream_of(connection: sa.Connection, index: bytes) -> UUID | None:
    """The stream of a service user, by their blind index; None if the directory lists none."""
    query = sa.select(service_users.c.stream).where(service_users.c.service_user == index)
    return connection.execute(query).scalars().first()


def streams_at(connection: sa.Connection, service: str, most: int) -> Sequence[UUID]:
    """The streams of the service users of a service; their words are there."""
    query = sa.select(service_users.c.stream).where(service_users.c.service == service).limit(most)
    return connection.execute(query).scalars().all()
