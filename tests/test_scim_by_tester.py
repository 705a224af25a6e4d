"""A running server before scim2-tester, which asks what the RFCs say; and what its log holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.provisioning import MEDIA_TYPE, SCIM
from tests.server import Installation, Server

ADDRESS = "amina@example.org"


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


def by_tester(client: httpx.Client) -> list[Any]:
    """What scim2-tester finds. It takes seconds to import, which only who asks it waits for."""
    from scim2_client.client import BaseSyncSCIMClient
    from scim2_tester import check_server

    class Client(BaseSyncSCIMClient):
        """scim2-client over the httpx that is here."""

        def _stays_under_base_url(self, endpoint: str) -> bool:
            url = client.build_request("GET", endpoint).url
            return str(url).startswith(str(client.base_url))

        def request(self, method: str, url: str, **said: Any) -> httpx.Response:
            return client.request(method, url, **said)

    return list(check_server(Client()))


def test_the_tester_finds_nothing_wrong(client: httpx.Client) -> None:
    results = by_tester(client)
    wrong = [each for each in results if each.status.name != "SUCCESS"]
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
