"""Who may not be whose key worker: one line for a worker and a service user, however often it was
declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from register.declarations.declaration import Declaration, Exclusion
from register.directory.directory import Directory


@dataclass(frozen=True)
class Entry:
    """An exclusion that stands, and the declaration that it comes from."""

    declaration: Declaration
    exclusion: Exclusion

    @property
    def pair(self) -> tuple[str, str | None, UUID | None]:
        """Worker and service user. What nobody can name any more is a pair of its own."""
        worker, user = self.declaration.worker, self.exclusion.service_user
        if user is None:
            return worker, None, self.declaration.id
        return worker, user.casefold(), None

    @property
    def since(self) -> datetime:
        return self.declaration.past[self.exclusion.since - 1].moment


@dataclass(frozen=True)
class Excluded:
    """A worker who may not be a service user's key worker."""

    worker: str
    service_user: str | None
    service: str
    """Where the service user is served: by the directory, else by the last declaration."""
    services: frozenset[str]
    """That service, and those of all the declarations."""
    since: datetime
    entries: Sequence[Entry]
    """The oldest declaration first."""

    @property
    def declaration(self) -> Declaration:
        """The last one, which names the exclusion."""
        return self.entries[-1].declaration


ExcludedFor = Callable[[str | None], Sequence[Excluded]]
"""Everybody who may not be a service user's key worker. It is asked only where a rule depends on
it, as it has to be looked up."""


def nobody_excluded(_service_user: str | None) -> Sequence[Excluded]:
    return ()


def entries_of(declarations: Iterable[Declaration]) -> list[Entry]:
    return [Entry(each, exclusion) for each in declarations for exclusion in each.excluding]


def excluded(entries: Iterable[Entry], directory: Directory) -> list[Excluded]:
    """The lines that these make, the oldest first."""
    by_pair = sorted(entries, key=lambda entry: tuple(map(str, entry.pair)))
    lines = [_line(list(its), directory) for _, its in groupby(by_pair, lambda each: each.pair)]
    return sorted(lines, key=attrgetter("since"))


def _line(unordered: Sequence[Entry], directory: Directory) -> Excluded:
    entries = sorted(unordered, key=lambda each: each.declaration.position_of(1))
    last = entries[-1].exclusion
    service = directory.service_of(last.service_user) or last.service
    return Excluded(
        worker=entries[-1].declaration.worker,
        service_user=last.service_user,
        service=service,
        services=frozenset({service, *(each.exclusion.service for each in entries)}),
        since=min(each.since for each in entries),
        entries=entries,
    )
