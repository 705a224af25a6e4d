"""What the register reads for itself. Nothing here checks who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from events.directory import PersonWords, ServiceUserListed
from events.event import Event, SpoiledEntry
from events.further import further_stream
from events.log.log import Log
from register.declarations.declaration import Declaration
from register.declarations.folding import NotADeclarationError, read_back
from register.directory.cache import names_at
from register.projections import service_users
from register.reading import unreadable
from register.reading.endings import Endings


class Unguarded:
    """Reads without checking who may see it: for pages and lists whose readers are checked
    elsewhere."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.endings = Endings(log, self.declarations)

    def declaration(self, declaration: UUID, up_to: int | None = None) -> Declaration | None:
        """A declaration, now or as at a position; None if there is none."""
        return self.declarations([declaration], up_to).get(declaration)

    def declarations(
        self, wanted: Sequence[UUID], up_to: int | None = None, *, words: bool = True
    ) -> dict[UUID, Declaration | None]:
        """The wanted declarations that exist, now or as at a position, by id; None for an id that
        belongs to another stream. Of one with entries that cannot be read, what is known."""
        declarations: dict[UUID, Declaration | None] = {}
        if not wanted:
            return declarations
        events = self._log.streams(wanted, up_to, words=words)
        for stream, its in groupby(events, key=lambda event: event.originator_id):
            declarations[stream] = self._declared(stream, list(its), up_to)
        for stream in set(wanted) - declarations.keys():
            missing = self._unreadable(stream, [], up_to)
            if missing is not None:
                declarations[stream] = missing
        return declarations

    def _declared(
        self, stream: UUID, events: Sequence[Event], up_to: int | None
    ) -> Declaration | None:
        if not isinstance(events[0], SpoiledEntry):
            try:
                declaration = read_back(None, events)
            except NotADeclarationError:
                return None
            if declaration is None or not declaration.spoiled:
                return declaration
            self._note(declaration.past)
        return self._unreadable(stream, events, up_to)

    def _note(self, events: Sequence[Event]) -> None:
        for each in events:
            if isinstance(each, SpoiledEntry):
                self._log.mapper.spoiled.found(each)

    def _unreadable(
        self, stream: UUID, events: Sequence[Event], up_to: int | None
    ) -> Declaration | None:
        with self._log.database.read() as connection:
            return unreadable.declared(connection, stream, events, up_to)

    def further(self, declaration: Declaration, up_to: int | None = None) -> Sequence[Event]:
        """What the worker noted beside a declaration, now or as at a position."""
        return list(self._log.streams([further_stream(declaration.id)], up_to))

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
