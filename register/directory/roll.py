"""The roll: everybody in the directory as identity providers see them, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from events.directory import PersonJoined, PersonLeft, PersonMoved, PersonRenamed, PersonWords
from events.log.log import Log
from register.directory.cache import DirectoryCache
from register.directory.directory import Directory, Person
from register.directory.provisioned import Kept, Provisioned, Spelling
from register.errors import NotFoundError

ABOUT_PEOPLE = tuple(
    event.TOPIC for event in (PersonJoined, PersonRenamed, PersonMoved, PersonLeft)
)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Member:
    """A person as providers see them."""

    person: Person
    spelling: Spelling
    is_active: bool
    joined_at: datetime
    changed_at: datetime
    directory: Directory = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.person.id


@dataclass(frozen=True)
class About:
    """What the log says of a person besides their place."""

    words: PersonWords | None
    joined_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Roll:
    position: int
    """The directory has not changed between this position and the reading of the roll."""
    directory: Directory
    about: Mapping[str, About]
    kept: Mapping[str, Kept]
    provisioned: Provisioned = field(repr=False)

    @property
    def ids(self) -> list[str]:
        """Everybody whom no provider has removed, in the order of joining."""
        return [each for each in self.about if not self.is_removed(each)]

    def is_removed(self, person: str) -> bool:
        """Whether a provider has removed somebody, who is not here either. Whoever has come back
        by other ways is on the roll again."""
        kept = self.kept.get(person)
        return kept is not None and kept.is_removed and not self.directory.is_here(person)

    def member(self, person: str) -> Member:
        """Raises `NotFoundError` for somebody who is not on the roll."""
        if person not in self.about or self.is_removed(person):
            raise NotFoundError("There is nobody with this id.")
        about = self.about[person]
        return Member(
            self.directory.people[person],
            self.spelling(person),
            self.directory.is_here(person),
            about.joined_at,
            about.changed_at,
            self.directory,
        )

    def spelling(self, person: str) -> Spelling:
        """How a provider last wrote of somebody, as far as the directory still says the same."""
        words, kept = self.about[person].words, self.kept.get(person)
        written = kept.spelling if kept is not None else None
        if written is not None and written.says(words):
            return written
        plain = Spelling.of(person, words)
        return (
            plain
            if written is None
            else msgspec.structs.replace(plain, external_id=written.external_id)
        )

    def called(self, user_name: str) -> list[str]:
        """Those who may have this name to sign in with; found without opening what is sealed."""
        index, folded = self.provisioned.index(user_name), user_name.casefold()
        return [
            each
            for each in self.ids
            if each.casefold() == folded
            or self.address(each) == folded
            or (each in self.kept and self.kept[each].user_name == index)
        ]

    def known_as(self, external_id: str) -> list[str]:
        """Those whom a provider may know by this id of its own."""
        index = self.provisioned.index(external_id)
        return [
            each
            for each in self.ids
            if each == external_id or (each in self.kept and self.kept[each].external_id == index)
        ]

    def address(self, person: str) -> str:
        words = self.about[person].words
        return words.email.casefold() if words is not None else ""


@dataclass(frozen=True)
class Read:
    """What was read of people, up to a position."""

    about: Mapping[str, About] = field(default_factory=dict)
    position: int = 0
    since: datetime | None = None


class Rolls:
    """Reads the roll. What the log says of people is kept for a minute, and only what is new is
    read: words that are erased are forgotten soon."""

    def __init__(self, log: Log, directories: DirectoryCache, provisioned: Provisioned) -> None:
        self._log = log
        self._directories = directories
        self._provisioned = provisioned
        self._lock = Lock()
        self._read = Read()

    def now(self) -> Roll:
        position = self._log.last_position()
        known = self._directories.now()
        return Roll(
            position,
            known.at(self._log.clock()),
            self._known(),
            self._provisioned.people(),
            self._provisioned,
        )

    def _known(self) -> Mapping[str, About]:
        with self._lock:
            read, now = self._read, self._log.clock()
            if read.since is None or not read.since <= now < read.since + A_MINUTE:
                read = Read(since=now)
            about, position = dict(read.about), read.position
            for event in self._log.after(position, topics=ABOUT_PEOPLE):
                position = event.position
                if isinstance(event, PersonJoined | PersonRenamed | PersonMoved | PersonLeft):
                    about[event.person] = _after(about.get(event.person), event)
            self._read = replace(read, about=about, position=position)
            return about


def _after(
    before: About | None, event: PersonJoined | PersonRenamed | PersonMoved | PersonLeft
) -> About:
    """What is known of somebody after one more event; one before it may be spoiled."""
    words = before.words if before is not None else None
    if isinstance(event, PersonJoined | PersonRenamed):
        words = event.words
    return About(words, event.moment if before is None else before.joined_at, event.moment)
