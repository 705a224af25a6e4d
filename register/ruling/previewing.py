"""A preview of a declaration: what would follow if it were sent."""

from __future__ import annotations

from dataclasses import dataclass

from events.declarations import DeclarationMade, Ruling
from register.directory.directory import Directory


@dataclass(frozen=True)
class Preview:
    ruling: Ruling
    sees: tuple[str, ...]
    """Who would see it besides the worker: the people told, and people with certain roles."""


def previewed(made: DeclarationMade, directory: Directory) -> Preview:
    ruling = made.ruling
    people = [told.person for told in ruling.tells]
    if "line_manager" in ruling.seen_by:
        people += directory.line_above(made.worker)
    if "service_director" in ruling.seen_by:
        people.append(directory.services[made.service].director)
    if "auditor" in ruling.seen_by:
        people += [each.id for each in directory.people.values() if "auditor" in each.roles]
    here = [each for each in people if directory.is_here(each) and each != made.worker]
    return Preview(ruling, tuple(dict.fromkeys(here)))
