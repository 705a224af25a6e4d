"""What an administrator changes in the directory, as pages and programs send it: the person or
service as they would be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from events.directory import PersonWords
from register.directory.cache import names_at
from register.directory.directory import Person
from register.directory.files import Files
from register.directory.loading import Load
from register.register import Register


def alter(register: Register, by: str | None, person: str, **facts: Any) -> Load:
    """Change facts of somebody who is known, or let somebody join."""
    known = register.read.directory().people.get(person, Person(person))
    words = names_at(register.log).get(person) or PersonWords(person.title(), f"{person}@test")
    files = Files(people=[(replace(known, **facts), words)], names_people=False)
    return register.load(files, by=by)


def give(register: Register, by: str | None, person: str, *roles: str) -> Load:
    had = register.read.directory().people[person].roles
    return alter(register, by, person, roles=(*had, *roles))


def take(register: Register, by: str | None, person: str, role: str) -> Load:
    had = register.read.directory().people[person].roles
    return alter(register, by, person, roles=tuple(each for each in had if each != role))


def alter_service(register: Register, by: str | None, service: str, **facts: Any) -> Load:
    known = register.read.directory().services[service]
    return register.load(Files(services=[replace(known, **facts)], names_people=False), by=by)
