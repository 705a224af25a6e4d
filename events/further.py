"""What a worker notes beside a declaration: that they took it further, outside the line.

It stands in a stream of its own: nothing about the declaration's own stream, such as how many
entries it has, tells anybody of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from events.event import Event
from events.ids import own_id
from events.names import TakenTo


def further_stream(declaration: UUID) -> UUID:
    """The id of the stream that belongs to a declaration."""
    return own_id("further", declaration)


class FurtherWords(Struct, frozen=True):
    to: TakenTo
    reference: str | None = None


class DeclarationTakenFurther(Event, frozen=True, kw_only=True):
    """The worker took it further; to whom, the words say."""

    TOPIC: ClassVar[str] = "declaration-taken-further"
    NOT_SAID: ClassVar[tuple[str, ...]] = ("taken_at",)

    declaration: UUID
    taken_by: str
    taken_at: datetime
    words: FurtherWords | None = None
