"""Asks a provider something over HTTP. It has a few seconds for the whole of its answer.

What it says of itself is the same for everybody: where that fails, nobody needs to ask again for a
while. What it says of one person follows from what that person brought, and a stranger may bring
what it stumbles over: that tells nothing of how it answers others.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from register.errors import UnavailableError

DEADLINE = 5.0
TO_CONNECT = 0.8
"""Of the deadline: whoever cannot even be reached in this part of it is down."""
NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
LARGEST = 512 * 1024
"""Of an answer, in bytes: a provider has a few keys, and a page of settings."""


class AwayError(UnavailableError):
    """A provider is down or slow, or answers with what makes no sense. `why` is for the log.
    `is_for_all`: whether that holds for whoever else would ask."""

    def __init__(self, label: str, why: str, *, is_for_all: bool = True) -> None:
        self.why = why
        self.is_for_all = is_for_all
        super().__init__(
            f"{label} does not answer just now. Please try again in a moment, or sign in another "
            "way."
        )


@dataclass(frozen=True)
class Answer:
    status: int
    told: dict[str, Any] | None
    """None where it is no JSON."""


@dataclass(frozen=True)
class Asking:
    """How one provider is asked. `is_near`: it is on this machine, so no proxy leads there."""

    label: str
    is_near: bool = False
    deadline: float = DEADLINE

    def get(self, url: str) -> dict[str, Any]:
        """What it says of itself. Raises `AwayError` unless that is a good answer."""
        answer = self._ask(httpx.Request("GET", url), is_for_all=True)
        if answer.status != 200:
            raise AwayError(self.label, f"status {answer.status}")
        if answer.told is None:
            raise AwayError(self.label, "nonsense")
        return answer.told

    def get_for_one(self, url: str, headers: Mapping[str, str]) -> Answer:
        """What it says of somebody. Raises `AwayError`."""
        return self._ask(httpx.Request("GET", url, headers=headers), is_for_all=False)

    def post_for_one(self, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        """What it says to what somebody brought. Raises `AwayError`, but not for an answer that
        refuses it."""
        request = httpx.Request("POST", url, content=body, headers=headers)
        return self._ask(request, is_for_all=False)

    def _ask(self, request: httpx.Request, *, is_for_all: bool) -> Answer:
        try:
            status, body = asyncio.run(asyncio.wait_for(self._sent(request), self.deadline))
        except TimeoutError:
            raise AwayError(self.label, "slow", is_for_all=is_for_all) from None
        except NOT_REACHED:  # whatever would have been asked
            raise AwayError(self.label, "down") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise AwayError(self.label, "down", is_for_all=is_for_all) from None
        if status >= 500:
            raise AwayError(self.label, f"status {status}", is_for_all=is_for_all)
        return Answer(status, _read(body))

    async def _sent(self, request: httpx.Request) -> tuple[int, bytes]:
        verify = False if self.is_near and request.url.scheme == "http" else _trusted()
        trust_env = not self.is_near
        body = bytearray()
        timeout = httpx.Timeout(self.deadline, connect=self.deadline * TO_CONNECT)
        async with httpx.AsyncClient(verify=verify, trust_env=trust_env, timeout=timeout) as client:
            answer = await client.send(request, stream=True)
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    return answer.status_code, b""
        return answer.status_code, bytes(body)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed. It is read once, as that takes a while."""
    return httpx.create_ssl_context()
