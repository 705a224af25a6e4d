"""A running server before scim2-tester, which asks what the RFCs say; and what its log holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from scim2_client.client import BaseSyncSCIMClient
from scim2_tester import Status, check_server

from tests.provisioning import MEDIA_TYPE, SCIM
from tests.server import Installation, Server

ADDRESS = "amina@example.org"


class Client(BaseSyncSCIMClient):
    """scim2-client over the httpx that is here."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self._client = client

    def _stays_under_base_url(self, endpoint: str) -> bool:
        url = self._client.build_request("GET", endpoint).url
        return str(url).startswith(str(self._client.base_url))

    def request(self, method: str, url: str, **said: Any) -> httpx.Response:
        return self._client.request(method, url, **said)


@pytest.fixture(scope="module")
def served(new_installation: Callable[..., Installation]) -> Iterator[Server]:
    installation = new_installation("sqlite")
    installation.set_up()
    with installation.serving() as server:
        yield server


@pytest.fixture(scope="module")
def client(served: Server) -> Iterator[httpx.Client]:
    (token,) = served.installation.run("token", "create", "ada", "--scope", "scim")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{served.url}{SCIM}", headers=headers, timeout=30) as client:
        yield client


def test_the_tester_finds_nothing_wrong(client: httpx.Client) -> None:
    results = check_server(Client(client))
    wrong = [each for each in results if each.status is not Status.SUCCESS]
    assert wrong == []
    assert {"User", "Group"} <= {each.resource_type for each in results}
    assert len(results) > 60


def test_no_address_in_a_filter_or_a_body_comes_into_the_log(
    served: Server, client: httpx.Client
) -> None:
    for asked in (f'userName eq "{ADDRESS}"', f'emails.value eq "{ADDRESS}"', f'"{ADDRESS}'):
        client.get("/Users", params={"filter": asked})
    client.post("/Users", json={"userName": ADDRESS}, headers={"Content-Type": MEDIA_TYPE})
    client.get(f"/nothing/{ADDRESS}", params={"filter": ADDRESS})
    client.request("BREW", "/Users", params={"filter": ADDRESS})
    written = served.errors.read_text(encoding="utf-8") + served.output.read_text(encoding="utf-8")
    assert '"path":"/scim/v2/Users"' in written
    assert "amina" not in written
    assert "filter" not in written
