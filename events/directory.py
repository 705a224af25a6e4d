"""What happens to the directory: people, services, service users and adopted policies."""

from __future__ import annotations

from datetime import date, datetime
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
    services: tuple[str, ...]
    left_on: date | None
    words: PersonWords | None = None


class PersonRenamed(Event, frozen=True, kw_only=True):
    """A person has a new name or email address."""

    TOPIC: ClassVar[str] = "person-renamed"

    person: str
    words: PersonWords | None = None


class PersonMoved(Event, frozen=True, kw_only=True):
    """A person has another line manager, other services or other roles."""

    TOPIC: ClassVar[str] = "person-moved"

    person: str
    roles: tuple[Role, ...]
    line_manager: str | None
    services: tuple[str, ...]


class PersonLeft(Event, frozen=True, kw_only=True):
    """A person leaves on the day `left_on`; None if they stay after all or have come back."""

    TOPIC: ClassVar[str] = "person-left"

    person: str
    left_on: date | None


def _with_no_contacts(state: dict[str, Any]) -> None:
    state["contacts"] = []


class ServiceOpened(Event, frozen=True, kw_only=True):
    """A service is new. Its workers call one of `contacts` when somebody is at risk; it has had
    some policy on boundaries since `policy_first_on`, if that was before the register knew of one.

    Version 1 had no contacts.
    """

    TOPIC: ClassVar[str] = "service-opened"
    class_version: ClassVar[int] = 2

    service: str
    name: str
    director: str
    contacts: tuple[str, ...] = ()
    policy_first_on: date | None = None
    reserve: str = ""
    """Who acts where nobody above the director can; empty if there is nobody."""

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class ServiceChanged(Event, frozen=True, kw_only=True):
    """A service has another name, director or reserve, other contacts, or has had a policy for
    longer."""

    TOPIC: ClassVar[str] = "service-changed"
    class_version: ClassVar[int] = 2

    service: str
    name: str
    director: str
    contacts: tuple[str, ...] = ()
    policy_first_on: date | None = None
    reserve: str = ""

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class PolicyAdopted(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "policy-adopted"

    service: str
    policy: str
    in_force_on: date


class PolicyPublished(Event, frozen=True, kw_only=True):
    """A policy version came into force. `pack` is the content of the pack's file at that time."""

    TOPIC: ClassVar[str] = "policy-published"

    policy: str
    version: date
    pack: dict[str, Any]


class CoverNamed(Event, frozen=True, kw_only=True):
    """Somebody covers for a person from the first day to the last, both included. The stream is the
    cover's own."""

    TOPIC: ClassVar[str] = "cover-named"

    person: str
    covered_by: str
    first_on: date
    last_on: date
    named_by: str


class CoverEnded(Event, frozen=True, kw_only=True):
    """A cover is over before its last day, or never begins."""

    TOPIC: ClassVar[str] = "cover-ended"

    ended_by: str
    ended_at: datetime


class ServiceUserListed(Event, frozen=True, kw_only=True):
    """A service user is listed for the first time, or their service, label or last day changed."""

    TOPIC: ClassVar[str] = "service-user-listed"

    service: str
    ended_on: date | None
    words: ServiceUserWords | None = None
