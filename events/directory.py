"""What happens to the directory: people, services, service users and adopted policies; and changes
of it that wait for a second person.

`changed_by` is who made a change; None for what came by the command line.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from msgspec import Struct

from events.event import Event
from events.names import ChangeOf, Role


class PersonWords(Struct, frozen=True):
    name: str
    email: str
    staff_number: str | None = None
    """With which a printed slip is opened; None where no file ever said it."""


class ServiceUserWords(Struct, frozen=True):
    reference: str
    label: str


class Auditing(Struct, frozen=True):
    """Between which days somebody audits, both included, and for which services. What is not said
    limits nothing."""

    first_on: date | None = None
    last_on: date | None = None
    services: tuple[str, ...] = ()


class PersonJoined(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "person-joined"

    person: str
    roles: tuple[Role, ...]
    line_manager: str | None
    services: tuple[str, ...]
    left_on: date | None
    auditing: Auditing = Auditing()
    changed_by: str | None = None
    words: PersonWords | None = None


class PersonRenamed(Event, frozen=True, kw_only=True):
    """A person has a new name or email address."""

    TOPIC: ClassVar[str] = "person-renamed"

    person: str
    changed_by: str | None = None
    words: PersonWords | None = None


class PersonMoved(Event, frozen=True, kw_only=True):
    """A person has another line manager, other services or other roles, or audits within other
    limits."""

    TOPIC: ClassVar[str] = "person-moved"

    person: str
    roles: tuple[Role, ...]
    line_manager: str | None
    services: tuple[str, ...]
    auditing: Auditing = Auditing()
    changed_by: str | None = None


class PersonLeft(Event, frozen=True, kw_only=True):
    """A person leaves on the day `left_on`; None if they stay after all or have come back."""

    TOPIC: ClassVar[str] = "person-left"

    person: str
    left_on: date | None
    changed_by: str | None = None


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
    whistleblowing: str = ""
    """Where the whistleblowing policy is, or whom it says to tell; empty where nobody said."""
    regulator: str = ""
    """Who regulates the service; empty where nobody said."""
    changed_by: str | None = None

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class ServiceChanged(Event, frozen=True, kw_only=True):
    """A service has another name, director or reserve, other contacts or ways to go further, or has
    had a policy for longer."""

    TOPIC: ClassVar[str] = "service-changed"
    class_version: ClassVar[int] = 2

    service: str
    name: str
    director: str
    contacts: tuple[str, ...] = ()
    policy_first_on: date | None = None
    reserve: str = ""
    whistleblowing: str = ""
    regulator: str = ""
    changed_by: str | None = None

    upcast_v1_v2 = staticmethod(_with_no_contacts)


class PolicyAdopted(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "policy-adopted"

    service: str
    policy: str
    in_force_on: date
    changed_by: str | None = None


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
    changed_by: str | None = None
    words: ServiceUserWords | None = None


class ProposedWords(Struct, frozen=True):
    """The names and addresses of people who would be new, or have another address; by id."""

    people: dict[str, PersonWords]


class ChangeProposed(Event, frozen=True, kw_only=True):
    """A change waits for a second person. `facts` is what it would do, in the words of its sort."""

    TOPIC: ClassVar[str] = "change-proposed"

    change: ChangeOf
    facts: dict[str, Any]
    proposed_by: str
    words: ProposedWords | None = None


class ChangeApproved(Event, frozen=True, kw_only=True):
    """A second person approved a change, which was made at once."""

    TOPIC: ClassVar[str] = "change-approved"

    approved_by: str


class ChangeDeclined(Event, frozen=True, kw_only=True):
    """A change will not be made: a second person declined it, or whoever proposed it withdrew
    it."""

    TOPIC: ClassVar[str] = "change-declined"

    declined_by: str
