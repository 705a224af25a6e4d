"""The present directory, kept in memory and brought up to date from the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from events.directory import PersonJoined, PersonRenamed, PersonWords
from events.event import Event, SpoiledEntry
from events.ids import own_id
from events.log.log import Log
from register.deadlines import london_day
from register.directory.directory import TOPICS, Directory, fold


@dataclass(frozen=True)
class Known:
    """The directory as at a position. It does not change, except that looked-up names are kept."""

    position: int = 0
    directory: Directory = field(default_factory=lambda: Directory(date.min))
    names: dict[str, str] = field(default_factory=dict)
    """The names opened since the directory last changed, by the person's id."""
    passed_on: date | None = None
    """The day for which every open alert was passed on to the person who holds its role."""

    def at(self, moment: datetime) -> Directory:
        return self.directory.on(london_day(moment))

    def after(self, events: Sequence[Event], position: int) -> Known:
        """The directory as at a later position; `events` are those that came in between."""
        if not any(event.TOPIC in TOPICS or isinstance(event, SpoiledEntry) for event in events):
            return replace(self, position=position)
        directory = fold(self.directory, events)
        return replace(self, position=position, directory=directory, names={})

    def caught_up(self, log: Log, position: int) -> Known:
        if position == self.position:
            return self
        return self.after(list(log.after(self.position, position, TOPICS, words=False)), position)


class DirectoryCache:
    """The committed directory. Each call of `now` reads only the entries since the last."""

    def __init__(self, log: Log, last_resort: tuple[str, ...] = ()) -> None:
        self._log = log
        self.known = Known(directory=Directory(date.min, last_resort=last_resort))

    def now(self) -> Known:
        known = self.known
        last, has_changed = self._log.grown(known.position, TOPICS)
        known = known.caught_up(self._log, last) if has_changed else known.after((), last)
        self.known = known  # another thread may put an older one there: each gives its own
        return known


def directory_at(log: Log, position: int, day: date) -> Directory:
    """The directory as at a position; `day` decides who has left."""
    return fold(Directory(day), log.after(0, position, TOPICS, words=False))


def words_of(log: Log, person: str) -> PersonWords | None:
    """Somebody's name and address now; None if they are erased."""
    words = None
    for event in log.stream(own_id("person", person)):
        if isinstance(event, PersonJoined | PersonRenamed):
            words = event.words
    return words


def names_at(log: Log, position: int | None = None) -> dict[str, PersonWords | None]:
    """Everybody's name and address as at a position, by id; None if they are erased."""
    topics = (PersonJoined.TOPIC, PersonRenamed.TOPIC)
    return {
        event.person: event.words
        for event in log.after(0, position, topics)
        if isinstance(event, PersonJoined | PersonRenamed)
    }
