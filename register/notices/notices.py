"""Everything about how people are told what waits for them, but for sending itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from events.log.log import Log
from events.names import Channel
from register.declarations.declaration import Declaration
from register.notices import outbox
from register.notices.choosing import Plan, floor
from register.notices.reaching import Reaching
from register.notices.services import KNOWN_SERVICES
from register.notices.showing import Outbox
from register.policy import Policies
from register.reading.reader import Reader


@dataclass(frozen=True)
class Telling:
    """What the settings give to tell people with."""

    channels: Collection[Channel] = ()
    push_hosts: Collection[str] = KNOWN_SERVICES


class Notices:
    """`reaching`: how people are reached. `outbox`: what was sent, and what is stuck."""

    def __init__(
        self,
        log: Log,
        read: Reader,
        declaration: Callable[[UUID], Declaration | None],
        policies: Policies,
        telling: Telling,
    ) -> None:
        self._log = log
        self._read = read
        self._policies = policies
        self._telling = telling
        self.reaching = Reaching(log, self.plan, telling.push_hosts)
        self.outbox = Outbox(log, read, declaration)

    def stuck(self) -> list[str]:
        """Code words for what keeps messages; none where nobody is told of anything."""
        channels = self._telling.channels
        if not channels:
            return []
        with self._log.database.read() as connection:
            found = outbox.stuck(connection, channels, self._log.clock())
        return [word for word, is_so in found.items() if is_so]

    def plan(self) -> Plan:
        """Over which channels people are told, and which of them nobody may do without."""
        return Plan(self._telling.channels, floor(self._policies, self._read.directory()))
