"""Figures of the organisation, as far as the person who asks may see what is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from events.log.log import Log
from register.deadlines import london_day
from register.policy import Policies
from register.projections.register_list import Filter
from register.reading import by_month, how_soon
from register.reading.by_month import ByMonth
from register.reading.how_soon import ByServiceAndMonth
from register.reading.overdue import OverdueNow
from register.reading.reader import Reader
from register.ruling.ruling import nation, policy_in_force


class Figures:
    def __init__(self, log: Log, read: Reader, policies: Policies) -> None:
        self._log = log
        self._read = read
        self._policies = policies

    def by_month(self, by: str, wanted: Filter, months: Sequence[date]) -> ByMonth:
        """How many declarations of each kind this person may see, by the month of receipt."""
        return by_month.by_month(self._log, self._read, by, wanted, months)

    def how_soon(
        self, by: str, services: Collection[str], months: Sequence[date]
    ) -> ByServiceAndMonth:
        """How soon what this person may see of these services was opened and acted on."""
        day, known = london_day(self._log.clock()), self._read.directory().services
        nation_of = {
            each: nation(policy_in_force(self._policies, known[each], None, day)) for each in known
        }
        return how_soon.how_soon(self._log, self._read, by, services, months, nation_of.__getitem__)

    def overdue(self, by: str, services: Collection[str]) -> OverdueNow:
        """What of these services is overdue now, and with whom."""
        return OverdueNow(self._log, self._read, by, services)
