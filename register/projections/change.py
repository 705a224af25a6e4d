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
    """The blind index of the service user's reference; None if there is none, or it is erased."""
    subject_indexes: tuple[bytes, ...] = ()
    """The blind indexes of the people whom the declaration is or ever was about."""


def change_of(event: Event, after: Declaration | None, keyring: Keyring) -> Change:
    """The change that a stored event makes; `after` is the state of its declaration, if any."""
    reference = after.service_user if after else None
    if isinstance(event, ServiceUserListed) and event.words is not None:
        reference = event.words.reference
    index = None if reference is None else keyring.blind_index(reference)
    return Change(event, after, index, _subject_indexes(after, keyring))


NOBODY_KNOWS = b""
"""Stands for whom a declaration is about, once the words that say so are erased."""


def person_index(keyring: Keyring, person: str) -> bytes:
    """The blind index of a person. No case reference has a space in it, so none has this index."""
    return keyring.blind_index(f"person {person}")


def _subject_indexes(after: Declaration | None, keyring: Keyring) -> tuple[bytes, ...]:
    if after is None:
        return ()
    if after.subjects is None:
        return (NOBODY_KNOWS,)
    return tuple(person_index(keyring, each) for each in after.subjects)
