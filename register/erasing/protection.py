"""All that a data protection officer does, in one place."""

from __future__ import annotations

from events.log.log import Log
from register.erasing.coming import Retention
from register.erasing.holds import Holds
from register.policy import Policies
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.turns.running import Turns


class Protection:
    def __init__(
        self, log: Log, policies: Policies, turns: Turns, read: Reader, unguarded: Unguarded
    ) -> None:
        self.holds = Holds(log, turns, read, unguarded)
        self.retention = Retention(log, policies, read, unguarded)
