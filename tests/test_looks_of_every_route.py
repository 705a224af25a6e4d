"""Whoever is shown what somebody declared has looked at it, wherever the register shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from register.declarations.names import Shown
from register.reading.looks.finding import Wanted, found
from register.reading.looks.look import Kept
from tests.browser import HOME, Browser, Office, office
from tests.pictures import with_a_place
from web.pages.adapter import Page
from web.requests.looking import SEARCH
from web.urls import OPERATIONS, PAGES

CANARY = "Quetzalcoatlus brooch"
ROLES = ("amina", "ben", "carol", "dev", "ada", "eve")
"""The worker, her line manager, the director, an auditor, the administrator, another's worker."""
GIFT, PHOTOGRAPH = (UUID(f"9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a0{last}") for last in (1, 2))
VALUES = {
    "id": str(GIFT),
    "photograph": str(PHOTOGRAPH),
    "kind": "gift",
    "action": "9b1fd5a1-66fc-8f0c-9d47-2f2d5c1f7a03",
    "worker": "amina",
    "policy": "residential-short-breaks",
    "version": "2026-04-01",
}
READS = [each for each in (*PAGES, *OPERATIONS) if each.method == "GET" or each.path == SEARCH]
READ_BY_PEOPLE = [each for each in READS if isinstance(each, Page) or hasattr(each, "handler")]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("looks")) as here:
        here.register.declare("amina", str(GIFT), _body(here))
        here.register.add_photograph("amina", str(GIFT), str(PHOTOGRAPH), with_a_place())
        yield here


def _body(here: Office) -> dict[str, Any]:
    from tests.cast import told

    return told("gift", "amina", at=here.clock.shows, item=CANARY)


def every_look(here: Office) -> list[Kept]:
    with here.log.database.read() as connection:
        return found(connection, here.log.keyring, Wanted(limit=1000))


def address(path: str, here: Office) -> str:
    values = {**VALUES, "position": str(here.log.last_position() - 5)}
    names = re.findall(r"{(\w+)}", path)
    return path.format(**{name: values.get(name, "unknown") for name in names})


def asked(browser: Browser, route: Any, here: Office) -> httpx.Response:
    if route.path == SEARCH:
        return browser.call(
            "POST", SEARCH, json={"service_user": "SU-1042"}, headers={"origin": HOME}
        )
    return browser.get(address(route.path, here))


def test_every_route_that_reads_says_what_it_shows() -> None:
    assert [each.path for each in READ_BY_PEOPLE if each.shows is None] == []


@pytest.mark.parametrize("person", ROLES)
def test_whoever_is_shown_words_looked_exactly_once_and_nobody_else(
    shown: Office, person: str
) -> None:
    browser, wrong = shown.browser(person), []
    for route in READ_BY_PEOPLE:
        before = sum(each.count for each in every_look(shown))
        answer = asked(browser, route, shown)
        now = every_look(shown)
        looks = sum(each.count for each in now) - before
        has_words = CANARY in answer.text or answer.headers.get("content-type") == "image/jpeg"
        shows = route.shows != Shown.NO_WORDS and answer.status_code == 200
        print(person, route.path, answer.status_code, has_words, looks, route.shows)
        shown.clock.goes_on(__import__("datetime").timedelta(hours=1))
