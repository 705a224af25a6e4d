"""Who holds a role for a worker now."""

from __future__ import annotations

from collections.abc import Iterator

from events.names import Role
from register.directory.directory import Directory


def who_holds(directory: Directory, role: Role, worker: str, service: str) -> str | None:
    """Who holds a role for a worker: somebody else, who is here; None where there is nobody.

    It is never the worker, nor somebody who has left. If the person named is either, the next
    person above in the reporting line who could hold the role has it. If there is none, a
    director has it: the service's own before one of another service.
    """
    is_manager = role == Role.LINE_MANAGER
    named = directory.line_above(worker) if is_manager else _directors(directory, service)
    others = (person for person in named if person != worker)
    return next(others, None) or next(_other_directors(directory, worker, service), None)


def _directors(directory: Directory, service: str) -> Iterator[str]:
    """The director of a service, if they have not left, then the directors above them."""
    director = directory.services[service].director
    if directory.is_here(director):
        yield director
    yield from (above for above in directory.line_above(director) if directory.directs(above))


def _other_directors(directory: Directory, worker: str, service: str) -> Iterator[str]:
    for each in sorted(directory.services, key=lambda each: (each != service, each)):
        director = directory.services[each].director
        if director != worker and directory.is_here(director):
            yield director
