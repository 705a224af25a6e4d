"""What was declared of a kind that the register no longer has: it can be read and acknowledged, and
nothing fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from register.acts import all_acts
from tests.browser import Office, office
from tests.cast import told
from tests.dropped_in import dropped_in
from tests.examples import outside_work, worry_about_a_colleague

WORK, WORRY = "outside-work", "worry-about-a-colleague"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[str]]]:
    with office(tmp_path_factory.mktemp("gone")) as found:
        declared = [str(uuid4()), str(uuid4())]
        with dropped_in(outside_work, worry_about_a_colleague):
            found.register.declare("amina", declared[0], told(WORK, "amina"))
            found.register.declare("amina", declared[1], told(WORRY, "amina"))
        yield found, declared


@pytest.mark.parametrize("by", ["amina", "ben", "carol", "dev", "ada"])
def test_no_page_and_no_call_about_it_fails(here: tuple[Office, list[str]], by: str) -> None:
    found, declared = here
    browser = found.browser(by)
    for declaration in declared:
        for address in ("", "/history", *(f"/{act.name}" for act in all_acts())):
            path = f"/declarations/{declaration}{address}"
            for method, at, more in (
                ("GET", path, {}),
                ("POST", path, {"data": {}}),
                ("GET", f"/api{path}", {}),
                ("POST", f"/api{path}", {"json": {}}),
            ):
                headers = {"origin": "http://register.test", "sec-fetch-site": "same-origin"}
                answer = browser.call(method, at, headers=headers, **more)
                assert answer.status_code < 500, (by, method, at)


def test_its_worker_and_whoever_acts_can_read_it(here: tuple[Office, list[str]]) -> None:
    found, declared = here
    for by in ("amina", "carol"):
        for declaration in declared:
            page = found.browser(by).get(f"/declarations/{declaration}")
            assert "something that is no longer declared" in page.text


@pytest.mark.parametrize(("by", "act"), [("amina", "correction"), ("carol", "decision")])
def test_what_needs_the_kind_is_not_taken(
    here: tuple[Office, list[str]], by: str, act: str
) -> None:
    found, declared = here
    path = f"/api/declarations/{declared[0]}/{act}"
    headers = {"origin": "http://register.test", "sec-fetch-site": "same-origin"}
    refused = found.browser(by).call("POST", path, json={}, headers=headers)
    assert refused.status_code == 409
    assert "does not take" in json.dumps(refused.json())


def test_it_can_be_acknowledged(here: tuple[Office, list[str]]) -> None:
    found, declared = here
    note = {"note": "We talked", "actions": []}
    assert found.register.acknowledge("carol", declared[1], note).status == "closed"
