"""Whatever a network does to the database, requests end soon, and nothing is lost or doubled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from tests.figures import LONGEST, Figures
from tests.gifts import gift, path
from tests.postgres import PostgresAddress
from tests.proxies import Mode, Proxy, proxy_before
from tests.server import Installation, Server

AT_ONCE = 24
TROUBLES = (Mode.SILENT, Mode.SWALLOWS, Mode.RESETS, Mode.DELAYS)


class Answer(NamedTuple):
    status: int
    declared: str | None
    """The declaration that it says is stored."""


class Behind(NamedTuple):
    server: Server
    proxy: Proxy


@pytest.fixture(scope="module")
def behind(
    postgres_server: PostgresAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    """A server with a proxy between it and PostgreSQL."""
    with (
        postgres_server.temporary_database() as name,
        proxy_before("127.0.0.1", postgres_server.port) as proxy,
    ):
        url = sa.make_url(postgres_server.url(name, tcp=True)).set(port=proxy.port)
        folder = tmp_path_factory.mktemp("behind")
        installation = Installation(folder, url.render_as_string(hide_password=False))
        installation.set_up()
        server = Server(installation)
        server.start()
        yield Behind(server, proxy)
        proxy.set(Mode.PASSES)
        server.stop()


@pytest.fixture
def away(behind: Behind) -> Iterator[Behind]:
    """As it was: the proxy passes everything on again after each test."""
    assert well(behind)
    yield behind
    behind.proxy.set(Mode.PASSES)


def well(behind: Behind) -> bool:
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        if behind.server.as_nobody().get("/healthz").status_code == 200:
            return True
    return False


def declared(server: Server, new: str) -> httpx.Response:
    with server.another("amina") as client:
        return client.put(path(new), json=gift())


def answers(server: Server, figures: Figures) -> list[Answer]:
    """To many different requests that are made at once."""
    asked = [
        ("GET", "/healthz", None),
        ("GET", "/api/declarations", None),
        ("PUT", None, gift()),
        ("GET", "/sign-in", None),
    ]

    def ask(place: int) -> Answer:
        method, address, body = asked[place % len(asked)]
        new = str(uuid4())
        with server.another("amina") as client, figures.timed():
            answer = client.request(method, address or path(new), json=body)
        return Answer(answer.status_code, new if answer.status_code == 201 else None)

    with ThreadPoolExecutor(AT_ONCE) as callers:
        return list(callers.map(ask, range(AT_ONCE)))


@pytest.mark.parametrize(
    ("mode", "times"),
    [
        *((each, 1) for each in TROUBLES),
        *(pytest.param(each, 10, marks=pytest.mark.faults) for each in TROUBLES),
    ],
)
def test_requests_end_soon_and_the_register_is_well_again_by_itself(
    away: Behind, mode: Mode, times: int, figures_of: Callable[..., Figures]
) -> None:
    figures, taken = figures_of(f"network: {mode.value}", times), []
    for _ in range(times):
        away.proxy.set(mode)
        found = answers(away.server, figures)
        taken += [each.declared for each in found if each.declared]
        figures.assert_short()
        assert {each.status for each in found} <= {200, 201, 503}
        if mode is not Mode.DELAYS:
            assert 503 in {each.status for each in found}
        away.proxy.set(Mode.PASSES)
        assert well(away)
        taken.append(str(uuid4()))
        assert declared(away.server, taken[-1]).status_code == 201
    figures.count(away.server.installation, taken)


def test_what_was_stored_without_an_answer_is_safe_to_send_again(away: Behind) -> None:
    new, body = str(uuid4()), gift()
    away.proxy.set(Mode.SWALLOWS)
    with away.server.another("amina") as client:
        refused = client.put(path(new), json=body)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        away.proxy.set(Mode.PASSES)
        assert well(away)
        assert client.put(path(new), json=body).status_code in (200, 201)
        assert client.put(path(new), json=body).status_code == 200
        assert len(client.get(path(new, "history")).json()["items"]) == 1


def test_a_server_without_a_database_waits_for_it_and_ends_when_told(
    away: Behind, tmp_path: Path
) -> None:
    away.proxy.set(Mode.SILENT)
    began = time.monotonic()
    done = away.server.installation.command("token", "create", "amina")
    assert done.code == 1
    assert "The database did not do it" in done.errors
    assert time.monotonic() - began < LONGEST
