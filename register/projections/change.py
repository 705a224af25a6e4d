"""A change: what a read model is given for each event."""

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
    """An event, and the state of its declaration after it, if it belongs to one."""

    event: Event
    declaration: Declaration | None = None
    service_user_index: bytes | None = None
    """The blind index of the service user's reference; None once the reference is erased."""


def change_of(event: Event, after: Declaration | None, keyring: Keyring) -> Change:
    """The change that a stored event makes; `after` is the state of its declaration, if any."""
    reference = after.service_user if after else None
    if isinstance(event, ServiceUserListed) and event.words is not None:
        reference = event.words.reference
    index = None if reference is None else keyring.blind_index(reference)
    return Change(event, after, index)
