"""Whose word is taken for the address somebody comes from; and a brute force over processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from argon2 import PasswordHasher
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from register.access.tries import FROM_ONE_ADDRESS, FROM_UNKNOWN_DEVICES
from register.setup.settings import Settings
from tests.browser import HOME, Office
from tests.server import Installation
from web.edge.allowances import Strangers
from web.serving import Limits

PROXY, CLIENT, OTHER = "10.1.2.3", "192.0.2.7", "198.51.100.9"


def test_the_setting_says_whose(here: Office) -> None:
    believed = Limits.of(Settings(proxies="10.0.0.0/8, 192.0.2.1")).proxies
    assert believed == ["10.0.0.0/8", "192.0.2.1"]
    assert Limits.of(Settings()).proxies == ["127.0.0.1", "::1"]


def tried(here: Office, by: str, forwarded: str, times: int = 1) -> list[int]:
    """Wrong passwords from an address, which says that it comes from others."""
    here.register.passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = ProxyHeadersMiddleware(here.app, Limits.of(Settings(proxies="10.0.0.0/8")).proxies)

    async def trying() -> list[int]:
        here.app.state.strangers = Strangers()
        transport = httpx.ASGITransport(app, client=(by, 1234))
        headers = {"origin": HOME, "x-forwarded-for": forwarded}
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            form = {"email": "amina@example.org", "password": "wrong"}
            sent = [await client.post(SIGN_IN, data=form, headers=headers) for _ in range(times)]
            return [each.status_code for each in sent]

    return asyncio.run(trying())


SIGN_IN = "/sign-in/password"


def test_a_believed_proxy_says_where_somebody_comes_from(here: Office) -> None:
    assert tried(here, PROXY, CLIENT, FROM_ONE_ADDRESS + 1)[-1] == 429
    assert tried(here, PROXY, OTHER) == [422]
    assert tried(here, PROXY, f"{OTHER}, {CLIENT}, 10.9.9.9") == [429]  # read from its end


def test_nobody_else_does(here: Office) -> None:
    assert tried(here, CLIENT, OTHER, FROM_ONE_ADDRESS + 1)[-1] == 429
    assert tried(here, CLIENT, "203.0.113.1") == [429]
    assert tried(here, OTHER, CLIENT) == [422]


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_brute_force_over_three_servers_gets_no_more_tries(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("postgresql")
    installation.set_up()
    with ExitStack() as running:
        urls = [running.enter_context(installation.serving()).url for _ in range(3)]

        def guess(number: int) -> int:
            url = urls[number % 3]
            headers = {"Origin": url, "X-Forwarded-For": f"203.0.113.{number % 40}"}
            form = {"email": "amina@example.org", "password": f"wrong {number}"}
            return httpx.post(url + SIGN_IN, data=form, headers=headers, timeout=60).status_code

        with ThreadPoolExecutor(9) as threads:
            codes = list(threads.map(guess, range(150)))
    assert codes.count(422) == FROM_UNKNOWN_DEVICES
    assert set(codes) <= {422, 429, 503}
