"""People, services and reporting lines: who is whose line manager, on any day.

A `Directory` is made from the directory's events, and never changes. The directory as at a
position is made from the events up to that position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from events.access import LinkMade
from events.directory import (
    Auditing,
    CoverEnded,
    CoverNamed,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PolicyAdopted,
    PolicyPublished,
    ServiceChanged,
    ServiceOpened,
)
from events.erasing import ErasureDone
from events.event import Event, SpoiledEntry
from events.names import Because, Role
from register.deadlines import london_day
from register.directory import bringing_in, proposals, stood
from register.directory import covers as covering
from register.directory.auditing import AUDITORS, NO_LIMITS, runs_on
from register.directory.bringing_in import BroughtIn
from register.directory.covers import Covers
from register.directory.gaps import WithGaps
from register.directory.proposals import Proposal
from register.directory.service import Service, changed, opened
from register.directory.stays import Stay, moved

TOPICS = proposals.TOPICS + tuple(
    event.TOPIC
    for event in (
        ErasureDone,
        LinkMade,
        PersonJoined,
        PersonMoved,
        PersonLeft,
        PersonRenamed,
        ServiceOpened,
        ServiceChanged,
        PolicyAdopted,
        PolicyPublished,
        CoverNamed,
        CoverEnded,
    )
)


@dataclass(frozen=True)
class Person:
    id: str
    roles: tuple[Role, ...] = ()
    line_manager: str | None = None
    services: tuple[str, ...] = ()
    """The first is the one that counts where only one can; none for somebody of a bank."""
    left_on: date | None = None
    auditing: Auditing = NO_LIMITS
    """The days and services within which they audit, if they do."""
    back_since: datetime | None = field(default=None, compare=False)
    """When somebody who had left last came back; None if they never did."""
    within: frozenset[str] = field(default=frozenset(), compare=False)
    """The services to which the one looking is limited, whose program has a token for these alone;
    none if there is no limit."""
    unsaid: tuple[str, ...] = field(default=(), compare=False)
    """The columns of which a file does not speak: a load leaves what they say as it is."""

    has_worked: bool = field(default=False, compare=False)
    """Whether they are or were a worker: nobody else has declared anything."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_worked", self.has_worked or Role.WORKER in self.roles)

    def is_here(self, day: date) -> bool:
        """Whether they work here on a day; on the day `left_on` they no longer do."""
        return self.left_on is None or day < self.left_on

    def administers(self, day: date) -> bool:
        return Role.ADMINISTRATOR in self.roles and self.is_here(day)

    def roles_on(self, day: date) -> tuple[Role, ...]:
        """The roles given to them: those of an auditor on the days of the audit alone."""
        if runs_on(self.auditing, day):
            return self.roles
        return tuple(each for each in self.roles if each not in AUDITORS)

    def audits(self, day: date) -> bool:
        """Whether they read the register itself; of what few may know, see `audits_restricted`."""
        return not AUDITORS.isdisjoint(self.roles_on(day))

    def audits_restricted(self, day: date) -> bool:
        """Whether they read also what few may know."""
        return Role.AUDITOR_RESTRICTED in self.roles_on(day)


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


def people_by_id(known: Mapping[str, Person] = MappingProxyType({})) -> WithGaps[Person]:
    return WithGaps(known, Person)


def services_by_id(known: Mapping[str, Service] = MappingProxyType({})) -> WithGaps[Service]:
    return WithGaps(known, lambda service: Service(service, name=service, director=""))


