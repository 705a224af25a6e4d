"""What a data protection officer does, besides erasing."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from events.log.log import Log
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.erasing.coming import Retention
from register.erasing.complaints import Complaints
from register.erasing.erasure import Erasure
from register.erasing.erasures import Erasures
from register.erasing.holds import Holds, is_held, is_held_of
from register.erasing.requests import Requests
from register.erasing.telling import OfficersTold
from register.erasing.waiting import Count, counted, unanswered
from register.policy import Policies
from register.reading.bundle.of_declaration import Pictures
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.officers import check_is_officer
from register.turns.running import Turns


class Protection:
    """With it, nothing is erased that a legal hold is on."""

    def __init__(
        self,
        log: Log,
        policies: Policies,
        turns: Turns,
        read: Reader,
        unguarded: Unguarded,
        erasures: Erasures,
        pictures: Pictures,
    ) -> None:
        self._log, self._read, self._erasures = log, read, erasures
        self.requests = Requests(log, turns, read, unguarded, pictures)
        self.complaints = Complaints(log, turns, read)
        self.holds = Holds(log, turns, read, unguarded)
        self.retention = Retention(log, policies, read, unguarded, erasures)
        self.telling = OfficersTold(log, turns, read, self.retention)
        erasures.is_held = self._is_held

    def waits_for(self, by: str) -> list[Count]:
        """How much waits for an officer: requests, complaints and erasures, by what they may deal
        with. Raises `ForbiddenError` for anybody else."""
        directory = self._read.directory()
        check_is_officer(directory.people[by], directory)
        with self._log.database.read() as connection:
            waiting = unanswered(self._log, connection)
        asked = counted(waiting, by, london_day(self._log.clock()))
        to_decide = self._erasures.to_decide(by)
        return [*asked, Count("erasure", to_decide)] if to_decide else asked

    def _is_held(
        self, connection: sa.Connection, erasure: Erasure, declarations: Sequence[Declaration]
    ) -> bool:
        keyring = self._log.keyring
        about = {"person": erasure.person, "service_user": erasure.service_user}
        return is_held_of(connection, keyring, **about) or any(
            is_held(connection, keyring, each) for each in declarations
        )
