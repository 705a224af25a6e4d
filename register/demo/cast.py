"""The people of the demo on each day of its year, and the days on which they are loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from register.answers import Answers
from register.directory.directory import Person
from register.directory.files import Files, ServiceUser, read_files
from register.directory.service import Service

HERE = Path(__file__).parent
NOTICE = timedelta(days=16)
"""How long before a policy comes into force the administrator loads it."""


class Change(Answers):
    """Something that changed for a person."""

    person: str
    days_ago: int
    comes: bool = False
    leaves: bool = False
    line_manager: str | None = None


@dataclass(frozen=True)
class Cast:
    """Everybody who appears in the year; `on` gives the people of one day."""

    files: Files
    changes: tuple[Change, ...]
    today: date

    def on(self, day: date) -> Files:
        """The files that the administrator has on a day, without anything later."""
        people = [
            (self._as_on(day, person), words)
            for person, words in self.files.people
            if self._came_on(person.id) <= day
        ]
        return Files(
            people=people,
            services=[_adopted_by(service, day) for service in self.files.services],
            service_users=[_served_on(each, day) for each in self.files.service_users],
        )

    def days(self, first: date) -> list[date]:
        """The days on which the administrator loads the files: `first`, and each with a change."""
        days = {self._day_of(change) for change in self.changes}
        days |= {day - NOTICE for each in self.files.services for day, _ in each.adopted}
        days |= {each.ended_on for each in self.files.service_users if each.ended_on}
        return [first, *sorted(day for day in days if first < day < self.today)]

    def workers(self, service: str, day: date) -> list[str]:
        return [
            person.id
            for person, _ in self.on(day).people
            if service in person.services and person.is_here(day)
        ]

    def managers(self, day: date) -> set[str]:
        """The ids of all line managers and directors on a day."""
        files = self.on(day)
        named = {person.line_manager for person, _ in files.people}
        return {each for each in named if each} | {each.director for each in files.services}

    def served(self, service: str, day: date) -> list[str]:
        """The references of the service users of a service on a day."""
        return [
            each.words.reference
            for each in self.files.service_users
            if each.service == service and (each.ended_on is None or day < each.ended_on)
        ]

    def no_longer_served(self, service: str, day: date) -> list[str]:
        return [
            each.words.reference
            for each in self.files.service_users
            if each.service == service and each.ended_on is not None and each.ended_on < day
        ]

    def ended_on(self, service_user: str, day: date) -> date | None:
        """When the service ended for a service user, as known on a day; None if it has not."""
        return next(
            (
                each.ended_on
                for each in self.on(day).service_users
                if each.words.reference == service_user
            ),
            None,
        )

    def service_of(self, worker: str) -> str:
        return next(person.services[0] for person, _ in self.files.people if person.id == worker)

    def _day_of(self, change: Change) -> date:
        return self.today - timedelta(days=change.days_ago)

    def _changes(self, person: str, day: date) -> Iterator[tuple[date, Change]]:
        for change in self.changes:
            if change.person == person and self._day_of(change) <= day:
                yield self._day_of(change), change

    def _came_on(self, person: str) -> date:
        came = (self._day_of(each) for each in self.changes if each.person == person and each.comes)
        return next(came, date.min)

    def _as_on(self, day: date, person: Person) -> Person:
        for changed_on, change in self._changes(person.id, day):
            if change.leaves:
                person = replace(person, left_on=changed_on)
            if change.line_manager is not None:
                person = replace(person, line_manager=change.line_manager)
        return person


def _adopted_by(service: Service, day: date) -> Service:
    known = tuple(adopted for adopted in service.adopted if adopted[0] - NOTICE <= day)
    return replace(service, adopted=known)


def _served_on(each: ServiceUser, day: date) -> ServiceUser:
    return each if each.ended_on is None or each.ended_on <= day else replace(each, ended_on=None)


def read_cast(today: date) -> Cast:
    files = read_files(HERE / "people.csv", HERE / "services.csv", HERE / "service_users.csv")
    changes = tomllib.loads((HERE / "changes.toml").read_text(encoding="utf-8"))["change"]
    return Cast(files, tuple(Change.model_validate(change) for change in changes), today)
