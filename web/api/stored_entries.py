"""How the API shows the entries of the register as they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from register.reading.entries import ShownEntry


class EntryView(Struct):
    """An entry as it is stored, with its words sealed.

    `digest` is the SHA-256 of its stored state. If it is `spoiled`, it cannot be read. Of that, and
    of what few may know, there is no more than position, time and digest.
    """

    position: int
    recorded_at: datetime | None
    digest: str
    spoiled: bool
    stream: UUID | UnsetType = UNSET
    version: int | UnsetType = UNSET
    event: str | UnsetType = UNSET
    state: dict[str, Any] | UnsetType = UNSET


class EntryList(Struct):
    items: list[EntryView]
    next: int | None


def entry_view(shown: ShownEntry) -> EntryView:
    view = EntryView(shown.position, shown.recorded_at, shown.digest, shown.is_spoiled)
    entry = shown.entry
    if entry is not None:
        view.stream = UUID(str(entry.originator_id))
        view.version = entry.originator_version
        view.event = entry.topic
        view.state = msgspec.json.decode(entry.state)
    return view
