"""The register's log: append events, read a stream, read everything in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import starmap
from typing import cast
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.utils import Environment, EnvType

from events.event import Event
from events.log.mapper import SealingMapper, Stored
from events.log.recorder import TICK, Recorder, utc_now
from events.log.sealing import Keyring

BATCH = 1000


class Log(Application[UUID]):
    """One append-only sequence of events for everything that the register holds.

    `clock` gives the present moment; tests and the demo give another.
    """

    name = "log"
    recorder: Recorder
    mapper: SealingMapper

    def __init__(
        self,
        url: str,
        keyring: Keyring,
        *,
        role: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.keyring = keyring
        env = {"PERSISTENCE_MODULE": "events.log.recorder:Factory", "DATABASE_URL": url}
        if role is not None:
            env["DATABASE_ROLE"] = role
        super().__init__(env)
        self.recorder.clock = clock
        self.database = self.recorder.database

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Only what is given here: a stray variable may not change what is stored."""
        return Environment(name, env)

    def construct_mapper(self) -> SealingMapper:
        return SealingMapper(self.keyring)

    def now(self) -> datetime:
        """The moment that the next entry will carry."""
        with self.database.read() as connection:
            return self.recorder.next_moment(connection)

    def append(
        self,
        events: Iterable[Event],
        now: datetime | None = None,
        versions: Mapping[UUID, int] | None = None,
    ) -> list[Event]:
        """Store events at the end of their streams; they come back with their places.

        All of it in one transaction, or in the one that this thread is in. `now` is a moment
        that `now()` gave in it; `versions` are those of streams as read in it, the others are
        looked up.
        """
        events = list(events)
        if not events:
            return []
        with self.database.write() as connection:
            numbered = self._numbered(events, versions or {})
            first = self.recorder.next_moment(connection, now)
            # Not `save`, which would tell followers before the commit.
            recordings = self.events.put(
                cast(list[DomainEventProtocol[UUID]], numbered), recorded_at=first
            )
        return [
            msgspec.structs.replace(
                event, position=recording.notification.id, recorded_at=first + place * TICK
            )
            for place, (event, recording) in enumerate(zip(numbered, recordings, strict=True))
        ]

    def _numbered(self, events: Sequence[Event], known: Mapping[UUID, int]) -> list[Event]:
        unknown = {event.originator_id for event in events} - known.keys()
        versions = {**known, **self.recorder.last_versions(unknown)}
        numbered = []
        for event in events:
            version = versions.get(event.originator_id, 0) + 1
            versions[event.originator_id] = version
            numbered.append(msgspec.structs.replace(event, originator_version=version))
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

    def by_stream(self, up_to: int, words_of: Sequence[str] | None = None) -> Iterator[Event]:
        """Every event up to a position, stream after stream; the words of some topics alone,
        or of all."""
        return starmap(self.mapper.event, self.recorder.select_by_stream(up_to, words_of))

    def streams(
        self, streams: Sequence[UUID], up_to: int | None = None, *, words: bool = True
    ) -> Iterator[Event]:
        """The events of some streams, as at a position, stream after stream."""
        found = self.recorder.select_streams(streams, up_to)
        return starmap(self.mapper.event, found if words else map(_without_key, found))

    def streams_after(self, position: int) -> Iterator[Event]:
        """The streams that have grown since a position, each from its first event."""
        for stream in self.recorder.grown_since(position):
            yield from self.stream(stream)

    def grown(self, position: int, topics: Sequence[str]) -> tuple[int, bool]:
        """The last position, and whether any event after the one given has such a topic."""
        return self.recorder.grown(position, topics)

    def last_position(self) -> int:
        return self.recorder.max_notification_id() or 0

    def position_at(self, moment: datetime) -> int:
        """The position of the last entry not after a moment; 0 where there is none."""
        return self.recorder.position_at(moment)


def _without_key(entry: Stored) -> Stored:
    """Whose words are then not opened."""
    return (*entry[:6], None)
