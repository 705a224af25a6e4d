"""Whom something went on to because nobody had done it in time: they may do it as well, as long as
it is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from register.declarations.declaration import Escalation
from register.declarations.matter import Matter
from register.directory.directory import Directory
from register.standing.barring import is_barred


class Asked(Protocol):
    @property
    def matter(self) -> Matter: ...
    @property
    def escalations(self) -> Iterable[Escalation]: ...


def asked_as_well(held: Asked, keys: Iterable[str], directory: Directory) -> set[str]:
    """Everybody who may do what has one of these keys, because it went on to them; nobody who has
    left, or is barred by now."""
    return {person for person in _people(held, set(keys)) if _may(person, held.matter, directory)}


def _people(held: Asked, keys: set[str]) -> Iterator[str]:
    for each in held.escalations:
        if each.duty in keys:
            yield each.person
            if each.for_person is not None:
                yield each.for_person


def _may(person: str, matter: Matter, directory: Directory) -> bool:
    is_able = person not in (matter.worker, matter.entered_by) and directory.is_here(person)
    return is_able and not is_barred(person, matter, directory)
