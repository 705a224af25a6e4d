"""That people looked: what they saw is kept beside the log, and the log holds a root of it."""

from __future__ import annotations

from typing import ClassVar

from events.event import Event


class LooksGathered(Event, frozen=True, kw_only=True):
    """Some rows of looks were written since the last such entry, and none of them may change."""

    TOPIC: ClassVar[str] = "looks-gathered"

    first: int
    """The number of the first of these rows."""
    last: int
    rows: int
    looks: int
    """How many looks they are: a row may stand for several."""
    key: str
    """Random bytes that the root is made with: without them nobody can tell what it is made of."""
    root: str
    """SHA-256 of these rows as they are stored, with their words sealed."""
