"""The register's log: append events, read a stream, read everything in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper
from eventsourcing.utils import Environment, EnvType

from events.event import Event
from events.mapper import SealingMapper
from events.recorder import TICK, Recorder, utc_now
from events.sealing import Keyring

BATCH = 1000


class Log(Application[UUID]):
    """One append-only sequence of events for everything that the register holds.

    `clock` gives the present moment; tests and the demo give another.
    """

    name = "log"
    recorder: Recorder

    def __init__(
        self,
        url: str,
        keyring: Keyring,
        *,
        role: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.keyring = keyring
        env = {"PERSISTENCE_MODULE": "events.recorder:Factory", "DATABASE_URL": url}
        if role is not None:
            env["DATABASE_ROLE"] = role
        super().__init__(env)
        self.recorder.clock = clock
        self.database = self.recorder.database

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Only what is given here: a stray variable may not change what is stored."""
        return Environment(name, env)

    def construct_mapper(self) -> Mapper[UUID]:
        return SealingMapper(self.keyring)

    def now(self) -> datetime:
        """The moment that the next entry will carry."""
        with self.database.read() as connection:
            return self.recorder.next_moment(connection)

    def append(self, events: Iterable[Event], now: datetime | None = None) -> list[Event]:
        """Store events at the end of their streams; they come back with their places.

        All of it in one transaction, or in the one that this thread is in. `now` is a moment
        that `now()` gave in it.
        """
        with self.database.write() as connection:
            numbered = self._numbered(events)
            first = self.recorder.next_moment(connection, now)
            recordings = self.save(
                *cast(list[DomainEventProtocol[UUID]], numbered), recorded_at=first
            )
        return [
            msgspec.structs.replace(
                event, position=recording.notification.id, recorded_at=first + place * TICK
            )
            for place, (event, recording) in enumerate(zip(numbered, recordings, strict=True))
        ]

    def _numbered(self, events: Iterable[Event]) -> list[Event]:
        versions: dict[UUID, int] = {}
        numbered = []
        for event in events:
            stream = event.originator_id
            if stream not in versions:
                versions[stream] = self.recorder.last_version(stream)
            versions[stream] += 1
            numbered.append(msgspec.structs.replace(event, originator_version=versions[stream]))
        return numbered

    def stream(self, stream: UUID, up_to: int | None = None) -> list[Event]:
        """A stream's events in order, as at a position."""
        version = None if up_to is None else self.recorder.last_version(stream, up_to)
        return cast(list[Event], list(self.events.get(stream, lte=version)))

    def after(
        self,
        position: int = 0,
        up_to: int | None = None,
        topics: Sequence[str] = (),
        *,
        words: bool = True,
    ) -> Iterator[Event]:
        """Every event after a position, in order, read in batches; their words sealed or not."""
        while entries := self.recorder.select_notifications(
            position, BATCH, up_to, topics, inclusive_of_start=False
        ):
            for entry in entries:
                readable = entry if words else replace(entry, key=None)
                yield cast(Event, self.mapper.to_domain_event(readable))
            position = entries[-1].id

    def by_stream(self, up_to: int) -> Iterator[Event]:
        """Every event up to a position, stream after stream."""
        for entry in self.recorder.select_by_stream(up_to):
            yield cast(Event, self.mapper.to_domain_event(entry))

    def streams(self, streams: Sequence[UUID], up_to: int | None = None) -> Iterator[Event]:
        """The events of some streams, as at a position, stream after stream."""
        for entry in self.recorder.select_streams(streams, up_to):
            yield cast(Event, self.mapper.to_domain_event(entry))

    def streams_after(self, position: int) -> Iterator[Event]:
        """The streams that have grown since a position, each from its first event."""
        for stream in self.recorder.grown_since(position):
            yield from self.stream(stream)

    def last_position(self) -> int:
        return self.recorder.max_notification_id() or 0

    def position_at(self, moment: datetime) -> int:
        """The position of the last entry not after a moment; 0 where there is none."""
        return self.recorder.position_at(moment)
