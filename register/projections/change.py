"""What a read model is told of."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from events.event import Event
from register.declarations.declaration import Declaration

metadata = sa.MetaData()


@dataclass(frozen=True)
class Change:
    """An event, and the declaration after it where it belongs to one."""

    event: Event
    declaration: Declaration | None = None
    service_user_index: bytes | None = None
    """Finds the service user's declarations again; None once the reference is erased."""
