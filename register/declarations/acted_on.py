"""When somebody first acted on a declaration."""

from __future__ import annotations

from datetime import datetime

from events.declarations import DeclarationAcknowledged, DeclarationDecided, DeclarationMade
from register.declarations.declaration import WAITING_FOR_SOMEBODY, Declaration


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
