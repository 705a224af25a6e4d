"""A preview of a declaration: what would follow if it were sent."""

from __future__ import annotations

from dataclasses import dataclass

from events.declarations import DeclarationMade, Ruling
from events.names import Role
from register.directory.directory import Directory


@dataclass(frozen=True)
class Preview:
    ruling: Ruling
    sees: tuple[str, ...]
    """Who would see it besides the worker: the people told, and people with certain roles."""


def previewed(made: DeclarationMade, directory: Directory) -> Preview:
    ruling = made.ruling
    people = [told.person for told in ruling.tells]
    if Role.LINE_MANAGER in ruling.seen_by:
        people += directory.line_above(made.worker)
    if Role.SERVICE_DIRECTOR in ruling.seen_by:
        people.append(directory.services[made.service].director)
    if Role.AUDITOR in ruling.seen_by:
        people += [each.id for each in directory.people.values() if Role.AUDITOR in each.roles]
    here = [each for each in people if directory.is_here(each) and each != made.worker]
    return Preview(ruling, tuple(dict.fromkeys(here)))
