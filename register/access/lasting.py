"""How long a session lasts, and when it is enough to declare and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from register.directory.directory import Directory
from register.standing.held import WORKER, roles_held

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


def is_only_worker(person: str, directory: Directory) -> bool:
    """Whether they see what they declared themselves, and nothing of others."""
    return roles_held(person, directory) == WORKER


def lasts(session: Lasting, directory: Directory, now: datetime) -> bool:
    """Whether a session goes on. Whoever lost a role, or left and came back, signs in anew."""
    if not directory.is_here_since(session.person, session.began_at):
        return False
    if not roles_held(session.person, directory).issuperset(session.held):
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
