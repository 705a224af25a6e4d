"""When somebody first acted on a declaration, and who settled it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from events.declarations import (
    DeclarationAcknowledged,
    DeclarationDecided,
    DeclarationMade,
    DeclarationReopened,
    DeclarationReviewed,
)
from events.event import Event
from register.declarations.declaration import WAITING_FOR_SOMEBODY, Declaration


class Settled(Protocol):
    """What somebody may have settled: a declaration."""

    @property
    def past(self) -> Sequence[Event]: ...
    @property
    def is_settled(self) -> bool: ...


def first_acted_at(declaration: Declaration) -> datetime | None:
    """When a person first acknowledged it, decided or answered; None also for what asked nobody for
    that when it reached the register."""
    made = declaration.past[0]
    if not isinstance(made, DeclarationMade) or made.ruling.status not in WAITING_FOR_SOMEBODY:
        return None
    for event in declaration.past:
        match event:
            case DeclarationAcknowledged(acknowledged_at=at):
                return at
            case DeclarationDecided(decided_by=str(), decided_at=at):
                return at
    return None


def settler(seen: Settled) -> str | None:
    """Who settled it, or last looked at it again, as long as that stands; None where nobody did."""
    for event in reversed(seen.past) if seen.is_settled else ():
        match event:
            case (
                DeclarationAcknowledged(acknowledged_by=by)
                | DeclarationDecided(decided_by=by)
                | DeclarationReviewed(reviewed_by=by)
            ):
                return by
            case DeclarationReopened():
                return None
    return None
