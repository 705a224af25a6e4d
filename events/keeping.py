"""What whoever keeps the register did to it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from events.event import Event
from events.names import OtherClock


class ClockStepped(Event, frozen=True, kw_only=True):
    """The clock on the wall did not say what another clock said, and was accepted all the same."""

    TOPIC: ClassVar[str] = "clock-stepped"

    clock: OtherClock
    """The other clock."""
    shown_at: datetime
    """What the clock on the wall said."""
    expected_at: datetime
    """What it should have said by the other clock."""


class ReadModelsDiffered(Event, frozen=True, kw_only=True):
    """The read models were not what the log says, and were made again all the same."""

    TOPIC: ClassVar[str] = "read-models-differed"

    models: tuple[str, ...]
    """The names of those that differed."""
    streams: int
    """How many streams had rows that differed."""
    positions: tuple[int, ...]
    """The position of the last entry of each of these; 0 for one that has no entry. Of very many,
    the first."""


class LogRestored(Event, frozen=True, kw_only=True):
    """The log goes on from a back-up: entries that were signed are lost. Where as many were kept as
    were signed, it is the key that is lost. It goes on under another origin, so that nobody takes
    it for the log that was."""

    TOPIC: ClassVar[str] = "log-restored"

    origin: str
    """As whose the lost entries were signed."""
    kept_size: int
    """How many entries are surely the same; the lost ones begin here."""
    last_size: int
    """How many there were when it was last signed."""
    last_root: str
    """The root of the tree then, in base64."""
    new_origin: str


class PromiseKeyNamed(Event, frozen=True, kw_only=True):
    """With this key the register promises, of each declaration, that it will be in the tree."""

    TOPIC: ClassVar[str] = "promise-key-named"

    key: str
    """The public key, as text."""
