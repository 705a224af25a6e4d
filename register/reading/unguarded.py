"""What the register reads for itself. Nothing here checks who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError

from events.directory import PersonWords, ServiceUserListed
from events.log.log import Log
from register.declarations.declaration import Declaration
from register.declarations.folding import NotADeclarationError, replay
from register.directory.cache import names_at
from register.projections import service_users


class Unguarded:
    """Reads without checking who may see it: for pages and lists whose readers are checked
    elsewhere."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def declaration(self, declaration: UUID, up_to: int | None = None) -> Declaration | None:
        """A declaration, now or as at a position; None if there is none."""
        version = None if up_to is None else self._log.recorder.last_version(declaration, up_to)
        if version == 0:
            return None
        try:
            return self._log.repository.get(declaration, version=version, projector_func=replay)
        except (AggregateNotFoundError, NotADeclarationError):
            return None

    def declarations(
        self, wanted: Sequence[UUID], up_to: int | None = None, *, words: bool = True
    ) -> dict[UUID, Declaration | None]:
        """The wanted declarations that exist, now or as at a position, by id; None for an id that
        belongs to another stream."""
        declarations: dict[UUID, Declaration | None] = {}
        if not wanted:
            return declarations
        events = self._log.streams(wanted, up_to, words=words)
        for stream, its in groupby(events, key=lambda event: event.originator_id):
            try:
                declarations[stream] = replay(None, its)
            except NotADeclarationError:
                declarations[stream] = None
        return declarations

    def names(self, position: int | None = None) -> dict[str, PersonWords | None]:
        """Everybody's name and address, now or as at a position; None if they are erased."""
        return names_at(self._log, position)

    def listed(self, reference: str) -> ServiceUserListed | None:
        """What the directory knows of a service user now; None if it knows nothing."""
        index = self._log.keyring.blind_index(reference)
        with self._log.database.read() as connection:
            stream = service_users.stream_of(connection, index)
        events = [] if stream is None else list(self._log.stream(stream))
        last = events[-1] if events else None
        return last if isinstance(last, ServiceUserListed) else None

    def labels_at(self, service: str, most: int) -> dict[str, str]:
        """The service users whom the directory lists at a service: their labels by reference."""
        with self._log.database.read() as connection:
            streams = service_users.streams_at(connection, service, most)
        listed = self._log.streams(streams) if streams else ()
        labels = {
            each.originator_id: (each.words.reference, each.words.label)
            for each in listed
            if isinstance(each, ServiceUserListed) and each.words is not None
        }
        return dict(sorted(labels.values()))
