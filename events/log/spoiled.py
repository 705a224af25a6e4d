"""The spoiled entries that a process has come upon, for whoever keeps the register."""

from __future__ import annotations

import structlog

from events.event import SpoiledEntry

log = structlog.get_logger("log")

MOST = 100
"""How many are kept in memory. Where there are more, `register doctor` has them all."""


class Spoiled:
    """The spoiled entries that were read, the first ones found, by position."""

    def __init__(self) -> None:
        self.entries: dict[int, SpoiledEntry] = {}
        self._told: set[int] = set()

    def found(self, entry: SpoiledEntry) -> SpoiledEntry:
        """Keep an entry; the first time, the server's log tells whoever keeps the register."""
        if len(self.entries) < MOST:
            self.entries[entry.position] = entry
        if entry.position not in self._told and len(self._told) < MOST:
            self._told.add(entry.position)
            if structlog.is_configured():  # a server; what a command prints is not a log
                log.error("spoiled", position=entry.position, why=entry.why)
        return entry

    def forget(self, position: int) -> None:
        self.entries.pop(position, None)
