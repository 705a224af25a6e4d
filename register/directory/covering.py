"""The rules by which somebody is named to cover for another, and by which that ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

from pydantic import Field

from events.directory import CoverEnded, CoverNamed
from events.names import Role
from register.answers import Answers, ComingDay, PersonId, read
from register.deadlines import in_words, london_day
from register.directory.bringing_in import could_be
from register.directory.covers import Cover
from register.directory.directory import Directory
from register.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)

AT_MOST = timedelta(days=366)
ONLY_THEIRS = "Only a line manager or a service director can name who covers for them."
NO_SUCH_COVER = "There is no such cover."
BROUGHT_IN = (
    "You alone added this person, or gave them a link or an address, and nobody else has agreed "
    "to them yet. Whoever is away can name them, or another administrator."
)
NOT_THERE = "Name somebody above, or another manager at the same service."


class CoverWanted(Answers):
    """Who covers for whom, from the first day to the last. Without a person, it is for oneself."""

    person: PersonId | None = Field(default=None, title="Who is away?")
    covered_by: PersonId = Field(title="Who covers?")
    first_on: ComingDay = Field(title="The first day")
    last_on: ComingDay = Field(title="The last day", description="They still cover on this day")


def administers(person: str, directory: Directory) -> bool:
    return Role.ADMINISTRATOR in directory.people[person].roles


def can_be_covered(person: str, directory: Directory) -> bool:
    """Whether somebody has a role in which another could act: a line manager's, a director's."""
    return directory.manages(person) or bool(directory.directs(person))


def possible_covers(person: str, directory: Directory) -> set[str]:
    """Whoever may cover for a person: those above, and the other managers of the services at which
    they direct, manage or work."""
    workers = [each for each in directory.people.values() if directory.is_here(each.id)]
    services = directory.directs(person) | set(directory.people[person].services)
    services.update(*(each.services for each in workers if each.line_manager == person))
    managers = {each.line_manager for each in workers if services.intersection(each.services)}
    directors = {directory.services[each].director for each in services}
    found = {*directory.line_above(person), *filter(None, managers), *directors} - {person}
    return set(filter(directory.is_here, found))


def name_cover(by: str, body: object, directory: Directory, now: datetime) -> Cover | CoverNamed:
    """The event that names a cover; or the cover, where the same person named the same before.
    Raises a refusal."""
    is_administrator = administers(by, directory)
    if not (is_administrator or can_be_covered(by, directory)):
        raise ForbiddenError(ONLY_THEIRS)
    wanted = read(CoverWanted, body, today=london_day(now))
    person = wanted.person or by
    if person != by and not is_administrator:
        raise ForbiddenError("Only an administrator names who covers for somebody else.")
    if (same := _same(by, person, wanted, directory)) is not None:
        return same
    wrong = [*_wrong_person(person, directory), *_wrong_days(person, wanted, directory)]
    if not wrong:
        wrong = list(_wrong_cover(by, person, wanted, directory))
    if wrong:
        raise InvalidError(wrong)
    return CoverNamed(
        originator_id=uuid4(),
        person=person,
        covered_by=wanted.covered_by,
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        named_by=by,
    )


def _same(by: str, person: str, wanted: CoverWanted, directory: Directory) -> Cover | None:
    said = (person, wanted.covered_by, wanted.first_on, wanted.last_on, by)
    for each in directory.covers.values():
        known = (each.person, each.covered_by, each.first_on, each.last_on, each.named_by)
        if known == said and each.ended_on is None:
            return each
    return None


def _wrong_person(person: str, directory: Directory) -> Iterator[FieldError]:
    if person not in directory.people:
        yield FieldError("person", f"Nobody here has the id {person!r}.")
    elif not directory.is_here(person):
        yield FieldError("person", "This person has left: their role has gone to others already.")
    elif not can_be_covered(person, directory):
        words = "Nobody has to cover here: this is no line manager and no service director."
        yield FieldError("person", words)


def _wrong_days(person: str, wanted: CoverWanted, directory: Directory) -> Iterator[FieldError]:
    first_on, last_on = wanted.first_on, wanted.last_on
    if last_on < first_on:
        yield FieldError("last_on", "The last day is before the first.")
        return
    if last_on - first_on > AT_MOST:
        yield FieldError("last_on", "Somebody covers for no longer than a year.")
    for each in directory.covers.values():
        if each.person == person and each.overlaps(first_on, last_on):
            days = f"from {in_words(each.first_on)} to {in_words(each.last_on)}"
            words = f"Somebody covers {days} already. End that first, or choose other days."
            yield FieldError("first_on", words)


def _wrong_cover(
    by: str, person: str, wanted: CoverWanted, directory: Directory
) -> Iterator[FieldError]:
    cover = wanted.covered_by
    words = None
    if cover not in directory.people:
        words = f"{NOT_THERE} Nobody here has the id {cover!r}."
    elif cover == person:
        words = "Nobody covers for themselves. Name somebody else."
    elif not directory.people[cover].is_here(wanted.last_on):
        words = "This person has left, or leaves before the last day. Name somebody else."
    elif cover not in possible_covers(person, directory):
        words = NOT_THERE
    elif cover == by:
        words = "You cannot give yourself what somebody else sees. Another administrator can."
    elif person != by and by in could_be(cover, directory.brought_in):
        words = BROUGHT_IN
    elif _goes_round(person, wanted, directory):
        words = "They are away too, and nobody would be left: these covers go round in a circle."
    if words is not None:
        yield FieldError("covered_by", words)


def _goes_round(person: str, wanted: CoverWanted, directory: Directory) -> bool:
    """Whether, on some of these days, whoever covers is covered in the end by the person."""
    known, waiting = set[str](), [wanted.covered_by]
    while waiting:
        away = waiting.pop()
        known.add(away)
        waiting += [
            each.covered_by
            for each in directory.covers.values()
            if each.person == away
            and each.covered_by not in known
            and each.overlaps(wanted.first_on, wanted.last_on)
        ]
    return person in known


def covers_of(by: str, directory: Directory) -> list[Cover]:
    """The covers that somebody may know of, the first to begin first: those of themselves and for
    others; an administrator's are all."""
    return sorted(
        (each for each in directory.covers.values() if _knows_of(by, each, directory)),
        key=lambda each: (each.first_on, each.last_on, each.id),
    )


def _knows_of(by: str, cover: Cover, directory: Directory) -> bool:
    return by in (cover.person, cover.covered_by) or administers(by, directory)


def may_end(by: str, cover: Cover, directory: Directory, day: date) -> bool:
    return not cover.is_over(day) and (by == cover.person or administers(by, directory))


def end_cover(
    by: str, cover: Cover | None, directory: Directory, now: datetime
) -> list[CoverEnded]:
    """The event that ends a cover; none if the same person ended it before. Raises a refusal."""
    if cover is None or not _knows_of(by, cover, directory):
        raise NotFoundError(NO_SUCH_COVER)
    if not (by == cover.person or administers(by, directory)):
        raise ForbiddenError("Whoever is away ends this, or an administrator.")
    if cover.ended_by == by:
        return []
    if cover.is_over(london_day(now)):
        raise ConflictError("This is over already.")
    return [CoverEnded(originator_id=cover.id, ended_by=by, ended_at=now)]
