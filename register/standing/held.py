"""The roles that a person has on a day: given to them, or by a reporting line or a service."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from events.names import Role
from register.directory.auditing import AUDITORS
from register.directory.directory import Directory

WORKER = frozenset({Role.WORKER})
DIRECTOR = frozenset({Role.SERVICE_DIRECTOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OFFICER = frozenset({Role.DATA_PROTECTION_OFFICER})
AUDITOR = AUDITORS
ABOVE = frozenset({Role.LINE_MANAGER, Role.SERVICE_DIRECTOR})
ACTING = ABOVE | {Role.STAND_IN}
"""Those who act on what others declare."""
READER = ACTING | WORKER | AUDITOR
"""Everybody who reads declarations."""
ERASES = ABOVE | ADMINISTRATOR | OFFICER
"""Those who may ask that something be erased; what of, `register.erasing.asking` says."""
ANYBODY = frozenset(Role)
"""Everybody who is signed in, whatever their role, and also without one."""


class Of(StrEnum):
    """Whose things somebody comes to see, or to act on."""

    NOBODY = "yes"
    """Nothing that is anybody's."""
    OWN = "own"
    SEEN = "seen"
    HELD = "held"
    ALL = "all"


def roles_held(person: str, directory: Directory) -> frozenset[Role]:
    """None for whoever is not here."""
    return frozenset(_roles(person, directory)) if directory.is_here(person) else frozenset()


def _roles(person: str, directory: Directory) -> Iterator[Role]:
    yield from directory.people[person].roles_on(directory.today)
    if directory.manages(person):
        yield Role.LINE_MANAGER
    if directory.directs(person):
        yield Role.SERVICE_DIRECTOR
    reserves = {service.reserve for service in directory.services.values()}
    if person in reserves or person in directory.last_resort:
        yield Role.STAND_IN
