"""What a change does to people and services, as it is kept while it waits: each fact as it was and
as it would be. Names are not among them: nobody has to agree to a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import asdict
from msgspec.structs import replace as changed

from events.directory import Auditing
from events.names import Role
from register.directory.auditing import AUDITORS
from register.directory.directory import (
    Directory,
    Person,
    people_by_id,
    services_by_id,
)
from register.directory.service import Service
from register.errors import ConflictError

Facts = TypeVar("Facts", bound=Struct)
Known = TypeVar("Known")


class PersonFacts(Struct, frozen=True):
    roles: tuple[Role, ...]
    line_manager: str | None
    services: tuple[str, ...]
    left_on: date | None
    auditing: Auditing = Auditing()


class ServiceFacts(Struct, frozen=True):
    name: str
    director: str
    contacts: tuple[str, ...]
    reserve: str
    policy_first_on: date | None
    adopted: tuple[tuple[date, str], ...]
    whistleblowing: str = ""
    regulator: str = ""


class AlteredPerson(Struct, frozen=True):
    id: str
    before: PersonFacts | None
    """None if they would be new."""
    after: PersonFacts


class AlteredService(Struct, frozen=True):
    id: str
    before: ServiceFacts | None
    after: ServiceFacts


class Alteration(Struct, frozen=True):
    services: tuple[AlteredService, ...] = ()
    people: tuple[AlteredPerson, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.services or self.people)

    @property
    def parts(self) -> Iterator[Alteration]:
        """One alteration for each service and person, the services first."""
        yield from (Alteration(services=(each,)) for each in self.services)
        yield from (Alteration(people=(each,)) for each in self.people)

    @property
    def facts(self) -> dict[str, Any]:
        """As an event keeps it."""
        facts: dict[str, Any] = msgspec.to_builtins(self)
        return facts


def together(parts: Iterable[Alteration]) -> Alteration:
    services: list[AlteredService] = []
    people: list[AlteredPerson] = []
    for each in parts:
        services += each.services
        people += each.people
    return Alteration(tuple(services), tuple(people))


def alteration_of(facts: Mapping[str, Any]) -> Alteration:
    """The alteration that an event keeps."""
    return msgspec.convert(facts, Alteration)


def between(before: Directory, after: Directory) -> Alteration:
    """What is new or different in the second of two directories."""
    services, people = before.services, before.people
    return Alteration(
        tuple(
            AlteredService(each.id, _facts(services, each.id, _service), _service(each))
            for each in after.services.values()
            if each != services.get(each.id)
        ),
        tuple(
            AlteredPerson(each.id, _facts(people, each.id, _person), _person(each))
            for each in after.people.values()
            if each != people.get(each.id)
        ),
    )


def altered(directory: Directory, alteration: Alteration) -> Directory:
    """A directory after the alteration. Raises `ConflictError` where a fact is neither as it was
    nor as it would be: somebody has changed it since."""
    services, people = dict(directory.services), dict(directory.people)
    for service in alteration.services:
        there = services.get(service.id)
        facts = _merged(
            service.id, service.before, service.after, _facts(services, service.id, _service)
        )
        services[service.id] = replace(there or Service(service.id, "", ""), **asdict(facts))
    for person in alteration.people:
        here = people.get(person.id)
        merged = _merged(person.id, person.before, person.after, _facts(people, person.id, _person))
        people[person.id] = _audited(replace(here or Person(person.id), **asdict(merged)), person)
    return replace(directory, services=services_by_id(services), people=people_by_id(people))


def _audited(merged: Person, altered: AlteredPerson) -> Person:
    """Limits that only went with the role of an auditor stay where another such role is there by
    now."""
    before, roles = altered.before, altered.after.roles
    stays = AUDITORS.isdisjoint(roles) and not AUDITORS.isdisjoint(merged.roles)
    return replace(merged, auditing=before.auditing) if before and stays else merged


def sides(alteration: Alteration, directory: Directory) -> tuple[Directory, Directory]:
    """What is altered alone, as it was and as it would be, whatever has become of it since."""
    services = [(each.id, each.before, each.after) for each in alteration.services]
    people = [(each.id, each.before, each.after) for each in alteration.people]
    before = Alteration(
        tuple(AlteredService(one, None, was) for one, was, _ in services if was),
        tuple(AlteredPerson(one, None, was) for one, was, _ in people if was),
    )
    after = Alteration(
        tuple(AlteredService(one, None, then) for one, _, then in services),
        tuple(AlteredPerson(one, None, then) for one, _, then in people),
    )
    nothing = replace(directory, services=services_by_id(), people=people_by_id())
    return altered(nothing, before), altered(nothing, after)


def _facts(known: Mapping[str, Known], one: str, facts: Callable[[Known], Facts]) -> Facts | None:
    """The facts of a person or service; None if there is none yet."""
    return facts(known[one]) if one in known else None


def _person(person: Person) -> PersonFacts:
    return PersonFacts(
        person.roles, person.line_manager, person.services, person.left_on, person.auditing
    )


def _service(service: Service) -> ServiceFacts:
    return ServiceFacts(
        service.name,
        service.director,
        service.contacts or (),
        service.reserve or "",
        service.policy_first_on,
        service.adopted,
        service.whistleblowing,
        service.regulator,
    )


def _merged(name: str, before: Facts | None, after: Facts, now: Facts | None) -> Facts:
    if before is None and now in (None, after):
        return after
    if before is None or now is None:
        is_there = "is there already" if before is None else "is not there"
        raise ConflictError(f"This does not fit any more: {name!r} {is_there}.")
    wanted = {
        field: _fitting(name, field, value, getattr(after, field), getattr(now, field))
        for field, value in asdict(before).items()
    }
    return changed(now, **wanted)


def _fitting(name: str, field: str, before: Any, after: Any, now: Any) -> Any:
    if before == after or now == after:
        return now
    if field == "roles":
        given, taken = [each for each in after if each not in before], set(before) - set(after)
        if taken <= set(now) and taken.isdisjoint(given) and not set(given) & set(now):
            return (*(each for each in now if each not in taken), *given)
    elif now == before:
        return after
    words = field.replace("_", " ")
    raise ConflictError(f"This does not fit any more: {words} of {name!r} has changed since.")
