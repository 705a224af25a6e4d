"""Asks a provider something over HTTP. It has a few seconds for the whole of its answer."""

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
LARGEST = 512 * 1024
"""Of an answer, in bytes: a provider has a few keys, and a page of settings."""


class AwayError(UnavailableError):
    """A provider is down or slow, or answers with what makes no sense. `why` is for the log."""

    def __init__(self, label: str, why: str) -> None:
        self.why = why
        super().__init__(
            f"{label} does not answer just now. Please try again in a moment, or sign in another "
            "way."
        )


@dataclass(frozen=True)
class Answer:
    status: int
    told: dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """How one provider is asked. `is_near`: it is on this machine, so no proxy leads there."""

    label: str
    is_near: bool = False
    deadline: float = DEADLINE

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Raises `AwayError` unless the answer is a good one."""
        answer = self._ask(httpx.Request("GET", url, headers=headers))
        if answer.status != 200:
            raise AwayError(self.label, f"status {answer.status}")
        return answer.told

    def post(self, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        """Raises `AwayError`, but not for an answer that refuses something in JSON."""
        return self._ask(httpx.Request("POST", url, content=body, headers=headers))

    def _ask(self, request: httpx.Request) -> Answer:
        try:
            status, body = asyncio.run(asyncio.wait_for(self._sent(request), self.deadline))
            told = json.loads(body)
        except TimeoutError:
            raise AwayError(self.label, "slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise AwayError(self.label, "down") from None
        except (ValueError, RecursionError):
            raise AwayError(self.label, "nonsense") from None
        if not isinstance(told, dict) or status >= 500:
            raise AwayError(self.label, "nonsense" if status < 500 else f"status {status}")
        return Answer(status, told)

    async def _sent(self, request: httpx.Request) -> tuple[int, bytes]:
        verify = False if self.is_near and request.url.scheme == "http" else _trusted()
        trust_env = not self.is_near
        body = bytearray()
        async with httpx.AsyncClient(
            verify=verify, trust_env=trust_env, timeout=self.deadline
        ) as client:
            answer = await client.send(request, stream=True)
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise ValueError("too long")
        return answer.status_code, bytes(body)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed. It is read once, as that takes a while."""
    return httpx.create_ssl_context()
