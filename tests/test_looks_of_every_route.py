"""Whoever is shown what somebody declared has looked at it, wherever the register shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from register.declarations.names import Shown
from register.reading.looks.finding import Wanted, found
from register.reading.looks.look import Kept
from register.reading.looks.tables import looks
from tests.browser import HOME, Browser, Office, office
from tests.cast import told
from tests.pictures import with_a_place
from tests.proof.receipts import sign
from web.api.operations import Operation
from web.pages.adapter import Page
from web.requests.looking import SEARCH
from web.requests.what_is_shown import SHOWS, shown_at
from web.urls import OPERATIONS, PAGES

CANARY = "Quetzalcoatlus brooch"
PEOPLE = ("amina", "ben", "carol", "dev", "ada", "eve")
"""The worker, her line manager, the director, an auditor, the administrator, a worker elsewhere."""
GIFT, PHOTOGRAPH = (UUID(f"9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a0{last}") for last in (1, 2))
VALUES = {
    "id": str(GIFT),
    "photograph": str(PHOTOGRAPH),
    "kind": "gift",
    "action": "9b1fd5a1-66fc-8f0c-9d47-2f2d5c1f7a03",
    "worker": "amina",
    "hold": "9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a04",
    "request": "9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a05",
    "complaint": "9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a06",
    "policy": "residential-short-breaks",
    "version": "2026-04-01",
}
Route = Page | Operation
READING = [
    each
    for each in (*PAGES, *OPERATIONS)
    if isinstance(each, Route) and (each.method == "GET" or each.path == SEARCH)
]
MORE_THAN_AN_HOUR = timedelta(minutes=61)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("looks")
    with office(folder) as here:
        body = told("gift", "amina", at=here.clock.shows, item=CANARY)
        here.register.declare("amina", str(GIFT), body)
        here.register.add_photograph("amina", str(GIFT), str(PHOTOGRAPH), with_a_place())
        here.declare("amina", "prior-acquaintance")  # excludes her from key working
        sign(here, folder)  # so there is a receipt
        yield here


def every_look(here: Office) -> list[Kept]:
    with here.log.database.read() as connection:
        return found(connection, here.log.keyring, Wanted(limit=1000))


def counts(here: Office) -> dict[int, int]:
    """How often each thing was looked at, by the number of the first look."""
    number = sa.func.coalesce(looks.c.again_of, looks.c.number)
    query = sa.select(number, sa.func.sum(looks.c.count)).group_by(number)
    with here.log.database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def looks_since(here: Office, before: dict[int, int]) -> list[Kept]:
    now = counts(here)
    changed = [number for number in now if now[number] != before.get(number)]
    return [each for each in every_look(here) if each.number in changed] if changed else []


def address(route: Route, here: Office) -> str:
    made = next(each for each in here.log.after() if each.originator_id == GIFT)
    values = {**VALUES, "position": str(made.position)}
    path = route.path.replace(":path}", "}")
    names = re.findall(r"{(\w+)}", path)
    return path.format(**{name: values.get(name, "unknown") for name in names})


def asked(browser: Browser, route: Route, here: Office) -> httpx.Response:
    if route.path == SEARCH:
        body: dict[str, Any] = {"service_user": "SU-1042"}
        return browser.call("POST", SEARCH, json=body, headers={"origin": HOME})
    return browser.get(address(route, here))


def has_words(answer: httpx.Response) -> bool:
    return CANARY in answer.text or answer.headers.get("content-type") == "image/jpeg"


def test_every_route_that_reads_says_what_it_shows() -> None:
    routes = {f"{each.method} {each.path}" for each in READING}
    assert routes - SHOWS.keys() == set()


def test_only_routes_that_are_there_say_what_they_show() -> None:
    routes = {f"{each.method} {each.path}" for each in (*PAGES, *OPERATIONS)}
    assert SHOWS.keys() - routes == set()


@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_is_shown_words_has_looked_once_and_nobody_else(shown: Office, person: str) -> None:
    browser = after_an_hour(shown, person)
    for route in READING:
        if isinstance(route, Operation) and route.is_public:
            continue  # whoever asks there is nobody
        if route.path.endswith("/thumbnail"):  # the same look as the picture, within the hour
            browser = after_an_hour(shown, person)
        before = counts(shown)
        answer = asked(browser, route, shown)
        new = looks_since(shown, before)
        said = [
            (each.look.by, each.look.shown, each.count - before.get(each.number, 0))
            for each in new
            if each.look
        ]
        where = f"{person} at {route.method} {route.path}: {answer.status_code}"
        if answer.status_code in (403, 404):
            assert said == [(person, Shown.REFUSAL, 1)], where
        elif has_words(answer):
            assert said == [(person, shown_at(route.method, route.path), 1)], where
            assert seen_by_its_worker(shown, new[0]) or person == "amina", where
        elif shown_at(route.method, route.path) == Shown.NO_WORDS:
            assert said == [], where
        else:  # what it shows of others is words too, such as a case reference
            assert said in ([], [(person, shown_at(route.method, route.path), 1)]), where


def after_an_hour(here: Office, person: str) -> Browser:
    """Their browser, when no look is the same as one before."""
    here.clock.goes_on(MORE_THAN_AN_HOUR)
    return here.browser(person)


def seen_by_its_worker(here: Office, look: Kept) -> bool:
    page = here.register.looks.at_own("amina")
    return look.number in [each.number for each in page.items]


def test_the_page_of_a_service_user_is_a_look(shown: Office) -> None:
    carol = shown.browser("carol")
    sought = carol.post("/service-user", {"service_user": "SU-1042"}).headers["location"]
    before = len(every_look(shown))
    assert CANARY in after_an_hour(shown, "carol").get(sought).text
    (new, *others) = every_look(shown)
    assert new.look is not None
    assert (new.look.by, new.look.shown) == ("carol", Shown.LIST)
    assert len(others) == before


def test_a_picture_is_the_same_look_small_and_large(shown: Office) -> None:
    ben, picture = after_an_hour(shown, "ben"), f"/declarations/{GIFT}/photographs/{PHOTOGRAPH}"
    for _ in range(2):
        ben.get(f"{picture}/thumbnail")
    assert every_look(shown)[0].count == 1
    ben.get(picture)
    latest = every_look(shown)[0]
    assert latest.look is not None
    assert (latest.look.part, latest.look.shown) == (str(PHOTOGRAPH), Shown.PHOTOGRAPH)


def test_an_act_by_a_program_that_is_answered_with_the_words_is_a_look(shown: Office) -> None:
    note = after_an_hour(shown, "carol").call(
        "POST",
        f"/api/declarations/{GIFT}/note",
        json={"text": "Spoke to Amina"},
        headers={"origin": HOME},
    )
    assert CANARY in note.text
    latest = every_look(shown)[0].look
    assert latest is not None
    assert (latest.by, latest.shown) == ("carol", Shown.DECLARATION)


def test_a_conflict_that_is_answered_with_the_words_is_a_look(shown: Office) -> None:
    refused = after_an_hour(shown, "ben").call(
        "POST",
        f"/api/declarations/{GIFT}/acknowledgement",
        json={"note": "Seen", "actions": []},
        headers={"origin": HOME},
    )
    assert refused.status_code == 409
    assert CANARY in refused.text
    latest = every_look(shown)[0].look
    assert latest is not None
    assert latest.by == "ben"
