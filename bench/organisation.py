"""An organisation of a believable size: two services, eight line managers, sixty-four workers."""

from __future__ import annotations

from datetime import date

from events.directory import PersonWords
from events.event import Event
from register.access import tokens
from register.access.marks import Marks
from register.directory.directory import Person
from register.directory.files import Files
from register.directory.loading import compare
from register.directory.service import Service
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings

ADOPTED_ON = date(2026, 4, 1)
POLICIES = {"elm-house": "residential-short-breaks", "riverside": "supported-living"}
TEAMS, TEAM = 4, 8
"""Teams in a service, and workers in a team."""


def files() -> Files:
    found = Files()
    for service, policy in POLICIES.items():
        director = f"{service}-director"
        adopted = ((ADOPTED_ON, policy),)
        found.services.append(Service(service, service.title(), director, adopted))
        found.people.append(_person(director, None, service))
        for team in range(TEAMS):
            manager = f"{service}-manager-{team}"
            found.people.append(_person(manager, director, service))
            found.people += [
                _person(f"{service}-worker-{team}-{each}", manager, service) for each in range(TEAM)
            ]
    return found


def _person(name: str, manager: str | None, service: str) -> tuple[Person, PersonWords]:
    words = PersonWords(name.replace("-", " ").title(), f"{name}@example.org")
    return Person(name, ("worker",), manager, (service,)), words


WORKERS = [person.id for person, _ in files().people if "-worker-" in person.id]
MANAGERS = [person.id for person, _ in files().people if "-manager-" in person.id]


def changes(register: Register) -> list[Event]:
    return compare(files(), register.log, register.read.directory(), register.policies).events


def prepare(settings: Settings, people: list[str]) -> list[str]:
    """A register with the organisation in it; gives a token for each person."""
    register = open_register(settings)
    try:
        register.change_directory(changes(register))
        with register.log.database.write() as connection:
            now = register.log.now()
            return [
                tokens.create(connection, Marks(register.log.keyring), person, now)
                for person in people
            ]
    finally:
        register.close()
