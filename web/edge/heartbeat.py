"""A sign of life, for whoever watches from outside: it stops when the register does, and when
alerts are unattended."""

from __future__ import annotations

import threading

import httpx
import structlog

log = structlog.get_logger("register")

SECONDS = 5


class Heartbeat:
    """Each call asks for the address, in a thread of its own: nobody waits for the answer. While
    one is under way there is no other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asking = threading.Lock()

    def __call__(self) -> None:
        if self._asking.acquire(blocking=False):
            threading.Thread(target=self._ask, name="heartbeat", daemon=True).start()

    def _ask(self) -> None:
        try:
            httpx.get(self._url, timeout=SECONDS, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:  # its words may hold the address, which is a secret
            log.warning("heartbeat", error=type(error).__name__)
        finally:
            self._asking.release()
