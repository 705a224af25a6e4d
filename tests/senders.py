"""A sender that is a process of its own, so that it can be killed anywhere."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from events.log.log import utc_now
from events.names import Delivery
from register.notices.tables import notices, outbox
from register.register import Register
from register.setup.opening import open_register
from register.setup.sending import sending
from register.setup.settings import Settings

POINTS = ("claimed", "connected", "sent", "answered", "recorded")
ASKING = ("asked", "learned", "kept")
"""While a sender asks what became of messages."""
IN_THE_SENDER = ("claimed", "answered", "recorded", *ASKING)
LONGEST = 60.0
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.senders"])


def later(seconds: float) -> Callable[[], datetime]:
    return lambda: utc_now() + timedelta(seconds=seconds)


def send(settings: Mapping[str, Any], ahead: float, kill_at: str, env: Mapping[str, str]) -> None:
    """Send until nothing is left that is due; or until killed, at one point."""
    os.environ.update(env)

    def at(point: str) -> None:
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    read = Settings(**settings)
    register = open_register(read, later(ahead))
    sender = sending(register, read, at)
    assert sender is not None
    sender.start()
    give_up_at = time.monotonic() + LONGEST
    while is_anything_due(register, asked=True) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    sender.stop()
    register.close()


def is_anything_due(register: Register, *, asked: bool = False) -> bool:
    """Whether anything is to be told, or sent; or, if wanted, to be asked about."""
    to_ask = sa.select(outbox.c.id).where(outbox.c.ask_at <= register.now())
    due = sa.and_(outbox.c.state == Delivery.WAITING, outbox.c.send_at <= register.now())
    with register.log.database.read() as connection:
        waits = sa.select(notices.c.id).where(notices.c.spread_at.is_(None))
        return any(
            connection.execute(each.limit(1)).first() is not None
            for each in (waits, sa.select(outbox.c.id).where(due), *([to_ask] if asked else []))
        )


class Sender:
    """One such process."""

    def __init__(
        self, settings: Mapping[str, Any], ahead: float, kill_at: str, env: Mapping[str, str]
    ) -> None:
        own = kill_at if kill_at in IN_THE_SENDER else ""
        self._process = PROCESSES.Process(target=send, args=(settings, ahead, own, env))
        self._kill_at = kill_at

    def at(self, point: str) -> None:
        """For the other side, to tell how far it came."""
        if point == self._kill_at and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGKILL)

    def run(self) -> bool:
        """Whether it was killed."""
        self._process.start()
        self._process.join(LONGEST + 30)
        assert self._process.exitcode in (0, -signal.SIGKILL), self._process.exitcode
        return self._process.exitcode != 0
