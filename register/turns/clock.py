"""The clock of a register in use: what is due by the day is done, whether anybody looks or not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from events.log.database import Database
from register.deadlines import london_day
from register.directory.cache import DirectoryCache
from register.projections import inbox
from register.reading.unattended import AlertCheck
from register.turns.chasing import chase
from register.turns.directory_changes import pass_on
from register.turns.gathering_looks import EVERY as GATHERS_EVERY
from register.turns.gathering_looks import gather
from register.turns.running import Turns

log = structlog.get_logger("register")

PAUSE = 1.0
"""Seconds between two looks at what is due."""


CHASES_EVERY = timedelta(seconds=10)
"""How often it looks for steps of alerts that are due."""


CHECKS_EVERY = timedelta(minutes=1)
BESIDES_EVERY = timedelta(hours=1)


class Clock:
    """Asks what is due, and has it done in a turn of the writer. `start` makes it go on by itself,
    in a thread of its own, until it is stopped."""

    def __init__(
        self,
        turns: Turns,
        directories: DirectoryCache,
        now: Callable[[], datetime],
        database: Database,
        alert_check: AlertCheck,
    ) -> None:
        self._turns = turns
        self._directories = directories
        self._now = now
        self._database = database
        self._unread: frozenset[UUID] = frozenset()
        """The alerts of which no step could be taken; they are tried again each minute."""
        self._last: dict[object, datetime] = {}
        """When each of its works was last done."""
        self._alert_check = alert_check
        self.besides: list[Callable[[], object]] = []
        """What else is done now and then, after all that is more urgent. What gives `True` has
        more to do, and goes on at the next tick."""
        self.heartbeat: Callable[[], None] | None = None
        """Called each minute in which no alert is unattended."""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """It may be started again once it was stopped."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._go, name="clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join()

    def tick(self) -> None:
        """Do what is due now. A role may pass to somebody else on the day that a person leaves. The
        log is told each minute of the looks since."""
        passed_on, now = self._directories.known.passed_on, self._now()
        if passed_on is None or passed_on < london_day(now):
            self._turns.run(pass_on)
        if self._is_time_for(gather, GATHERS_EVERY, now):
            self._turns.run(gather)
            self._last[gather] = now
        if self._is_time_for(chase, CHASES_EVERY, now):
            self._chase(now)
            self._last[chase] = now
        if self._is_time_for(AlertCheck, CHECKS_EVERY, now):
            self._check()
            self._last[AlertCheck] = now
        for work in self.besides:
            if self._is_time_for(work, BESIDES_EVERY, now):
                self._last[work] = now
                if work() is True:
                    del self._last[work]

    def _is_time_for(self, work: object, every: timedelta, now: datetime) -> bool:
        last = self._last.get(work)
        return last is None or not last <= now < last + every

    def _check(self) -> None:
        """Make the check of alerts. As long as it finds nothing, somebody else hears that the
        register is alive."""
        self._unread = frozenset()
        checked = self._alert_check.make()
        for fault, count in checked.found.items():
            log.error("unattended", fault=fault, alerts=count)
        if not checked.found and self.heartbeat is not None:
            self.heartbeat()

    def _chase(self, now: datetime) -> None:
        """Take the steps of alerts that are due, in batches, each in a turn of its own: others are
        served in between."""
        while self._has_due(now):
            chased, self._unread = self._turns.run(chase, self._unread)
            if not chased or self._stopped.is_set():
                return

    def _has_due(self, now: datetime) -> bool:
        with self._database.read() as connection:
            return bool(inbox.due(connection, now, 1 + len(self._unread))[len(self._unread) :])

    def _go(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick()
            except Exception as error:  # whatever it is, the clock goes on and tries again
                log.error("clock", error=type(error).__name__)
            self._stopped.wait(PAUSE)
