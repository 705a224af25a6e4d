"""A change: what a read model is given for each event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from events.directory import ServiceUserListed
from events.event import Event
from events.holds import HoldPlaced
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
    """The blind index of the service user's reference; None if there is none, or it is erased."""
    subject_indexes: tuple[bytes, ...] = ()
    """The blind indexes of the people whom the declaration is or ever was about."""
    excluded_indexes: tuple[bytes | None, ...] = ()
    """The blind indexes of the service users of the declaration's exclusions, in their order."""

    held_index: bytes | None = None
    """The blind index of what a legal hold is on."""

    @property
    def declaration(self) -> Declaration | None:
        """The state, if it is that of a declaration."""
        return self.state if isinstance(self.state, Declaration) else None


def change_of(event: Event, after: State | None, keyring: Keyring) -> Change:
    """The change that a stored event makes; `after` is the state of its stream, if it has one."""
    declaration = after if isinstance(after, Declaration) else None
    reference = declaration.service_user if declaration else None
    if isinstance(event, ServiceUserListed) and event.words is not None:
        reference = event.words.reference
    index = None if reference is None else keyring.blind_index(reference)
    return Change(
        event,
        after,
        index,
        _subject_indexes(declaration, keyring),
        _excluded_indexes(declaration, keyring),
        _held_index(event, keyring),
    )


NOBODY_KNOWS = b""
"""Stands for whom a declaration is about, once the words that say so are erased."""


def person_index(keyring: Keyring, person: str) -> bytes:
    """The blind index of a person. No case reference has a space in it, so none has this index."""
    return keyring.blind_index(f"person {person}")


def _excluded_indexes(
    declaration: Declaration | None, keyring: Keyring
) -> tuple[bytes | None, ...]:
    if declaration is None:
        return ()
    references = (each.service_user for each in declaration.exclusions)
    return tuple(None if each is None else keyring.blind_index(each) for each in references)


def _held_index(event: Event, keyring: Keyring) -> bytes | None:
    if not isinstance(event, HoldPlaced) or event.words is None:
        return None
    words = event.words
    return held_index(keyring, words.declaration, words.person, words.service_user)


def held_index(
    keyring: Keyring, declaration: UUID | None, person: str | None, service_user: str | None
) -> bytes | None:
    """The blind index of the one of these that is given."""
    if declaration is not None:
        return keyring.blind_index(f"declaration {declaration}")
    if person is not None:
        return person_index(keyring, person)
    return None if service_user is None else keyring.blind_index(service_user)


def _subject_indexes(declaration: Declaration | None, keyring: Keyring) -> tuple[bytes, ...]:
    if declaration is None:
        return ()
    if declaration.subjects is None:
        return (NOBODY_KNOWS,)
    return tuple(person_index(keyring, each) for each in declaration.subjects)
