"""What the directory said of a worker and of the services that count for them, since a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from events.directory import PersonJoined, PersonMoved
from events.event import Event, SpoiledEntry
from events.ids import own_id
from events.log.log import Log
from register.deadlines import london_day
from register.directory.directory import Directory, fold


def lately(log: Log, worker: str, service: str | None, since: datetime) -> Iterator[Directory]:
    """The directory as at a moment, and after each change since, as far as these streams tell it:
    under whom the worker is, at which services, and who directs them and this service. They are
    short, so it costs little, however long ago the moment is."""
    told = _told(log, own_id("person", worker))
    theirs = (each for each in told if isinstance(each, PersonJoined | PersonMoved))
    services = {service, *(place for each in theirs for place in each.services)} - {None}
    told += _told(log, *(own_id("service", each) for each in services))
    told.sort(key=attrgetter("position"))
    before = [each for each in told if each.moment <= since]
    then = fold(Directory(london_day(since)), before)
    yield then
    for each in told[len(before) :]:
        then = fold(then.on(london_day(each.moment)), [each])
        yield then


def _told(log: Log, *streams: UUID) -> list[Event]:
    told = log.streams(streams, words=False)
    return [each for each in told if not isinstance(each, SpoiledEntry)]
