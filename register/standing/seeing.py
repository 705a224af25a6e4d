"""Who may see a declaration, and why. For anybody else it does not exist."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Protocol

from events.names import SeenBy
from register.declarations.ids import NO_SUCH_DECLARATION
from register.directory import covers as covering
from register.directory.directory import Directory, Person
from register.errors import NotFoundError
from register.standing.barring import is_barred, may_not_cover
from register.standing.holding import Held, acting


class Seen(Held, Protocol):
    """What there is to be seen: a declaration, or one that is not sent yet."""

    @property
    def seen_by(self) -> Iterable[SeenBy]: ...
    @property
    def told(self) -> Iterable[str]: ...
    @property
    def told_covering(self) -> Iterable[tuple[str, str]]:
        """Those who were told as they covered for another, each with who that is."""
        ...

    @property
    def is_restricted(self) -> bool: ...
    @property
    def hidden_before(self) -> datetime | None: ...
    @property
    def settled_by(self) -> str | None:
        """Who settled it, or last looked at it again, as long as that stands."""
        ...


class WhyReads(StrEnum):
    """Why a person may see it."""

    OWN = "it is their own"
    TOLD = "they were told"
    LINE_ABOVE = "they are in the worker's reporting line"
    DIRECTS = "they direct the service"
    ACTS = "they act on it, or settled it"
    COVERS = "they cover for somebody who reads it"
    AUDITS = "they audit the register"
    AUDITS_RESTRICTED = "they audit what few may know"


@dataclass(frozen=True)
class _Reading:
    """Those whom a policy lets see it: whether a person is one of them, and all of them."""

    because: WhyReads
    is_one: Callable[[Person, Seen, Directory], bool]
    people: Callable[[Seen, Directory], Iterable[str]]


def _is_above(person: Person, seen: Seen, directory: Directory) -> bool:
    worker = seen.matter.worker
    return person.id in directory.line_above(worker) and not _was_over(person.id, seen, directory)


def _was_over(person: str, seen: Seen, directory: Directory) -> bool:
    """Whether nothing was left to do any more when somebody came above the worker."""
    came_at, over_since = directory.came_above(person, seen.matter.worker), seen.hidden_before
    return came_at is not None and over_since is not None and over_since < came_at


def _above(seen: Seen, directory: Directory) -> Iterator[str]:
    return directory.line_above(seen.matter.worker)


def _directs(person: Person, seen: Seen, directory: Directory) -> bool:
    return not seen.matter.services.isdisjoint(directory.directs(person.id))


def _director(seen: Seen, directory: Directory) -> list[str]:
    return [directory.services[each].director for each in sorted(seen.matter.services)]


def _acts(person: Person, seen: Seen, directory: Directory) -> bool:
    return person.id in _acting(seen, directory)


def _acting(seen: Seen, directory: Directory) -> set[str]:
    """Whoever must act, and who settled it as long as that stands: what they were told does not end
    with it, and they can still hand it over."""
    by = seen.settled_by
    return acting(seen, directory) | (set() if by is None else {by})


def _audits(person: Person, seen: Seen, directory: Directory) -> bool:
    return not seen.is_restricted and audits_at(person, seen.matter.services, directory)


def _audits_restricted(person: Person, seen: Seen, directory: Directory) -> bool:
    is_one = seen.is_restricted and person.audits_restricted(directory.today)
    return is_one and audits_at(person, seen.matter.services, directory)


def _restricted_auditors(seen: Seen, directory: Directory) -> list[str]:
    people = directory.people.values()
    return [each.id for each in people if _audits_restricted(each, seen, directory)]


def audits_at(person: Person, services: Iterable[str], directory: Directory) -> bool:
    """Whether somebody audits today, and what concerns one of these services."""
    limits = person.auditing.services
    return person.audits(directory.today) and not (limits and set(limits).isdisjoint(services))


def _auditors(seen: Seen, directory: Directory) -> list[str]:
    return [each.id for each in directory.people.values() if _audits(each, seen, directory)]


READING = {
    SeenBy.LINE_MANAGER: _Reading(WhyReads.LINE_ABOVE, _is_above, _above),
    SeenBy.SERVICE_DIRECTOR: _Reading(WhyReads.DIRECTS, _directs, _director),
    SeenBy.ACTING: _Reading(WhyReads.ACTS, _acts, _acting),
    SeenBy.AUDITOR: _Reading(WhyReads.AUDITS, _audits, _auditors),
}
"""Everybody whom a policy may allow to see what others declare."""


def why_may_see(person: Person, seen: Seen, directory: Directory) -> WhyReads | None:
    """Why a person may see it; None if they may not."""
    if person.within and seen.matter.service not in person.within:
        return None
    if person.id == seen.matter.worker:
        return WhyReads.OWN
    if is_barred(person.id, seen.matter, directory):
        return None
    if person.id in _told(seen):
        return WhyReads.TOLD
    for each in seen.seen_by:
        if READING[each].is_one(person, seen, directory):
            return READING[each].because
    if _covers(person, seen, directory):
        return WhyReads.COVERS
    if _audits_restricted(person, seen, directory):
        return WhyReads.AUDITS_RESTRICTED
    return None


BY_PLACE = (SeenBy.LINE_MANAGER, SeenBy.SERVICE_DIRECTOR)
"""Those who see it because of where they stand: whoever covers for them sees it meanwhile."""


def _covers(person: Person, seen: Seen, directory: Directory) -> bool:
    """Whether a person covers for somebody who sees it, or was told of it as they did."""
    away = directory.covers_for(person.id)
    if not away or may_not_cover(person.id, seen.matter, directory):
        return False
    told = _told_covering(seen)
    return any(
        (person.id, each) in told or _sees_by_place(directory.people[each], seen, directory)
        for each in away
        if each != seen.matter.worker and not is_barred(each, seen.matter, directory)
    )


def _sees_by_place(person: Person, seen: Seen, directory: Directory) -> bool:
    allowed = (READING[each] for each in BY_PLACE if each in seen.seen_by)
    return any(each.is_one(person, seen, directory) for each in allowed)


def _told_covering(seen: Seen) -> Collection[tuple[str, str]]:
    return () if SeenBy.ACTING in seen.seen_by else tuple(seen.told_covering)


def _told(seen: Seen) -> Iterable[str]:
    """Those who were told: they may see it, but where whoever acts is alone to see it."""
    return () if SeenBy.ACTING in seen.seen_by else seen.told


def readers(seen: Seen, directory: Directory) -> dict[str, WhyReads]:
    """Everybody who is here and may see it, each with the reason: the worker, the people told,
    then those whom the policy allows."""
    allowed = (READING[each].people(seen, directory) for each in seen.seen_by)
    possible = [
        seen.matter.worker,
        *_told(seen),
        *chain.from_iterable(allowed),
        *_restricted_auditors(seen, directory),
        *(each.covered_by for each in covering.running(directory.covers, directory.today)),
    ]
    here = (directory.people[each] for each in dict.fromkeys(possible) if directory.is_here(each))
    why = {person.id: why_may_see(person, seen, directory) for person in here}
    return {person: because for person, because in why.items() if because is not None}


def may_see(person: Person, seen: Seen, directory: Directory) -> bool:
    return why_may_see(person, seen, directory) is not None


def check_may_see(person: Person, seen: Seen, directory: Directory) -> None:
    if not may_see(person, seen, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)


def may_see_further(person: Person, seen: Seen, directory: Directory) -> bool:
    """Whether a person may see that it was taken further: the worker, and the auditors of what few
    may know."""
    if not may_see(person, seen, directory):
        return False
    return person.id == seen.matter.worker or _audits_restricted(person, seen, directory)


def may_be_hidden(seen: Seen) -> bool:
    """Whether there can be somebody who must not even know that it is there."""
    return seen.is_restricted or seen.matter.subjects != frozenset()


def is_hidden_from(person: Person, seen: Seen, directory: Directory) -> bool:
    """Whether a person must not even know that it is there: they are barred, or few may know."""
    is_for_few = seen.is_restricted or is_barred(person.id, seen.matter, directory)
    return is_for_few and not may_see(person, seen, directory)


def may_see_exclusion(
    person: Person, worker: str, services: Iterable[str], directory: Directory
) -> bool:
    """Whether a person may see that a worker is excluded for a service user of these services: the
    line managers and directors there, the worker's own line, and auditors. It is hidden from those
    from whom its declarations are hidden (`is_hidden_from`)."""
    if person.within and person.within.isdisjoint(services):
        return False
    is_read_there = not exclusions_seen_by(person, directory).isdisjoint(services)
    line = set(directory.line_above(worker))
    is_above = not line.isdisjoint((person.id, *directory.covers_for(person.id)))
    return is_read_there or audits_at(person, services, directory) or is_above


def reads_exclusions(person: Person, directory: Directory) -> bool:
    """Whether a person reads the list of exclusions at all."""
    has_any = bool(directory.directs(person.id)) or bool(directory.reports(person.id))
    return person.audits(directory.today) or has_any or bool(directory.covers_for(person.id))


def exclusions_seen_by(person: Person, directory: Directory) -> set[str]:
    """The services whose exclusions from key working a person may see."""
    audited = set[str]()
    if person.audits(directory.today):
        audited.update(person.auditing.services or directory.services)
    reports = (directory.people[each].services for each in below(person.id, directory))
    own = [person.id, *directory.covers_for(person.id)]
    return audited.union(*reports, *map(directory.directs, own))


def below(person: str, directory: Directory) -> set[str]:
    """Everybody below a person in the reporting lines, or below somebody for whom they cover."""
    away = directory.covers_for(person)
    return directory.reports(person).union(*map(directory.reports, away)) - {person}
