"""Destroys what a published tombstone names: keys, photographs, looks, notices and blind indexes.

It needs to know nothing but the tombstone, so a register that was put back from an older copy does
the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa

from events.erasing import DeclarationErased, ErasureDone
from events.event import Event, SpoiledEntry
from events.further import further_stream
from events.ids import own_id
from events.log import photographs
from events.log.mapper import Entry
from events.log.rewriting import went_from
from events.log.sealing import SealBrokenError
from events.log.tables import entry_keys
from events.photographs import PhotographAdded, PhotographErased
from events.proof.tombstones import Tombstone
from register.access.tables import kept_pages, passkeys, passwords, sought
from register.acts.photographing import erase as erase_photograph
from register.alerts.sorts import SORTS, sort_of
from register.declarations.declaration import Declaration
from register.declarations.names import DECLARATION
from register.directory import provisioned
from register.directory.directory import Directory
from register.errors import NotFoundError
from register.notices.tables import carried, notices, ways
from register.projections import READ_MODELS, change_of, project
from register.projections.inbox import inbox
from register.proving.jobs.jobs import forget_bundles
from register.proving.jobs.tables import job_parts
from register.reading.looks.erasing import erase as erase_looks
from register.reading.looks.look import AN_HOUR, index_of_declaration
from register.reading.looks.tables import looked_at, looks
from register.turns.turn import Turn

ALERTS_OWN = ("alert", "subject")
"""Columns of the read models that are made from alerts: their rows are not a declaration's."""
OF_PEOPLE = (ways, passkeys, passwords, provisioned.people)
"""Tables with what only one person has."""
GOES_FROM = (entry_keys, job_parts, sought, kept_pages, *OF_PEOPLE)
"""Tables from which keys and secrets go with every erasure, or may. Looks are apart: there are many
of them, and few go."""


@dataclass(frozen=True)
class ToErase:
    """An order to note that a declaration, or one of its photographs, is erased."""

    sort: ClassVar[str] = DECLARATION
    about: ClassVar[str | None] = None

    stream: UUID
    erasure: UUID
    photograph_version: int | None = None

    def events(
        self, before: Declaration | None, _directory: Directory, now: datetime
    ) -> Sequence[Event]:
        if before is None:
            raise NotFoundError("It came after the copy from which this register was put back.")
        if self.photograph_version is None:
            erased = DeclarationErased(originator_id=before.id, erasure=self.erasure, erased_at=now)
            return [] if before.erased_at else [erased]
        gone = [each.id for each in before.photographs if each.version == self.photograph_version]
        return [
            event
            for each in gone
            for event in erase_photograph(
                before,
                PhotographErased(originator_id=before.id, photograph=each, erased_at=now),
            )
        ]


def destroy(turn: Turn, tombstone: Tombstone) -> ErasureDone:
    """Destroy all of it, in one transaction, and note that it is done. Only the owner of the
    database may: on PostgreSQL the server is not that."""
    going = _entries(turn, tombstone)
    pictures = _pictures(turn, tombstone, going)
    _note(turn, tombstone)
    marked, damaged = _mark(turn, going)
    for declaration, photograph, version in pictures:
        photographs.erase(turn.connection, declaration, photograph, version)
    _let_go_beside(turn, tombstone)
    went_from(turn.connection, GOES_FROM)
    for stream in {UUID(str(each.originator_id)) for each in going}:
        project_anew(turn, stream)
    done = ErasureDone(
        originator_id=tombstone.erasure,
        tombstone=tombstone.number,
        keys=marked + len(pictures),
        damaged=damaged,
        master=turn.log.keyring.current,
    )
    turn.append([done])
    return done


def _entries(turn: Turn, tombstone: Tombstone) -> list[Entry]:
    """Every entry whose words go: of a declaration that goes whole, also what came later."""
    recorder = turn.log.recorder
    whole = [stream for each in tombstone.declarations for stream in (each, further_stream(each))]
    found = {
        (each.originator_id, each.originator_version): each
        for stream in whole
        for each in recorder.select_events(stream)
    }
    for each in tombstone.entries:
        if each.version > 0 and (each.stream, each.version) not in found:
            for entry in recorder.select_events(each.stream, gt=each.version - 1, lte=each.version):
                found[each.stream, each.version] = entry
    return [each for each in found.values() if isinstance(each, Entry)]