@dataclass(frozen=True)
class Directory:
    """People, services and published policies; `today` decides who has left."""

    today: date
    people: WithGaps[Person] = field(default_factory=people_by_id)
    services: WithGaps[Service] = field(default_factory=services_by_id)
    published: Mapping[tuple[str, date], dict[str, Any]] = field(default_factory=_nothing)
    """The content of each policy version that has been in force, by policy and version."""
    served: Mapping[str, str] = field(default_factory=_nothing, compare=False)
    """The service of each service user of whom somebody speaks now, by reference. Only those that
    are listed, as no list of service users is kept in memory."""
    stays: Mapping[str, Mapping[str, Stay]] = field(default_factory=_nothing, compare=False)
    """For each worker, those who came into their line or left it while they were here, by id."""
    spoiled: tuple[int, ...] = field(default=(), compare=False)
    """The positions of its entries that cannot be read: what they said is not in it."""
    covers: Covers = field(default_factory=_nothing)
    """Who covers for whom, now, later, or until lately."""
    last_resort: tuple[str, ...] = ()
    """Who acts where else nobody could, the first before the next: a setting of the register."""
    proposed: Mapping[UUID, Proposal] = field(default_factory=_nothing, compare=False)
    """The changes that were proposed and neither approved nor declined; some may have lapsed."""

    brought_in: BroughtIn = field(default_factory=_nothing, compare=False)
    """Who alone brought somebody in, by the person: their sight counts as that administrator's."""

    stood: frozenset[str] = field(default=frozenset(), compare=False)
    """Everybody who ever stood above or beside the workers, and was told what they still read."""

    def serving(self, served: Mapping[str, str]) -> Directory:
        return replace(self, served=served)

    def service_of(self, reference: str | None) -> str | None:
        """The service of a service user; None if they are not known."""
        return None if reference is None else self.served.get(reference)

    def on(self, day: date) -> Directory:
        return replace(self, today=day)

    def limited(self, person: str, services: frozenset[str]) -> Directory:
        """For somebody who looks by a token for some services."""
        return _with_person(self, replace(self.people[person], within=services))

    def is_here(self, person: str) -> bool:
        return person in self.people and self.people[person].is_here(self.today)

    def is_here_since(self, person: str, moment: datetime) -> bool:
        """Whether they work here, and have not left in between."""
        back_since = self.people[person].back_since if person in self.people else None
        return self.is_here(person) and (back_since is None or back_since <= moment)

    def line_above(self, person: str) -> Iterator[str]:
        """The line managers above a person who have not left, the nearest first."""
        seen = {person}
        above = self.people[person].line_manager if person in self.people else None
        while above is not None and above not in seen:
            seen.add(above)
            if self.is_here(above):
                yield above
            above = self.people[above].line_manager if above in self.people else None

    def chain_above(self, person: str) -> tuple[str, ...]:
        """The line managers above a person, also those who have left, the nearest first."""
        chain: dict[str, None] = {}
        above = self.people[person].line_manager if person in self.people else None
        while above is not None and above != person and above not in chain:
            chain[above] = None
            above = self.people[above].line_manager if above in self.people else None
        return tuple(chain)

    def cover_of(self, person: str) -> str | None:
        """Who covers for a person today; None if nobody does, or whoever should has left."""
        for each in covering.running(self.covers, self.today):
            if each.person == person and self.is_here(each.covered_by):
                return each.covered_by
        return None

    def covers_for(self, person: str) -> tuple[str, ...]:
        """The people for whom somebody covers today. Whoever has left is covered by nobody."""
        running = covering.running(self.covers, self.today)
        away = (each.person for each in running if each.covered_by == person)
        return tuple(sorted(filter(self.is_here, away))) if self.is_here(person) else ()

    def without_covers(self) -> Directory:
        """As it would be if nobody were away."""
        return replace(self, covers={})

    def came_above(self, manager: str, worker: str) -> datetime | None:
        """When somebody came new into the line above a worker; None if they always were there."""
        stay = self.stays.get(worker, {}).get(manager)
        return None if stay is None else stay.since

    def below(self, manager: str) -> set[str]:
        """Everybody below a person, also below those who have left."""
        by_manager: dict[str | None, list[str]] = {}
        for person in self.people.values():
            by_manager.setdefault(person.line_manager, []).append(person.id)
        found, waiting = {manager}, [manager]
        while waiting:
            new = set(by_manager.get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return found - {manager}

    def with_line(self, person: Person, at: datetime | None) -> Directory:
        """With somebody who is new, or has another line manager: who came above whom is noted."""
        is_new, before = person.id not in self.people, self.chain_above(person.id)
        after = _with_person(self, person)
        came = after.chain_above(person.id)
        whose = after.below(person.id) | (set() if is_new else {person.id})
        if before == came or not whose:
            return after
        stays = dict(self.stays)
        for each in whose:
            stays[each] = moved(stays.get(each, {}), set(before), set(came), at)
        return replace(after, stays=stays)

    def with_service(self, service: Service) -> Directory:
        return replace(self, services=self.services.with_one(service.id, service))

    def reports(self, manager: str) -> set[str]:
        """Everybody below a person in the reporting lines."""
        return {person for person in self.people if manager in self.line_above(person)}

    def directs(self, person: str) -> set[str]:
        """The services that a person is the director of."""
        return {service.id for service in self.services.values() if service.director == person}

    def instead_of_director(self, service: str) -> Iterator[tuple[str, Because]]:
        """Who acts at a service where nobody does who is above, the first before the next, each
        with the reason."""
        if reserve := self.services[service].reserve:
            yield reserve, Because.RESERVE
        for each in sorted(self.services.keys() - {service}):
            yield self.services[each].director, Because.ANOTHER_DIRECTOR
        for person in self.last_resort:
            yield person, Because.LAST_RESORT

    def manages(self, person: str) -> bool:
        """Whether a person is anybody's line manager."""
        return any(each.line_manager == person for each in self.people.values())

    def is_more_than_worker(self, person: str) -> bool:
        """Whether somebody stands above or beside the workers, now or on a day that is known, or
        ever did; also of whoever is not here, and may come back."""
        services = self.services.values()
        return (
            person in self.stood
            or bool(set(self.people[person].roles) - {Role.WORKER})
            or person in self.last_resort
            or any(person in (each.director, each.reserve) for each in services)
            or any(each.covered_by == person for each in covering.not_over(self.covers, self.today))
            or self.manages(person)
        )


def evolve(directory: Directory, event: Event) -> Directory:
    day = london_day(event.recorded_at) if event.recorded_at else directory.today
    brought_in = bringing_in.after(directory.brought_in, event, directory.on(day))
    have_stood = stood.after(directory.stood, event)
    if brought_in is not directory.brought_in or have_stood is not directory.stood:
        directory = replace(directory, brought_in=brought_in, stood=have_stood)
    match event:
        case PersonJoined():
            return directory.with_line(_joined(event), event.recorded_at)
        case PersonMoved():
            moved = replace(
                directory.people[event.person],
                roles=event.roles,
                line_manager=event.line_manager,
                services=event.services,
                auditing=event.auditing,
            )
            after = directory.with_line(moved, event.recorded_at)
            return _without_lapsed(after, event, directory)
        case PersonLeft():
            left = _left(directory.people[event.person], event)
            return _without_lapsed(_with_person(directory, left), event, directory)
        case ServiceOpened():
            return directory.with_service(opened(event))
        case ServiceChanged():
            return directory.with_service(changed(directory.services[event.service], event))
        case PolicyAdopted():
            known = directory.services[event.service]
            adopted = tuple(sorted((*known.adopted, (event.in_force_on, event.policy))))
            return directory.with_service(replace(known, adopted=adopted))
        case CoverNamed() | CoverEnded():
            return replace(directory, covers=covering.evolve(directory.covers, event))
        case PolicyPublished():
            published = {**directory.published, (event.policy, event.version): event.pack}
            return replace(directory, published=published)
    proposed = proposals.after(directory.proposed, event)
    return directory if proposed is directory.proposed else replace(directory, proposed=proposed)


def _joined(event: PersonJoined) -> Person:
    said = event.person, event.roles, event.line_manager, event.services, event.left_on
    return Person(*said, event.auditing)


def _without_lapsed(
    directory: Directory, event: PersonMoved | PersonLeft, before: Directory
) -> Directory:
    """Without what somebody proposed who is no administrator any more, or was none before."""
    if not directory.proposed:
        return directory
    day = london_day(event.recorded_at) if event.recorded_at else directory.today
    person = event.person
    if all(each.people[person].administers(day) for each in (before, directory)):
        return directory
    return replace(directory, proposed=proposals.without(directory.proposed, person))


def _left(known: Person, event: PersonLeft) -> Person:
    left = replace(known, left_on=event.left_on)
    day = event.recorded_at and london_day(event.recorded_at)
    is_back = day is not None and not known.is_here(day) and left.is_here(day)
    return replace(left, back_since=event.recorded_at) if is_back else left


def _with_person(directory: Directory, person: Person) -> Directory:
    return replace(directory, people=directory.people.with_one(person.id, person))


def fold(directory: Directory, events: Iterable[Event]) -> Directory:
    for event in events:
        if isinstance(event, SpoiledEntry):
            directory = replace(directory, spoiled=(*directory.spoiled, event.position))
        else:
            directory = evolve(directory, event)
    return directory
