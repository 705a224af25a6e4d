"""A preview of a declaration: what would follow if it were sent."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from events.declarations import DeclarationMade, Ruling
from register.declarations.folding import evolve
from register.directory.directory import Directory
from register.standing.at_once import escalations_at_once
from register.standing.seeing import readers


@dataclass(frozen=True)
class Preview:
    service: str
    ruling: Ruling
    sees: tuple[str, ...]
    """Who would see it besides the worker: the people told, and whom the policy allows."""
    subject: str | None
    """The id of whom of the directory it would be about, if of anybody."""


def previewed(made: DeclarationMade, directory: Directory) -> Preview:
    """`made` is the event that would be stored."""
    made_by_now = evolve(None, made)
    asked = escalations_at_once(made_by_now, directory)
    declaration = replace(made_by_now, escalations=asked)
    others = (each for each in readers(declaration, directory) if each != made.worker)
    about = next(iter(declaration.subjects or ()), None)
    return Preview(declaration.service, declaration.ruling, tuple(others), about)
