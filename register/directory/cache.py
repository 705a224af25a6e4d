"""The present directory, kept up with the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from events.directory import PersonJoined, PersonRenamed, PersonWords
from events.event import Event
from events.log.log import Log
from register.deadlines import london_day
from register.directory.directory import TOPICS, Directory, fold


class DirectoryCache:
    """Folds only what is new. One for the writer and one for readers: the writer's may hold
    what is not committed yet, and must `forget` when that was undone."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.forget()

    def forget(self) -> None:
        self._known = (0, Directory(date.min))
        self.names: dict[str, str] = {}
        """Names that were opened, until anything of the directory changes."""

    @contextmanager
    def unless_it_fails(self) -> Iterator[None]:
        """What is learned inside is kept if nothing is raised: else it is undone."""
        known = self._known
        try:
            yield
        except BaseException:
            self._known = known
            raise

    def lately(self) -> Directory:
        """As it was when somebody last looked."""
        return self._known[1]

    def now(self, moment: datetime) -> Directory:
        position, directory = self._known
        last, has_changed = self._log.grown(position, TOPICS)
        if has_changed:
            directory = fold(directory, self._log.after(position, last, TOPICS, words=False))
            self.names = {}
        self._known = (last, directory)
        return directory.on(london_day(moment))

    def take(self, events: Sequence[Event]) -> None:
        """What has just been appended, so that it need not be read."""
        position, directory = self._known
        if events and events[0].position == position + 1:
            self._known = (events[-1].position, fold(directory, events))


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
