"""What a declaration would bring about, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from events.declarations import DeclarationMade, Outcome
from events.event import Event
from register.directory.directory import Directory


@dataclass(frozen=True)
class Preview:
    outcome: Outcome
    sees: tuple[str, ...]
    """Who would see it, beside the worker: those told, and those who may by their role."""


def previewed(made: Event, directory: Directory) -> Preview:
    if not isinstance(made, DeclarationMade):
        raise TypeError("only a declaration is previewed")
    outcome = made.outcome
    people = [told.person for told in outcome.tells]
    if "line_manager" in outcome.seen_by:
        people += directory.line_above(made.worker)
    if "service_director" in outcome.seen_by:
        people.append(directory.services[made.service].director)
    if "auditor" in outcome.seen_by:
        people += [each.id for each in directory.people.values() if "auditor" in each.roles]
    here = [each for each in people if directory.is_here(each) and each != made.worker]
    return Preview(outcome, tuple(dict.fromkeys(here)))
