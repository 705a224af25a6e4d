"""That words are erased: who asked, who confirmed, and what went."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.event import Event
from events.names import ErasureOf
from events.proof.tombstones import ErasedEntry


class ErasureWords(Struct, frozen=True):
    """`service_user` is the reference of the one about whom all goes, and goes with it."""

    reason: str
    service_user: str | None = None


class ErasureReason(Struct, frozen=True):
    reason: str


class ErasureAsked(Event, frozen=True, kw_only=True):
    """Somebody asks that words be erased. The stream is the erasure's own."""

    TOPIC: ClassVar[str] = "erasure-asked"

    of: ErasureOf
    asked_by: str | None
    """None for whoever keeps the register, at the command line, and for what a policy asks."""
    declaration: UUID | None = None
    version: int | None = None
    """Of an entry of the declaration: its place there."""
    photograph: UUID | None = None
    person: str | None = None
    words: ErasureWords | None = None


class ErasureConfirmed(Event, frozen=True, kw_only=True):
    """A data protection officer agrees, and this is what goes."""

    TOPIC: ClassVar[str] = "erasure-confirmed"

    confirmed_by: str | None
    """None where the policy says that nobody needs to be asked."""
    declarations: tuple[UUID, ...]
    """Those that go whole."""
    entries: tuple[ErasedEntry, ...]
    """The entries whose words go, those of the declarations among them."""
    person: str | None = None


class ErasureRefused(Event, frozen=True, kw_only=True):
    """A data protection officer does not agree, or whoever asked takes it back."""

    TOPIC: ClassVar[str] = "erasure-refused"

    refused_by: str
    words: ErasureReason | None = None


class DeclarationErased(Event, frozen=True, kw_only=True):
    """All that was written in a declaration is erased. This stands in its own stream."""

    TOPIC: ClassVar[str] = "declaration-erased"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("erased_at",)

    erasure: UUID
    erased_at: datetime


class ErasureDone(Event, frozen=True, kw_only=True):
    """The keys are destroyed. Copies of the database that are older have them still, wrapped under
    the master keys of that day."""

    TOPIC: ClassVar[str] = "erasure-done"

    tombstone: int
    """The number of the published note that names what went."""
    keys: int
    """How many were destroyed."""
    damaged: int
    """How many entries no key opened: there was nothing left to destroy."""
    master: int
    """The newest version of the master key on that day."""
