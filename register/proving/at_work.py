"""Signs for as long as a process runs: soon after anything was stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from events.log.hearing import Hearing
from events.log.waiting import waiting_at_most
from register.proving.kept import say
from register.proving.names import Unsigned
from register.proving.signing import Signer

log = structlog.get_logger("register")

PAUSE = 1.0
"""Seconds after which it looks by itself, whether it heard of anything or not."""
APART = 0.4
"""Seconds from one signature to the next at the least: what comes meanwhile shares one."""
SAYS_EVERY = timedelta(minutes=1)
"""How often it says that it is at work, if there is nothing new to say."""


class Signing:
    """A work of the background, or a process of its own."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._stopped, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._go, name="signing", daemon=True)
        self._hearing = Hearing(signer.database, self.wake)
        self._said: tuple[datetime, Unsigned | None] | None = None

    def start(self) -> None:
        self._hearing.start()
        self._thread.start()

    def stop(self) -> None:
        """What was stored before is signed first."""
        self._stopped.set()
        self._woken.set()
        self._hearing.stop()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Something was stored."""
        self._woken.set()

    def _go(self) -> None:
        while not self._stopped.is_set():
            began = time.monotonic()
            self._woken.clear()
            self._once(self._signer.sign)
            self._stopped.wait(max(0.0, APART - (time.monotonic() - began)))
            self._woken.wait(PAUSE)
        self._once(self._signer.sign)

    def _once(self, sign: Callable[[], Unsigned | None]) -> None:
        try:
            with waiting_at_most(None):
                word = sign()
        except Exception as error:  # whatever it is, it goes on and tries again
            log.error("signing", error=type(error).__name__)
            word = Unsigned.FAILS
        try:
            self._say(word)
        except Exception as error:  # the database is away
            log.error("signing", error=type(error).__name__)

    def _say(self, word: Unsigned | None) -> None:
        now = self._signer.now()
        if self._said is not None:
            at, before = self._said
            if word == before and at <= now < at + SAYS_EVERY:
                return
        if word not in (None, Unsigned.NO_PLACE) and (self._said is None or word != self._said[1]):
            log.error("unsigned", why=str(word))
        say(self._signer.database, word, now)
        self._said = now, word
