"""Entries as auditors see them: of what few may know, only that there is an entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from events.log.mapper import Entry


@dataclass(frozen=True)
class ShownEntry:
    position: int
    recorded_at: datetime | None
    """None if it cannot be read."""
    digest: str
    """SHA-256 of the stored state, which has its words sealed; hexadecimal."""
    entry: Entry | None
    """The entry itself; None for somebody who may not know what it is about, and if it cannot be
    read: what it says now proves nothing."""
    is_spoiled: bool


def shown(entry: Entry, *, is_hidden: bool, is_spoiled: bool) -> ShownEntry:
    digest = hashlib.sha256(entry.state).hexdigest()
    known = None if is_hidden or is_spoiled else entry
    return ShownEntry(entry.id, entry.recorded_at, digest, known, is_spoiled)
