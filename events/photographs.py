"""What happens to the photographs of a declaration."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from events.event import Event


class PhotographAdded(Event, frozen=True, kw_only=True):
    """A picture was added. It is stored sealed in a table beside the log.

    The digests (SHA-256) are those of the two sealed sizes; the key of this entry opens both.
    """

    TOPIC: ClassVar[str] = "photograph-added"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("added_at",)

    photograph: UUID
    added_by: str
    added_at: datetime
    bytes: int
    width: int
    height: int
    digest: str
    thumbnail_digest: str


class PhotographErased(Event, frozen=True, kw_only=True):
    """The administrator erased a photograph, at the command line."""

    TOPIC: ClassVar[str] = "photograph-erased"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("erased_at",)

    photograph: UUID
    erased_at: datetime
