"""What happens to a person's ways of signing in. Each person has one stream of these, and is told
of each of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.event import Event
from events.ids import own_id
from events.names import How, Scope


def account_of(person: str) -> UUID:
    """The stream of what happens to a person's ways of signing in."""
    return own_id("account", person)


class MeansWords(Struct, frozen=True):
    name: str
    """What its owner calls a passkey or a token."""


class SignInAdded(Event, frozen=True, kw_only=True):
    """A person can sign in by something more, such as a passkey."""

    TOPIC: ClassVar[str] = "sign-in-added"

    person: str
    how: How
    added_by: str
    provider: str | None = None
    """The name that the settings give to the provider, where it is one."""
    words: MeansWords | None = None


class SignInRemoved(Event, frozen=True, kw_only=True):
    """A person can no longer sign in by this."""

    TOPIC: ClassVar[str] = "sign-in-removed"

    person: str
    how: How
    removed_by: str
    provider: str | None = None
    words: MeansWords | None = None


class LinkMade(Event, frozen=True, kw_only=True):
    """A link was made that signs a person in, once."""

    TOPIC: ClassVar[str] = "link-made"

    person: str
    made_by: str | None
    """None for whoever keeps the register, at the command line."""
    works_from: datetime
    works_until: datetime


class SessionsEnded(Event, frozen=True, kw_only=True):
    """Somebody else ended all sessions of a person."""

    TOPIC: ClassVar[str] = "sessions-ended"

    person: str
    ended_by: str | None
    """None for whoever keeps the register, at the command line."""


class TokenMade(Event, frozen=True, kw_only=True):
    """A program can call the API as this person."""

    TOPIC: ClassVar[str] = "token-made"

    person: str
    made_by: str | None
    scopes: tuple[Scope, ...]
    services: tuple[str, ...]
    """The services to which it is limited; none if it is not."""
    ends_on: date
    words: MeansWords | None = None


class TokenEnded(Event, frozen=True, kw_only=True):
    """Somebody ended a token of this person."""

    TOPIC: ClassVar[str] = "token-ended"

    person: str
    ended_by: str | None
    words: MeansWords | None = None