def _pictures(
    turn: Turn, tombstone: Tombstone, going: Iterable[Entry]
) -> list[tuple[UUID, UUID, int]]:
    """The declaration, id and version of each photograph that goes."""
    added = [_event(turn, each) for each in going if each.originator_id in tombstone.declarations]
    for each in tombstone.entries:
        if each.version < 0 and each.stream not in tombstone.declarations:
            alone = turn.log.recorder.select_events(
                each.stream, gt=-each.version - 1, lte=-each.version
            )
            added += [_event(turn, entry) for entry in alone if isinstance(entry, Entry)]
    return [
        (each.originator_id, each.photograph, each.originator_version)
        for each in added
        if isinstance(each, PhotographAdded)
    ]


def _event(turn: Turn, entry: Entry) -> object:
    return turn.log.mapper.to_domain_event(entry)


def _note(turn: Turn, tombstone: Tombstone) -> None:
    """Each declaration's own history says that it is erased, as far as that can be read."""
    orders: list[Any] = [ToErase(each, tombstone.erasure) for each in tombstone.declarations]
    orders += [
        ToErase(each.stream, tombstone.erasure, -each.version)
        for each in tombstone.entries
        if each.version < 0 and each.stream not in tombstone.declarations
    ]
    turn.carry_out(orders)


def _mark(turn: Turn, going: Sequence[Entry]) -> tuple[int, int]:
    """How many keys were destroyed, and of how many entries nothing could be opened before."""
    marked = damaged = 0
    for entry in going:
        if entry.key is not None and entry.key.is_destroyed:
            continue
        try:
            turn.log.recorder.replace_key(entry, turn.log.mapper.destroyed(entry))
            marked += 1
        except Exception as error:
            if not isinstance(error, SealBrokenError | ValueError):
                raise
            damaged += 1
    return marked, damaged


def _let_go_beside(turn: Turn, tombstone: Tombstone) -> None:
    connection = turn.connection
    alerts = sa.select(inbox.c.alert).where(inbox.c.subject.in_(tombstone.declarations))
    about = sa.select(notices.c.id).where(notices.c.alert.in_(alerts))
    connection.execute(sa.delete(carried).where(carried.c.notice.in_(about)))
    connection.execute(sa.delete(notices).where(notices.c.alert.in_(alerts)))
    forget_looks(turn, tombstone.declarations)
    forget_bundles(connection)
    streams = {each.stream for each in tombstone.entries}
    for person in turn.directory.people:
        if own_id("person", person) in streams:
            _let_go_of_person(connection, person)
    # What people last looked for and were last shown may name anybody.
    connection.execute(sa.delete(sought))
    connection.execute(sa.delete(kept_pages))


def _let_go_of_person(connection: sa.Connection, person: str) -> None:
    for table in OF_PEOPLE:
        connection.execute(sa.delete(table).where(table.c.person == person))


def forget_looks(turn: Turn, declarations: Sequence[UUID]) -> int:
    """Erase the looks at these, but those of the last hour, to which more may be added; gives how
    many went."""
    indexes = [index_of_declaration(turn.log.keyring, each) for each in declarations]
    query = (
        sa.select(looks.c.number)
        .join(looked_at, looked_at.c.look == looks.c.number)
        .where(looked_at.c.declaration.in_(indexes), looks.c.at <= turn.now - AN_HOUR)
    )
    numbers = turn.connection.execute(query.distinct()).scalars().all()
    if numbers:
        erase_looks(turn.connection, turn.log.keyring, numbers, turn.now)
        went_from(turn.connection, [looks])
    return len(numbers)


def project_anew(turn: Turn, stream: UUID) -> None:
    """Make the rows of the read models about a stream again: without the words, they have no blind
    index."""
    events = turn.log.stream(stream)
    if not events or any(isinstance(each, SpoiledEntry) for each in events):
        return
    for table in READ_MODELS:
        if not any(name in table.c for name in ALERTS_OWN):
            column = table.c.stream if "stream" in table.c else table.c.declaration
            turn.connection.execute(sa.delete(table).where(column == stream))
    sort = sort_of(events[0], SORTS)
    state: Any = None
    changes = []
    for event in events:
        state = state if sort is None else sort.evolve(state, event)
        changes.append(change_of(event, state, turn.log.keyring))
    project(turn.connection, changes)
