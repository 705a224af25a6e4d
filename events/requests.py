"""What people ask about what is held of them, and what they complain of. Each is a stream of its
own."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.event import Event
from events.names import BundleForm, RequestAbout, Withheld


class RequestWords(Struct, frozen=True):
    """About whom: one of the two."""

    person: str | None = None
    service_user: str | None = None
    note: str | None = None


class RequestReceived(Event, frozen=True, kw_only=True):
    """Somebody wants to have what is held about them."""

    TOPIC: ClassVar[str] = "request-received"

    about: RequestAbout
    received_on: date
    due_on: date
    recorded_by: str
    words: RequestWords | None = None


class DisclosureWords(Struct, frozen=True):
    declaration: UUID
    reason: str


class DisclosureDecided(Event, frozen=True, kw_only=True):
    """Whether something is given that is withheld unless somebody decides otherwise."""

    TOPIC: ClassVar[str] = "disclosure-decided"

    withheld: Withheld
    is_given: bool
    decided_by: str
    words: DisclosureWords | None = None


class Masked(Struct, frozen=True):
    """That something was left out: at which place of the bundle, and why."""

    place: str
    because: str


class BundleWords(Struct, frozen=True):
    declarations: tuple[UUID, ...]
    masked: tuple[Masked, ...]
    digest: str
    """SHA-256 of the file that was made."""


class BundleMade(Event, frozen=True, kw_only=True):
    """All that is held was put together in a file."""

    TOPIC: ClassVar[str] = "bundle-made"

    form: BundleForm
    made_by: str
    words: BundleWords | None = None


class AnswerWords(Struct, frozen=True):
    text: str


class RequestAnswered(Event, frozen=True, kw_only=True):
    """It was given to whoever asked, or they were told why not."""

    TOPIC: ClassVar[str] = "request-answered"

    answered_by: str
    words: AnswerWords | None = None


class ComplaintWords(Struct, frozen=True):
    by_whom: str
    text: str


class ComplaintReceived(Event, frozen=True, kw_only=True):
    """Somebody complains of how what is held about them is dealt with."""

    TOPIC: ClassVar[str] = "complaint-received"

    received_on: date
    due_on: date
    recorded_by: str
    words: ComplaintWords | None = None


class ComplaintAnswered(Event, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "complaint-answered"

    answered_by: str
    words: AnswerWords | None = None
