"""What roles are held for."""

from __future__ import annotations

from dataclasses import dataclass

from events.names import Role


@dataclass(frozen=True)
class Matter:
    """What a role is held for: what a worker declares at a service, and about whom."""

    worker: str
    service: str
    acts: Role | None
    """The role that the policy names to act on it."""
    subjects: frozenset[str] | None = frozenset()
    """The people of the directory whom it is about, or ever was; None if the words that say so
    can no longer be read."""
    also: frozenset[str] = frozenset()
    """The other services that it ever concerned: whoever directs one of them may read it too."""

    entered_by: str | None = None
    """Who entered it for the worker, if somebody did: they never act on it."""

    @property
    def services(self) -> frozenset[str]:
        return self.also | {self.service}
