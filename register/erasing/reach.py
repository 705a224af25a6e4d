"""What goes with an erasure: which declarations whole, and the keys of which entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events.access import account_of
from events.directory import ChangeProposed, ServiceUserListed
from events.erasing import ErasureAsked
from events.event import Event
from events.further import further_stream
from events.holds import HoldPlaced
from events.ids import own_id
from events.log.log import Log
from events.log.tables import entry_keys
from events.names import ErasureOf
from events.photographs import PhotographAdded
from events.proof.tombstones import ErasedEntry
from events.requests import RequestReceived
from register.erasing.erasure import Erasure
from register.projections.register_list import register_list
from register.projections.service_users import service_users
from register.projections.worker_record import worker_record

Names = Callable[[Any, Erasure], bool]
"""Whether an event names whom an erasure is about."""


def _asks_about_them(event: ErasureAsked, erasure: Erasure) -> bool:
    about = event.words.service_user if event.words else None
    return event.originator_id == erasure.id or _is_same(about, erasure.service_user)


def _proposes_them(event: ChangeProposed, erasure: Erasure) -> bool:
    return event.words is not None and erasure.person in event.words.people


def _asks_or_holds_for_them(event: HoldPlaced | RequestReceived, erasure: Erasure) -> bool:
    if event.words is None:
        return False
    is_person = erasure.person is not None and event.words.person == erasure.person
    return is_person or _is_same(event.words.service_user, erasure.service_user)


NAMED_IN: dict[type[Event], Names] = {
    HoldPlaced: _asks_or_holds_for_them,
    RequestReceived: _asks_or_holds_for_them,
    ErasureAsked: _asks_about_them,
    ChangeProposed: _proposes_them,
}
"""Entries of other streams whose words may name a person or a service user: those that do go with
all about them."""


@dataclass(frozen=True)
class Reach:
    declarations: tuple[UUID, ...]
    entries: tuple[ErasedEntry, ...]


def reach_of(log: Log, erasure: Erasure) -> Reach:
    """What goes, as things are now."""
    declarations = declarations_of(log, erasure)
    match erasure.of:
        case ErasureOf.ENTRY:
            entries = _keys(log, {erasure.declaration}, (erasure.version,))
        case ErasureOf.PHOTOGRAPH:
            entries = _keys(log, {erasure.declaration}, _versions_of_picture(log, erasure))
        case _:
            whole = {stream for each in declarations for stream in (each, further_stream(each))}
            others = list(_named_in(log, erasure))
            entries = [*_keys(log, whole | set(_streams(log, erasure))), *others]
    return Reach(tuple(declarations), tuple(sorted(set(entries))))


def declarations_of(log: Log, erasure: Erasure) -> Sequence[UUID]:
    """The declarations that go whole."""
    if erasure.of is ErasureOf.DECLARATION and erasure.declaration is not None:
        return [erasure.declaration]
    with log.database.read() as connection:
        if erasure.of is ErasureOf.PERSON:
            record = sa.select(worker_record.c.declaration).where(
                worker_record.c.worker == erasure.person
            )
            return sorted(connection.execute(record).scalars())
        if erasure.of is ErasureOf.SERVICE_USER and erasure.service_user is not None:
            index = log.keyring.blind_index(erasure.service_user)
            about = sa.select(register_list.c.declaration).where(
                register_list.c.service_user == index
            )
            return sorted(connection.execute(about.distinct()).scalars())
    return []


def _streams(log: Log, erasure: Erasure) -> Iterator[UUID]:
    """Other streams that go whole."""
    if erasure.person is not None:
        yield own_id("person", erasure.person)
        yield account_of(erasure.person)
    if erasure.service_user is not None:
        index = log.keyring.blind_index(erasure.service_user)
        with log.database.read() as connection:
            query = sa.select(service_users.c.stream).where(service_users.c.service_user == index)
            streams = connection.execute(query).scalars().all()
        yield from (each for each in streams if _is_listed(log, each))


def _is_listed(log: Log, stream: UUID) -> bool:
    return any(isinstance(each, ServiceUserListed) for each in log.stream(stream))


def _named_in(log: Log, erasure: Erasure) -> Iterator[ErasedEntry]:
    if erasure.of not in (ErasureOf.PERSON, ErasureOf.SERVICE_USER):
        return
    topics = [each.TOPIC for each in NAMED_IN]
    for event in log.after(0, topics=topics):
        names = NAMED_IN.get(type(event))
        if names is not None and names(event, erasure):
            yield from _keys(log, {event.originator_id}, (event.originator_version,))


def _versions_of_picture(log: Log, erasure: Erasure) -> list[int]:
    assert erasure.declaration is not None
    return [
        -event.originator_version
        for event in log.stream(erasure.declaration)
        if isinstance(event, PhotographAdded) and event.photograph == erasure.photograph
    ]


def _keys(
    log: Log, streams: Iterable[UUID | None], versions: Sequence[int | None] | None = None
) -> list[ErasedEntry]:
    """The keys of some streams, with those of their photographs, or of some versions alone."""
    wanted = [entry_keys.c.originator_id.in_([each for each in streams if each is not None])]
    if versions is not None:
        some = [each for each in versions if each is not None]
        wanted.append(entry_keys.c.originator_version.in_(some))
    query = sa.select(
        entry_keys.c.originator_id, entry_keys.c.originator_version, entry_keys.c.id
    ).where(*wanted)
    with log.database.read() as connection:
        return [ErasedEntry(*row) for row in connection.execute(query)]


def _is_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
