"""People, services and reporting lines as pages show them: now, or as at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from register.directory.comparing import Called, Words
from register.directory.directory import Directory, Person, Service
from register.policy import Policies


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


def organisation(directory: Directory, words: Words, policies: Policies) -> Organisation:
    called = Called(words, directory.services)
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
    )


def _branches(directory: Directory, called: Called) -> tuple[Branch, ...]:
    """Everybody who has not left, each below their nearest line manager who has not left."""
    below: dict[str | None, list[Person]] = {}
    for person in directory.people.values():
        if directory.is_here(person.id):
            above = next(directory.line_above(person.id), None)
            below.setdefault(above, []).append(person)

    def branches(people: Iterable[Person]) -> tuple[Branch, ...]:
        siblings = [
            Branch(
                called.person(person.id),
                _does(person, directory, called),
                branches(below.get(person.id, ())),
            )
            for person in people
        ]
        return tuple(sorted(siblings, key=lambda each: (not each.below, each.name)))

    return branches(below.get(None, ()))


def _does(person: Person, directory: Directory, called: Called) -> str:
    directs = [directory.services[each].name for each in sorted(directory.directs(person.id))]
    parts = [f"directs {' and '.join(directs)}"] if directs else []
    parts += [*person.roles]
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
        policy,
        version,
        title,
        tuple(each for each in service.adopted if each[0] > day),
    )
