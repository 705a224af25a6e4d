"""How a declaration came out that is over."""

from __future__ import annotations

from events.names import CameOut, Status
from register.declarations.declaration import Declaration


def came_out(declaration: Declaration) -> str:
    """The outcome that somebody or the rule gave; else what became of it."""
    if declaration.status == Status.WITHDRAWN:
        return CameOut.WITHDRAWN
    taken = declaration.decision or declaration.answer
    if taken is not None:
        return taken.outcome
    return CameOut.ACKNOWLEDGED if declaration.acknowledged else CameOut.CLOSED
