"""How sound the register is: which entries this server found that cannot be read, and what it
stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from events.log.log import Log
from register.reading.ground import clock_parted, shortcomings
from register.reading.unguarded import Unguarded


class Soundness:
    def __init__(self, log: Log, unguarded: Unguarded) -> None:
        self._log = log
        self._unguarded = unguarded
        self.more: list[Callable[[], Sequence[str]]] = []
        """What else is asked for sentences on what is not as it should be."""

    def spoiled(self) -> list[int]:
        """The positions of the entries that were found to be spoiled, and are so still; of very
        many, the first ones found. They are read again, as they may have been put right."""
        found = self._log.mapper.spoiled
        known = list(found.entries.values())
        for each in known:
            found.forget(each.position)
        self._unguarded.declarations(list({each.originator_id for each in known}))
        return sorted(found.entries)

    def clock(self) -> str | None:
        """What is wrong with the clock, if anything is."""
        return clock_parted(self._log)

    def shortcomings(self) -> Sequence[str]:
        """What is not as it should be below the register, in sentences."""
        more = (sentence for each in self.more for sentence in each())
        return [*shortcomings(self._log.database), *more]
