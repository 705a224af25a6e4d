"""Everything about how people are told what waits for them, but for sending itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from events.alerts import AlertFailed, AlertUnreachable
from events.log.log import Log
from events.names import Channel
from register.alerts.in_sentences import SENTENCES
from register.declarations.declaration import Declaration
from register.notices.choosing import Plan, floor
from register.notices.push import KNOWN_SERVICES
from register.notices.reaching import Reaching
from register.notices.showing import Outbox
from register.policy import Policies
from register.projections.inbox import inbox
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

    def undelivered(
        self, declaration: UUID, name: Callable[[str], str]
    ) -> list[tuple[str, datetime]]:
        """What could not be delivered of what was to be told about a declaration: in sentences, for
        those who may see it and stand above."""
        query = sa.select(inbox.c.alert).where(inbox.c.subject == declaration)
        with self._log.database.read() as connection:
            alerts = list(connection.execute(query).scalars())
        lost = [
            each
            for each in self._log.streams(alerts)
            if isinstance(each, AlertUnreachable)
            or (isinstance(each, AlertFailed) and each.is_final)
        ]
        lost.sort(key=lambda each: each.position)
        return [(SENTENCES[type(each)](each, name), each.moment) for each in lost]

    def plan(self) -> Plan:
        """Over which channels people are told, and which of them nobody may do without."""
        return Plan(self._telling.channels, floor(self._policies, self._read.directory()))
