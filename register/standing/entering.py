"""Who may enter what a worker told them: whoever is the worker's line manager, or the director of
the service."""

from __future__ import annotations

from collections.abc import Iterable

from events.names import Role
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.holding import holding
from register.standing.roles import ROLES
from register.standing.seeing import below


def may_enter_for(by: str, worker: str, services: Iterable[str], directory: Directory) -> bool:
    """Whether a person holds one of these roles for a worker at one of some services."""
    return any(
        by in holding(directory, role, Matter(worker, service, None))
        for service in services
        for role in ROLES
    )


def places_of(worker: str, directory: Directory) -> Iterable[str]:
    """The services at which a worker may declare: their own; all, for somebody who has none."""
    return directory.people[worker].services or directory.services


def entered_in_place_of(by: str, worker: str, service: str, directory: Directory) -> str | None:
    """For whom somebody enters it who covers for others; None if they may do so themselves."""
    alone = directory.without_covers()
    if may_enter_for(by, worker, [service], alone):
        return None
    away = directory.covers_for(by)
    return next((each for each in away if may_enter_for(each, worker, [service], alone)), None)


def enters_for(by: str, directory: Directory) -> list[str]:
    """Everybody for whom a person may enter what they told."""
    directed = set(directory.directs(by)).union(*map(directory.directs, directory.covers_for(by)))
    near = below(by, directory)

    def may_be_theirs(worker: str) -> bool:
        """What costs less to ask of everybody than whether they really are."""
        is_near = worker in near or bool(directed.intersection(places_of(worker, directory)))
        return is_near or next(directory.line_above(worker), None) is None

    return [
        each.id
        for each in directory.people.values()
        if each.id != by
        and Role.WORKER in each.roles
        and directory.is_here(each.id)
        and may_be_theirs(each.id)
        and may_enter_for(by, each.id, places_of(each.id, directory), directory)
    ]
