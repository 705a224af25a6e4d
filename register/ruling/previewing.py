"""A preview of a declaration: what would follow if it were sent."""

from __future__ import annotations

from dataclasses import dataclass

from events.declarations import DeclarationMade, Ruling
from register.directory.directory import Directory
from register.standing.seeing import readers


@dataclass(frozen=True)
class Unsent:
    """A declaration that is not sent yet, as far as who may see it goes."""

    worker: str
    service: str
    ruling: Ruling

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(told.person for told in self.ruling.tells)


@dataclass(frozen=True)
class Preview:
    ruling: Ruling
    sees: tuple[str, ...]
    """Who would see it besides the worker: the people told, and people with certain roles."""


def previewed(made: DeclarationMade, directory: Directory) -> Preview:
    unsent = Unsent(made.worker, made.service, made.ruling)
    others = (each for each in readers(unsent, directory) if each != made.worker)
    return Preview(made.ruling, tuple(others))
