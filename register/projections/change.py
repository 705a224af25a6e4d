"""What a read model is told of."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.event import Event
from events.log.sealing import Keyring
from register.declarations.declaration import Declaration

metadata = sa.MetaData()


@dataclass(frozen=True)
class Change:
    """An event, and the declaration after it where it belongs to one."""

    event: Event
    declaration: Declaration | None = None
    service_user_index: bytes | None = None
    """Finds the service user's declarations again; None once the reference is erased."""


def change_of(event: Event, after: Declaration | None, keyring: Keyring) -> Change:
    """An event that is in the log, with the declaration after it where it belongs to one."""
    reference = after.service_user if after else None
    if isinstance(event, ServiceUserListed) and event.words is not None:
        reference = event.words.reference
    index = None if reference is None else keyring.blind_index(reference)
    return Change(event, after, index)
