"""How long a session lasts, and when it is enough to declare and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from events.names import Role
from register.directory.directory import Directory

IDLE = timedelta(minutes=30)
"""Without use for this long, a worker's session is limited, and anybody else's ends."""
A_SHIFT = timedelta(hours=12)
"""A session of anybody who is not only a worker ends this long after it began."""
ON_A_PHONE = timedelta(days=30)
"""A worker's session ends this long after it began."""


class Lasting(Protocol):
    @property
    def person(self) -> str: ...
    @property
    def held(self) -> Iterable[str]: ...
    @property
    def began_at(self) -> datetime: ...
    @property
    def used_at(self) -> datetime: ...
    @property
    def verified_at(self) -> datetime | None: ...


def roles_of(person: str, directory: Directory) -> frozenset[Role]:
    """Every role that somebody has: those that were given, and those of the lines and services."""
    found = set(directory.people[person].roles)
    if directory.manages(person):
        found.add(Role.LINE_MANAGER)
    if directory.directs(person):
        found.add(Role.SERVICE_DIRECTOR)
    return frozenset(found)


def is_only_worker(person: str, directory: Directory) -> bool:
    """Whether they see what they declared themselves, and nothing of others."""
    reserves = {service.reserve for service in directory.services.values()}
    stands_in = person in reserves or person in directory.last_resort
    return roles_of(person, directory) == {Role.WORKER} and not stands_in


def lasts(session: Lasting, directory: Directory, now: datetime) -> bool:
    """Whether a session goes on. Whoever lost a role, or left and came back, signs in anew."""
    if not directory.is_here_since(session.person, session.began_at):
        return False
    if not roles_of(session.person, directory).issuperset(session.held):
        return False
    if is_only_worker(session.person, directory):
        return now - session.began_at < ON_A_PHONE
    return now - session.began_at < A_SHIFT and now - session.used_at < IDLE


def is_limited(session: Lasting, directory: Directory, now: datetime) -> bool:
    """Whether a worker's session was neither used nor verified lately: whoever picks up a phone
    that was put down sees nothing of what was declared."""
    if not is_only_worker(session.person, directory):
        return False
    latest = max(session.used_at, session.verified_at or session.used_at)
    return now - latest >= IDLE
