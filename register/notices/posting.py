"""Calls to those who carry messages on over HTTP: encrypted, without redirects, and never long."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpx

from events.names import Unsent
from register.notices.message import Later
from register.notices.subscriptions import NotAllowedError, check_allowed

EACH_WAIT = 4.0
"""Seconds for any one wait: to connect, to write, to read."""
LONGEST_ANSWER = 64 * 1024
THIS_MACHINE = "localhost"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Poster:
    """Calls addresses. With `hosts`, only those of these names, or below them, and nothing inside
    a private network, unless its very name or number is among them."""

    hosts: Collection[str] | None = None
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
    ) -> Answer | Later:
        """The answer; `Later` if there is none. Raises `NotAllowedError`."""
        try:
            return self._call(method, url, dict(headers), content)
        except httpx.TimeoutException:
            return Later(Unsent.NOT_IN_TIME)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return Later(Unsent.NOT_REACHED)

    def _call(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> Answer:
        extensions: dict[str, Any] = {}
        target = httpx.URL(url)
        if self.hosts is not None:
            target, extensions = self._pinned(target)
            headers["Host"] = httpx.URL(url).netloc.decode()
        with (
            httpx.Client(verify=self.tls, timeout=EACH_WAIT, trust_env=False) as client,
            client.stream(
                method, target, headers=headers, content=content, extensions=extensions
            ) as answer,
        ):
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > LONGEST_ANSWER:
                    break
            return Answer(answer.status_code, body)

    def _pinned(self, url: httpx.URL) -> tuple[httpx.URL, dict[str, Any]]:
        """The same at the number that its name stands for now: what was looked at is what is
        called."""
        hosts = self.hosts or ()
        check_allowed(str(url), hosts)
        found = socket.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
        numbers = [str(each[4][0]) for each in sorted(found, key=lambda each: each[0])]
        if url.host in hosts and url.host in (THIS_MACHINE, *numbers):
            return url, {}
        if not all(ip_address(each).is_global for each in numbers):
            raise NotAllowedError
        return url.copy_with(host=numbers[0]), {"sni_hostname": url.host}
