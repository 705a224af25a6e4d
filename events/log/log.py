"""The register's log: append events, read a stream, read everything in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, starmap
from operator import attrgetter
from typing import cast
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.utils import Environment, EnvType

from events.event import Event, SpoiledEntry, dated
from events.log.clocks import ClockWatch
from events.log.clocks import utc_now as utc_now
from events.log.digests import Digests
from events.log.mapper import SealingMapper, as_row
from events.log.recorder import LastEntry, Recorder
from events.log.sealing import Keyring
from events.log.waiting import LONGEST
from events.proof.leaves import leaf_data

BATCH = 1000


class Log(Application[UUID]):
    """One append-only sequence of events for everything that the register holds.

    `clock` gives the present moment. Tests and the demo pass clocks of their own. `longest` is how
    many seconds one wait for the database may take. With `watch`, nothing is appended while the
    clock parts from others.
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
        longest: float | None = LONGEST,
        watch: ClockWatch | None = None,
    ) -> None:
        self.keyring = keyring
        env = {"PERSISTENCE_MODULE": "events.log.recorder:Factory", "DATABASE_URL": url}
        if role is not None:
            env["DATABASE_ROLE"] = role
        super().__init__(env)
        self.clock = clock
        self.digests = Digests()
        self.database = self.recorder.database
        self._watch: ClockWatch | None = None
        self.watch = watch
        self.database.longest = longest

    @property
    def watch(self) -> ClockWatch | None:
        return self._watch

    @watch.setter
    def watch(self, watch: ClockWatch | None) -> None:
        self._watch = watch
        self.database.wall = utc_now if watch is None else watch.wall

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Use only the given settings: an environment variable may not change what is stored."""
        return Environment(name, env)

    def construct_mapper(self) -> SealingMapper:
        return SealingMapper(self.keyring)

    def last_entry(self) -> LastEntry:
        return self.recorder.last_entry()

    def now(self) -> datetime:
        """The moment that the next entry will carry."""
        return self.last_entry().following(self.clock())

    def right_now(self) -> datetime:
        """What the clock says, if it can be believed. Raises `ClockPartedError`."""
        if self.watch is not None:
            self.watch.check()
        return self.clock()

    def append(self, events: Iterable[Event], *, whatever_the_clock: bool = False) -> list[Event]:
        """Store events at the end of their streams; gives them with version, position and moment.

        All are stored in one transaction; if this thread is in one already, in that. An event
        that has a version keeps it. If all have their moments, these are kept; whoever gives them
        makes sure that each is later than the one before. Raises `ClockPartedError`.
        """
        events = list(events)
        if not events:
            return []
        with self.database.write():
            if self.watch is not None and not whatever_the_clock:
                self.watch.check(self.database.ahead)
            placed = self._numbered(self._dated(events))
            # `put`, because `save` would notify followers before the commit.
            recordings = self.events.put(cast(list[DomainEventProtocol[UUID]], placed))
        for event, recording in zip(placed, recordings, strict=True):
            if event.originator_version == 1:
                stored, stream = recording.notification, event.originator_id
                data = leaf_data(stored.id, stream, 1, stored.topic, stored.state, event.moment)
                self.digests.note(stream, stored.id, data)
        return [
            msgspec.structs.replace(event, position=recording.notification.id)
            for event, recording in zip(placed, recordings, strict=True)
        ]

    def _dated(self, events: Sequence[Event]) -> Sequence[Event]:
        have_moments = {event.recorded_at is not None for event in events}
        if len(have_moments) > 1:
            raise ValueError("all of the events have their moments, or none has")
        return events if True in have_moments else dated(events, self.now())

    def _numbered(self, events: Sequence[Event]) -> list[Event]:
        versions = self.recorder.last_versions(
            {event.originator_id for event in events if not event.originator_version}
        )
        placed = []
        for event in events:
            stream = event.originator_id
            versions[stream] = event.originator_version or versions.get(stream, 0) + 1
            placed.append(msgspec.structs.replace(event, originator_version=versions[stream]))
        return placed

    def stream(self, stream: UUID, up_to: int | None = None) -> list[Event]:
        """A stream's events in order; with `up_to`, as at that position."""
        return list(self.streams([stream], up_to))

    def after(
        self,
        position: int = 0,
        up_to: int | None = None,
        topics: Sequence[str] = (),
        *,
        words: bool = True,
    ) -> Iterator[Event]:
        """Every event after a position, in order, read in batches. Without `words`, no event has
        its words: they are None."""
        while entries := self.recorder.select_notifications(
            position, BATCH, up_to, topics, inclusive_of_start=False
        ):
            for entry in entries:
                yield self.mapper.event(*as_row(entry), words)
            position = entries[-1].id

    def by_stream(self, up_to: int, words_of: Sequence[str] | None = None) -> Iterator[Event]:
        """Every event up to a position, stream after stream. With `words_of`, only events of those
        topics have their words."""
        event, rows = self.mapper.event, self.recorder.select_by_stream(up_to)
        if words_of is None:
            return whole(starmap(event, rows))
        return whole(event(*row, row[TOPIC] in words_of) for row in rows)

    def last_of(self, stream: UUID) -> Event | None:
        """The last event of a stream; None if it has none."""
        for entry in self.recorder.select_events(stream, desc=True, limit=1):
            return cast(Event, self.mapper.to_domain_event(entry))
        return None

    def streams(
        self, streams: Sequence[UUID], up_to: int | None = None, *, words: bool = True
    ) -> Iterator[Event]:
        """The events of some streams, stream after stream; with `up_to`, as at that position."""
        event, rows = self.mapper.event, self.recorder.select_streams(streams, up_to)
        return whole(event(*row, words) for row in rows)

    def streams_after(self, position: int) -> Iterator[Event]:
        """Every stream with an event after a position, each from its first event."""
        for stream in self.recorder.grown_since(position):
            yield from self.stream(stream)

    def grown(self, position: int, topics: Sequence[str]) -> tuple[int, bool]:
        """The last position, and whether any event after `position` has one of the topics."""
        return self.recorder.grown(position, topics)

    def last_position(self) -> int:
        return self.recorder.max_notification_id() or 0

    def position_at(self, moment: datetime) -> int:
        """The position of the last entry at or before a moment; 0 if there is none."""
        return self.recorder.position_at(moment)


TOPIC = 3
"""The place of the topic in a row of the log."""


def whole(events: Iterable[Event]) -> Iterator[Event]:
    """Events stream after stream, each stream with all of its versions: there is a `SpoiledEntry`
    for each that is missing before one that can be read. Nothing in a stream tells of those that
    are missing at its end."""
    for _, its in groupby(events, key=attrgetter("originator_id")):
        yield from _whole(its)


def _whole(stream: Iterable[Event]) -> Iterator[Event]:
    strays: list[SpoiledEntry] = []
    version = 0
    for event in stream:
        if isinstance(event, SpoiledEntry) and event.originator_version != version + 1:
            strays.append(event)  # its version cannot be believed
            continue
        while version + 1 < event.originator_version:
            version += 1
            stray = strays.pop(0) if strays else _missing(event, version)
            yield msgspec.structs.replace(stray, originator_version=version)
        version = event.originator_version
        yield event
    for last, stray in enumerate(strays, version + 1):
        yield msgspec.structs.replace(stray, originator_version=last)


def _missing(before: Event, version: int) -> SpoiledEntry:
    return SpoiledEntry(
        originator_id=before.originator_id,
        originator_version=version,
        position=before.position,
        recorded_at=before.recorded_at,
        topic="",
        why=f"version {version} of its stream, which came before it, is missing",
    )
