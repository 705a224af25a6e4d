"""Compares the CSV files with the directory: each change becomes an event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID, uuid4

import msgspec

from events.directory import (
    Auditing,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PersonWords,
    PolicyAdopted,
    ServiceChanged,
    ServiceOpened,
    ServiceUserListed,
)
from events.event import Event
from events.ids import own_id
from events.log.log import Log
from events.names import Role
from register.directory.auditing import AUDITORS, COLUMNS, NO_LIMITS, problems_of_auditing
from register.directory.cache import names_at
from register.directory.directory import (
    Directory,
    Person,
    fold,
    people_by_id,
    services_by_id,
)
from register.directory.files import Files, LoadError, ServiceUser
from register.directory.problem import (
    PEOPLE_FILE,
    SERVICE_USERS_FILE,
    SERVICES_FILE,
    Problem,
)
from register.directory.proposals import Proposal
from register.directory.service import Service
from register.policy import Policies

TOPICS = tuple(
    event.TOPIC
    for event in (
        PersonJoined,
        PersonRenamed,
        PersonMoved,
        PersonLeft,
        ServiceOpened,
        ServiceChanged,
        PolicyAdopted,
        ServiceUserListed,
    )
)
"""The topics of all events that a load may give."""


@dataclass
class Load:
    """What the files would change."""

    events: list[Event] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """The ids of people whom the register knows and the file does not name; they do not change."""
    waiting: list[Proposal] = field(default_factory=list)
    """What waits for a second person, and is not among the events."""


def compare(files: Files, log: Log, directory: Directory, policies: Policies) -> Load:
    """The changes that the files bring. Raises `LoadError` with everything that is wrong in them
    and in the directory that they would make; not with what was wrong in it before, unless the
    files name everybody."""
    names = names_at(log)
    events: list[Event] = []
    for service in files.services:
        events += _service_events(service, directory.services.get(service.id))
    for person, words in files.people:
        events += _person_events(person, words, directory.people.get(person.id), names)
    known = () if files.names_people else set(problems_of(directory, policies))
    impossible = _impossible(files, fold(directory, events), policies)
    problems = [*files.problems, *(each for each in impossible if each not in known)]
    events += _service_user_events(files.service_users, log)
    if problems:
        raise LoadError(problems)
    named = {person.id for person, _ in files.people}
    missing = directory.people.keys() - named if files.names_people else ()
    return Load(events, sorted(missing))


def _impossible(files: Files, directory: Directory, policies: Policies) -> Iterable[Problem]:
    """What is wrong in the directory that the files would make. Where a line could not be read,
    nothing is said of whom it names; where a file broke off, nobody knows whom it names."""
    if not files.is_whole:
        return
    people = {each: Person(each) for each in files.unread} | dict(directory.people)
    services = {each: Service(each, each, "") for each in files.unread} | dict(directory.services)
    meant = replace(directory, people=people_by_id(people), services=services_by_id(services))
    yield from problems_of(meant, policies, files.unread)
    yield from _unknown_services(files.service_users, meant)


def _service_events(service: Service, known: Service | None) -> Iterable[Event]:
    stream = own_id("service", service.id)
    service = _complete(service, known)
    if known is None or _about(known) != _about(service):
        event = ServiceOpened if known is None else ServiceChanged
        yield event(
            originator_id=stream,
            service=service.id,
            name=service.name,
            director=service.director,
            contacts=service.contacts or (),
            policy_first_on=service.policy_first_on,
            reserve=service.reserve or "",
            whistleblowing=service.whistleblowing,
            regulator=service.regulator,
        )
    for day, policy in service.adopted:
        if known is None or (day, policy) not in known.adopted:
            yield PolicyAdopted(
                originator_id=stream, service=service.id, policy=policy, in_force_on=day
            )


def _complete(service: Service, known: Service | None) -> Service:
    """A service as the file has it; where the file has no such column, as it is known."""
    contacts, reserve = (known.contacts, known.reserve) if known else (None, None)
    return replace(
        service,
        contacts=(contacts if service.contacts is None else service.contacts) or (),
        reserve=(reserve if service.reserve is None else service.reserve) or "",
        **{name: getattr(known, name) for name in service.unsaid if known is not None},
    )


def _about(service: Service) -> tuple[object, ...]:
    return (
        service.name,
        service.director,
        service.contacts,
        service.reserve,
        service.policy_first_on,
        service.whistleblowing,
        service.regulator,
    )


def _person_events(
    person: Person,
    words: PersonWords | None,
    known: Person | None,
    names: dict[str, PersonWords | None],
) -> Iterable[Event]:
    stream = own_id("person", person.id)
    auditing = _auditing(person, known)
    if known is None:
        yield PersonJoined(
            originator_id=stream,
            person=person.id,
            roles=person.roles,
            line_manager=person.line_manager,
            services=person.services,
            left_on=person.left_on,
            auditing=auditing,
            words=words,
        )
        return
    words = with_number(words, names.get(person.id))
    if names.get(person.id) != words:
        yield PersonRenamed(originator_id=stream, person=person.id, words=words)
    if _place(known) != _place(replace(person, auditing=auditing)):
        yield PersonMoved(
            originator_id=stream,
            person=person.id,
            roles=person.roles,
            line_manager=person.line_manager,
            services=person.services,
            auditing=auditing,
        )
    if known.left_on != person.left_on:
        yield PersonLeft(originator_id=stream, person=person.id, left_on=person.left_on)


def with_number(words: PersonWords | None, known: PersonWords | None) -> PersonWords | None:
    """What is said of somebody, with the staff number that is known where nothing is said of it,
    or where there is none and there was none."""
    if words is None or known is None:
        return words
    said = words.staff_number
    if said or (said is not None and known.staff_number):
        return words
    return msgspec.structs.replace(words, staff_number=known.staff_number)


def _auditing(person: Person, known: Person | None) -> Auditing:
    """The limits as they are said; what is not said is as it is known, for whoever audits."""
    had = known.auditing if known else NO_LIMITS
    if AUDITORS.isdisjoint(person.roles):
        had = NO_LIMITS
    unsaid = {COLUMNS[each]: getattr(had, COLUMNS[each]) for each in person.unsaid}
    return msgspec.structs.replace(person.auditing, **unsaid)


def _place(person: Person) -> tuple[object, ...]:
    return person.roles, person.line_manager, person.services, person.auditing


def _service_user_events(service_users: Sequence[ServiceUser], log: Log) -> list[Event]:
    """The events of new and changed service users. Their streams have random ids, so that only
    the sealed words tell who they are."""
    known = known_service_users(log)
    nobody = (None, None)
    return [
        ServiceUserListed(
            originator_id=known.get(each.words.reference, nobody)[0] or uuid4(),
            service=each.service,
            ended_on=each.ended_on,
            words=each.words,
        )
        for each in service_users
        if known.get(each.words.reference, nobody)[1] != each
    ]


def known_service_users(log: Log) -> dict[str, tuple[UUID, ServiceUser]]:
    """The service users by reference, each with the id of its stream. Service users whose words
    are erased are left out."""
    known: dict[str, tuple[UUID, ServiceUser]] = {}
    for event in log.after(topics=(ServiceUserListed.TOPIC,)):
        if isinstance(event, ServiceUserListed) and event.words is not None:
            listed = ServiceUser(event.service, event.ended_on, event.words)
            known[event.words.reference] = (event.originator_id, listed)
    return known


def _unknown_services(
    service_users: Sequence[ServiceUser], directory: Directory
) -> Iterable[Problem]:
    for service in sorted({each.service for each in service_users} - directory.services.keys()):
        yield Problem(
            f"service users: there is no service {service!r}", SERVICE_USERS_FILE, "service"
        )


def problems_of(
    directory: Directory, policies: Policies, unread: Collection[str] = ()
) -> Iterable[Problem]:
    """Everything that is wrong in a directory, one message with names for each problem; nothing of
    `unread`, whose lines could not be read."""
    for service in directory.services.values():
        if service.id not in unread:
            yield from _service_problems(service, directory, policies, unread)
    for person in directory.people.values():
        if person.id not in unread:
            yield from _person_problems(person, directory, unread)


def _service_problems(
    service: Service, directory: Directory, policies: Policies, unread: Collection[str]
) -> Iterable[Problem]:
    wrong = partial(Problem, file=SERVICES_FILE)
    if not service.director:
        yield wrong(f"service {service.id!r} has no service director", column="director")
    elif service.director not in directory.people:
        yield wrong(
            f"service {service.id!r}: there is no person {service.director!r} to direct it",
            column="director",
        )
    elif not directory.people[service.director].is_here(directory.today):
        yield wrong(
            f"service {service.id!r}: its director {service.director!r} has left", column="director"
        )
    else:
        yield from _reserve_problems(service, directory, unread)
    for day, policy in service.adopted:
        if policy not in policies.packs:
            yield wrong(f"service {service.id!r}: there is no policy {policy!r}", column="policy")
        elif policies.version_on(policy, day) is None:
            yield wrong(
                f"service {service.id!r}: no version of {policy!r} is dated {day} or before",
                column="policy",
            )


def _reserve_problems(
    service: Service, directory: Directory, unread: Collection[str]
) -> Iterable[Problem]:
    """What is wrong where a service's director is somebody who is here. Whether anybody else could
    act is not known before every line can be read."""
    name, reserve = f"service {service.id!r}", service.reserve
    wrong = partial(Problem, file=SERVICES_FILE)
    if reserve and reserve not in directory.people:
        yield wrong(f"{name}: there is no person {reserve!r} to be its reserve", column="reserve")
    elif reserve and not directory.people[reserve].is_here(directory.today):
        yield wrong(f"{name}: its reserve {reserve!r} has left", column="reserve")
    elif reserve == service.director:
        yield wrong(
            f"{name}: its reserve {reserve!r} is its director; name somebody else", column="reserve"
        )
    elif not unread and not _reaches_somebody(service, directory):
        yield wrong(
            f"{name}: what its director {service.director!r} declares would reach nobody; name "
            "somebody in the column reserve, or set REGISTER_LAST_RESORT",
            column="reserve",
        )


def _reaches_somebody(service: Service, directory: Directory) -> bool:
    """Whether anybody could act on what a service's director declares. Every director above them
    directs another service."""
    instead = (person for person, _ in directory.instead_of_director(service.id))
    return any(person != service.director and directory.is_here(person) for person in instead)


def _person_problems(
    person: Person, directory: Directory, unread: Collection[str]
) -> Iterable[Problem]:
    name, above = f"person {person.id!r}", person.line_manager
    wrong = partial(Problem, file=PEOPLE_FILE)
    for service in person.services:
        if service not in directory.services:
            yield wrong(f"{name}: there is no service {service!r}", column="services")
    for column, words in problems_of_auditing(person.auditing, person.roles, directory.services):
        yield wrong(f"{name}: {column}: {words}", column=column)
    if above is not None and above not in directory.people:
        yield wrong(
            f"{name}: there is no person {above!r} to be their line manager", column="line_manager"
        )
    if (loop := _loop(person, directory)) is not None:
        yield wrong(
            f"{name}: the reporting line goes round: {' -> '.join(loop)}", column="line_manager"
        )
    if Role.WORKER not in person.roles or not person.is_here(directory.today):
        return
    if above is None and not directory.directs(person.id) and not unread:
        yield wrong(
            f"{name} is a worker and has neither a line manager nor a service to direct",
            column="line_manager",
        )


def _loop(person: Person, directory: Directory) -> list[str] | None:
    """The ids of a loop in the reporting lines that starts and ends with this person; None if
    there is no loop, or if the loop has a smaller id. So each loop is reported once."""
    way, above = [person.id], person.line_manager
    while above is not None and above not in way and above in directory.people:
        way.append(above)
        above = directory.people[above].line_manager
    return [*way, person.id] if above == person.id and person.id == min(way) else None
