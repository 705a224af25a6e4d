"""Who works where and for whom, and which policy a service has adopted."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from msgspec import Struct

from events.event import Event
from events.names import Role


class PersonWords(Struct, frozen=True):
    name: str
    email: str


class ServiceUserWords(Struct, frozen=True):
    reference: str
    label: str


class PersonJoined(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "person-joined"

    person: str
    roles: tuple[Role, ...]
    line_manager: str | None
    service: str | None
    left_on: date | None
    words: PersonWords | None = None


class PersonRenamed(Event, frozen=True, kw_only=True):
    """A new name or address."""

    TOPIC: ClassVar[str] = "person-renamed"

    person: str
    words: PersonWords | None = None


class PersonMoved(Event, frozen=True, kw_only=True):
    """Another line manager, service or roles."""

    TOPIC: ClassVar[str] = "person-moved"

    person: str
    roles: tuple[Role, ...]
    line_manager: str | None
    service: str | None


class PersonLeft(Event, frozen=True, kw_only=True):
    """The last day; None where the person stays or has come back."""

    TOPIC: ClassVar[str] = "person-left"

    person: str
    left_on: date | None


def _with_no_contacts(state: dict[str, Any]) -> None:
    state["contacts"] = []


class ServiceOpened(Event, frozen=True, kw_only=True):
    """`contacts`: whom its workers call when somebody is at risk. Version 1 had none."""

    TOPIC: ClassVar[str] = "service-opened"
    class_version: ClassVar[int] = 2

    service: str
    name: str
    director: str
    contacts: tuple[str, ...] = ()

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class ServiceChanged(Event, frozen=True, kw_only=True):
    """Another name, director or contacts."""

    TOPIC: ClassVar[str] = "service-changed"
    class_version: ClassVar[int] = 2

    service: str
    name: str
    director: str
    contacts: tuple[str, ...] = ()

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class PolicyAdopted(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "policy-adopted"

    service: str
    policy: str
    in_force_on: date


class PolicyPublished(Event, frozen=True, kw_only=True):
    """One version of a policy as it stood when it first held: the pack's file, as data."""

    TOPIC: ClassVar[str] = "policy-published"

    policy: str
    version: date
    pack: dict[str, Any]


class ServiceUserListed(Event, frozen=True, kw_only=True):
    """A service user's reference and label, or what they have become."""

    TOPIC: ClassVar[str] = "service-user-listed"

    service: str
    ended_on: date | None
    words: ServiceUserWords | None = None
