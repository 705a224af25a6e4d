"""The present directory, kept up with the log."""

from __future__ import annotations

from datetime import date, datetime

from events.directory import PersonJoined, PersonRenamed, PersonWords
from events.log import Log
from register.deadlines import london_day
from register.directory import TOPICS, Directory, fold


class DirectoryCache:
    """Folds only what is new. One for the writer and one for readers: the writer's may hold
    what is not committed yet, and must `forget` when that was undone."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.forget()

    def forget(self) -> None:
        self._known = (0, Directory(date.min))

    def now(self, moment: datetime) -> Directory:
        position, directory = self._known
        last = self._log.last_position()
        if last > position:
            directory = fold(directory, self._log.after(position, last, TOPICS, words=False))
            self._known = (last, directory)
        return directory.on(london_day(moment))


def directory_at(log: Log, position: int, day: date) -> Directory:
    """The directory as it was known at a position."""
    return fold(Directory(day), log.after(0, position, TOPICS, words=False))


def names_at(log: Log, position: int | None = None) -> dict[str, PersonWords | None]:
    """What everybody was called at a position; None where it is erased."""
    topics = (PersonJoined.TOPIC, PersonRenamed.TOPIC)
    return {
        event.person: event.words
        for event in log.after(0, position, topics)
        if isinstance(event, PersonJoined | PersonRenamed)
    }
