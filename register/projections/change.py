"""A change: what a read model is given for each event."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.event import Event
from events.log.sealing import Keyring
from register.alerts.sort import State
from register.declarations.declaration import Declaration

metadata = sa.MetaData()


@dataclass(frozen=True)
class Change:
    """An event, and the state of its stream after it, if the stream is of a sort that has one."""

    event: Event
    state: State | None = None
    service_user_index: bytes | None = None
    """The blind index of the service user's reference; None once the reference is erased."""

    @property
    def declaration(self) -> Declaration | None:
        """The state, if it is that of a declaration."""
        return self.state if isinstance(self.state, Declaration) else None


def change_of(event: Event, after: State | None, keyring: Keyring) -> Change:
    """The change that a stored event makes; `after` is the state of its stream, if it has one."""
    reference = after.service_user if isinstance(after, Declaration) else None
    if isinstance(event, ServiceUserListed) and event.words is not None:
        reference = event.words.reference
    index = None if reference is None else keyring.blind_index(reference)
    return Change(event, after, index)
