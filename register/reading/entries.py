"""Entries as auditors see them: of what few may know, only that there is an entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from events.log.mapper import Entry


@dataclass(frozen=True)
class ShownEntry:
    position: int
    recorded_at: datetime
    digest: str
    """SHA-256 of the stored state, which has its words sealed; hexadecimal."""
    entry: Entry | None
    """The entry itself; None for somebody who may not know what it is about."""


def shown(entry: Entry, *, is_hidden: bool) -> ShownEntry:
    digest = hashlib.sha256(entry.state).hexdigest()
    return ShownEntry(entry.id, entry.recorded_at, digest, None if is_hidden else entry)
