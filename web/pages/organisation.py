"""People, services and reporting lines as pages show them: now, or as at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from register.declarations.names import Because, Role
from register.declarations.passing import AS
from register.directory.auditing import limits_in_words
from register.directory.comparing import Called, Words
from register.directory.directory import Directory, Person
from register.directory.service import Service
from register.policy import Policies
from register.standing.unheld import Unheld, unheld


@dataclass(frozen=True)
class Branch:
    """A person, and the people whose line manager they are."""

    name: str
    does: str
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class ServiceShown:
    id: str
    name: str
    director: str
    reserve: str | None
    policy: str | None
    version: date | None
    title: str | None
    """The title in the policy's pack."""
    later: tuple[tuple[date, str], ...]
    """The adopted policies that are not in force yet, each with its first day."""


@dataclass(frozen=True)
class Organisation:
    tree: tuple[Branch, ...]
    services: tuple[ServiceShown, ...]
    left: tuple[tuple[str, date], ...]
    unheld: tuple[str, ...]
    """A sentence for each role that the one named for it does not hold."""
    last_resort: tuple[str, ...]


def organisation(directory: Directory, words: Words, policies: Policies) -> Organisation:
    called = Called(words, directory.services)
    by_name = partial(_unheld_in_words, directory=directory, called=called)
    return Organisation(
        tree=_branches(directory, called),
        services=tuple(
            _service(service, called, policies, directory.today)
            for service in sorted(directory.services.values(), key=lambda each: each.name)
        ),
        left=tuple(
            (called.person(person.id), person.left_on)
            for person in sorted(directory.people.values(), key=lambda each: each.id)
            if person.left_on is not None and not directory.is_here(person.id)
        ),
        unheld=tuple(map(by_name, unheld(directory))),
        last_resort=tuple(_last_resort(directory, called)),
    )


def _unheld_in_words(found: Unheld, directory: Directory, called: Called) -> str:
    instead = found.instead
    why = AS.get(instead.because or Because.NAMED, "") if instead else ""
    acts = f"{called.person(instead.person)}{why}" if instead else "nobody"
    match found.role:
        case Role.SERVICE_DIRECTOR if found.workers:
            own, name = called.person(found.named), directory.services[found.service or ""].name
            return f"{own} directs {name}, and nobody could act on what they declare themselves."
        case Role.SERVICE_DIRECTOR:
            of = f"Service director of {directory.services[found.service or ''].name}"
        case Role.LINE_MANAGER:
            of = f"Line manager of {', '.join(map(called.person, found.workers))}"
        case role:
            return f"{role.capitalize()}: there is nobody."
    gone = f"{called.person(found.named)} is not here" if found.named else "nobody is named"
    return f"{of}: {gone}, so {acts} acts."


def _last_resort(directory: Directory, called: Called) -> Iterator[str]:
    for person in directory.last_resort:
        is_known = person in directory.people
        gone = " (has left)" if is_known else " (is not in the directory)"
        yield called.person(person) + ("" if directory.is_here(person) else gone)


def below_each(directory: Directory) -> dict[str | None, list[Person]]:
    """Everybody who has not left, by their nearest line manager who has not left."""
    below: dict[str | None, list[Person]] = {}
    for person in directory.people.values():
        if directory.is_here(person.id):
            above = next(directory.line_above(person.id), None)
            below.setdefault(above, []).append(person)
    return below


def _branches(directory: Directory, called: Called) -> tuple[Branch, ...]:
    """Everybody who has not left, each below their nearest line manager who has not left."""
    below = below_each(directory)

    def branches(people: Iterable[Person]) -> tuple[Branch, ...]:
        siblings = [
            Branch(
                called.person(person.id),
                does(person, directory, called),
                branches(below.get(person.id, ())),
            )
            for person in people
        ]
        return tuple(sorted(siblings, key=lambda each: (not each.below, each.name)))

    return branches(below.get(None, ()))


def does(person: Person, directory: Directory, called: Called) -> str:
    directs = [directory.services[each].name for each in sorted(directory.directs(person.id))]
    parts = [f"directs {' and '.join(directs)}"] if directs else []
    parts += [*person.roles]
    if limits := limits_in_words(person.auditing, called.service):
        parts.append(f"audits {limits}")
    if person.services:
        parts.append(f"at {' and '.join(map(called.service, person.services))}")
    if person.line_manager is not None and not directory.is_here(person.line_manager):
        parts.append(f"their line manager {called.person(person.line_manager)} has left")
    return ", ".join(parts).replace("worker, at", "worker at")


def _service(service: Service, called: Called, policies: Policies, day: date) -> ServiceShown:
    policy = service.policy_on(day)
    version = None if policy is None else policies.version_on(policy, day)
    title = policies.packs[policy][version].title if policy and version else None
    return ServiceShown(
        service.id,
        service.name,
        called.person(service.director),
        called.person(service.reserve) if service.reserve else None,
        policy,
        version,
        title,
        tuple(each for each in service.adopted if each[0] > day),
    )
