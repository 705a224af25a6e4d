"""What was done by somebody who covered for another: whom that told, and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from events.event import Event


class Told(Protocol):
    @property
    def person(self) -> str: ...
    @property
    def for_person(self) -> str | None: ...


def told_of(tells: Iterable[Told]) -> frozenset[str]:
    """Everybody who is told for good. Whoever is told as they cover is so in another's place, who
    is told by it."""
    return frozenset(each.for_person or each.person for each in tells)


def covering_of(tells: Iterable[Told]) -> frozenset[tuple[str, str]]:
    """Whoever is told as they cover, each with the one for whom: they know of it meanwhile."""
    return frozenset((each.person, each.for_person) for each in tells if each.for_person)


def naming(event: Event, actor: str | None, name: Callable[[str], str]) -> Callable[[str], str]:
    """How people are named in a sentence about an event: whoever acted in another's place with
    that person."""
    away = getattr(event, "for_person", None)
    if away is None or actor is None:
        return name
    return lambda person: f"{name(actor)} (for {name(away)})" if person == actor else name(person)
