"""Senders: threads that make messages of what is to be told, send them, record it, and ask what
became of them.

Any number of processes may have them on one database. Nothing is sent before a later commit than
that of its entry was a clean one: taking a message is such a commit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
import structlog

from events.log.log import Log
from events.names import Channel, Unsent
from register.errors import UnavailableError
from register.notices import fates, outbox
from register.notices.message import Carrier, Fate, Later, Message, Never, Outcome, Sent, Tells
from register.notices.notices import Notices
from register.notices.outbox import LEASE
from register.notices.spreading import forget, gather, spread
from register.notices.tables import notices

log = structlog.get_logger("register")

PAUSE = 0.5
"""Seconds between two looks at what is to be sent."""
AFTER_AN_ERROR = 5.0
AT_ONCE = {Channel.EMAIL: 4, Channel.PUSH: 4, Channel.TEXT: 2}
"""How many threads send by one channel at the same time: one that hangs holds up no other."""
TAKEN = 5
"""How many messages a thread takes at once; all of them are sent long before their lease is over.
"""
ASKED_AT_ONCE = 3
"""Of how many messages it is asked at once what became of them: well within a lease as well."""
LONGEST = 9.0
"""Seconds after which a message is given up for now, whatever the other side does."""
TRIES_TO_RECORD = 10
EVERY = timedelta(hours=1)
"""How often it is asked what waited for too long, and what may be forgotten."""

Answer = TypeVar("Answer")
InTurn = Callable[..., Any]
"""Does something in a turn of the writer; gives what that gives."""


class Sending:
    """The senders of one process. `points` are called between any two steps: tests stop there."""

    def __init__(
        self,
        log: Log,
        run: InTurn,
        told: Notices,
        carriers: Mapping[Channel, Carrier],
        points: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self._log = log
        self._run = run
        self._told = told
        self._carriers = carriers
        self._point = points
        self._tells = {at: each for at, each in carriers.items() if isinstance(each, Tells)}
        self._stopped = threading.Event()
        self._looked_at: datetime | None = None
        works: list[Callable[[], int]] = [self.spread]
        if self._tells:
            works.append(self.ask)
        for channel in carriers:
            works += [self._sender(channel)] * AT_ONCE[channel]
        self._threads = [
            threading.Thread(target=self._go, args=(work,), name="sending", daemon=True)
            for work in works
        ]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """What is being sent is finished and recorded first."""
        self._stopped.set()
        for each in self._threads:
            if each.is_alive():
                each.join()

    def _go(self, work: Callable[[], int]) -> None:
        while not self._stopped.is_set():
            try:
                done = work()
            except Exception as error:  # whatever it is, it goes on and tries again
                log.error("sending", error=type(error).__name__)
                self._stopped.wait(AFTER_AN_ERROR)
                done = 0
            if not done:
                self._stopped.wait(PAUSE)

    # What is to be told becomes messages

    def spread(self) -> int:
        now = self._log.clock()
        if self._looked_at is None or not self._looked_at <= now < self._looked_at + EVERY:
            self._run(gather)
            self._run(forget)
            self._looked_at = now
        with self._log.database.read() as connection:
            if connection.execute(ANY_TO_SPREAD).first() is None:
                return 0
        return int(self._run(spread, self._told.plan()))

    # Messages are sent

    def _sender(self, channel: Channel) -> Callable[[], int]:
        return lambda: self.send(channel)

    def send(self, channel: Channel) -> int:
        """Send what is due by one channel; gives how many messages were tried."""
        sender, now = uuid4(), self._log.right_now()  # where nothing can be recorded, nothing goes
        with self._log.database.write_beside() as connection:
            taken = outbox.take(connection, sender, channel, now, TAKEN)
        began = time.monotonic()
        for place, each in enumerate(taken):
            if self._stopped.is_set() or time.monotonic() - began > LEASE.total_seconds() / 2:
                self._give_back(sender, taken[place:])
                break
            self._point("claimed")
            with self._log.database.read() as connection:
                message = outbox.message(connection, each)
            outcome = self._sent(message)
            self._point("answered")
            self._record(outbox.record, sender, message, outcome)
            self._point("recorded")
        return len(taken)

    def _give_back(self, sender: UUID, taken: list[UUID]) -> None:
        with self._log.database.write_beside() as connection:
            outbox.give_back(connection, sender, taken)

    def _sent(self, message: Message) -> Outcome:
        if not message.notices:
            return Sent()
        address = self._told.reaching.address(message.person, message.way)
        if address is None:
            return Never(Unsent.NO_ADDRESS)
        carrier = self._carriers[message.channel]
        late: Outcome = Later(Unsent.NOT_IN_TIME)
        return within(LONGEST, lambda: carrier.send(message, address), late)

    def _record(self, work: Callable[..., Any], *given: Any) -> None:
        """Whatever holds the writer up, it is tried for as long as the message is this sender's: a
        message that was sent and is not recorded goes again."""
        for _ in range(TRIES_TO_RECORD):
            try:
                self._run(work, self._told.plan(), *given)
            except UnavailableError:
                self._stopped.wait(PAUSE)
            else:
                return

    # What became of them

    def ask(self) -> int:
        """Ask what became of messages that were taken, a few at a time; gives how many."""
        channels, now = self._tells.keys(), self._log.right_now()
        with self._log.database.read() as connection:
            if not fates.is_any_to_ask(connection, channels, now):
                return 0
        with self._log.database.write_beside() as connection:
            taken = fates.take(connection, channels, now, ASKED_AT_ONCE)
        for each in taken:
            if self._stopped.is_set():
                break  # they are asked about once nobody has them any more
            self._point("asked")
            fate = self._fate(each)
            self._point("learned")
            self._record(fates.record, each, fate)
            self._point("kept")
        return len(taken)

    def _fate(self, asked: fates.Asked) -> Fate:
        carrier = self._tells[asked.channel]
        return within(LONGEST, lambda: carrier.fate(asked.id), Fate.UNKNOWN)


ANY_TO_SPREAD = sa.select(notices.c.id).where(notices.c.spread_at.is_(None)).limit(1)


def within(seconds: float, ask: Callable[[], Answer], late: Answer) -> Answer:
    """What a server answers, if it comes in time, or else what stands for that. One that says a
    little now and then holds nobody up: it is left to itself."""
    answer: Future[Answer] = Future()

    def go() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=go, name="one message", daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        return late
