"""What a message is, and what came of sending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, runtime_checkable
from uuid import UUID

from events.names import Cause, Channel, Unsent

NOTHING_WAITS = frozenset({Cause.ACCOUNT, Cause.TRIAL})
"""What is told though nothing waits for anybody."""


@dataclass(frozen=True)
class Notice:
    """One thing that a message tells."""

    id: UUID
    cause: Cause
    alert: UUID | None
    position: int | None
    """That of the entry of which it tells; None for a trial."""
    due_at: datetime | None

    @property
    def waits(self) -> UUID | int | str | None:
        """What of that which waits for its person it is about: the same for two notices of the
        same. None where nothing waits."""
        if self.cause in NOTHING_WAITS:
            return None
        return self.alert or self.position or self.cause


@dataclass(frozen=True)
class Message:
    """What one person is told at one time by one way."""

    id: UUID
    person: str
    channel: Channel
    way: UUID
    tries: int
    """How often it was tried, this time included: from the second on, it may have arrived."""
    notices: Sequence[Notice]

    @property
    def causes(self) -> list[tuple[UUID, int]]:
        """Of each notice of an alert: the alert, and the position of what caused it."""
        return [
            (each.alert, each.position)
            for each in self.notices
            if each.alert is not None and each.position is not None
        ]

    @property
    def alerts(self) -> list[UUID]:
        return sorted({each.alert for each in self.notices if each.alert is not None})


class Sent:
    """It was taken by whoever carries it on."""


class Taken(Sent):
    """It was taken by somebody who can say later what became of it."""


@dataclass(frozen=True)
class Later:
    """It was not taken, or nobody knows: it is tried again."""

    why: Unsent


@dataclass(frozen=True)
class Never:
    """It cannot arrive by this way."""

    why: Unsent


Outcome = Sent | Later | Never


class Carrier(Protocol):
    """Sends by one channel."""

    def send(self, message: Message, address: str) -> Outcome: ...


class Fate(Enum):
    """What became of a message that was taken."""

    UNKNOWN = auto()
    """It is on its way, or nobody can say."""
    ARRIVED = auto()
    CAME_BACK = auto()
    """It did not arrive, and may when it is sent again."""
    REFUSED = auto()
    """It can never arrive by this way."""


@runtime_checkable
class Tells(Protocol):
    """Says what became of the messages that it took."""

    def fate(self, message: UUID) -> Fate: ...
