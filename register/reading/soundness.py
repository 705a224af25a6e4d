"""Which entries this server has found that cannot be read."""

from __future__ import annotations

from events.log.log import Log
from register.reading.unguarded import Unguarded


class Soundness:
    def __init__(self, log: Log, unguarded: Unguarded) -> None:
        self._log = log
        self._unguarded = unguarded

    def spoiled(self) -> list[int]:
        """The positions of the entries that were found to be spoiled, and are so still; of very
        many, the first ones found. They are read again, as they may have been put right."""
        found = self._log.mapper.spoiled
        known = list(found.entries.values())
        for each in known:
            found.forget(each.position)
        self._unguarded.declarations(list({each.originator_id for each in known}))
        return sorted(found.entries)
