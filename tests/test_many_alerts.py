"""However much waits for somebody, they are shown it page by page, the most urgent first."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.browser import Browser, Office, links, words
from web.pages import inbox
from web.pages.inbox import MOST_SORTED
from web.requests.visit import ON_A_PAGE

MANY = 2 * ON_A_PAGE + 3


@pytest.fixture
def many(here: Office) -> list[UUID]:
    """Gifts that wait for carol, one after the other, a few of them due in the same minute."""
    with here.register.together():
        return [here.declare("amina", "gift") for _ in range(MANY)]


def pages(carol: Browser, limit: int) -> list[list[str]]:
    found, after = [], None
    while True:
        asked = {"limit": limit, **({"after": after} if after else {})}
        page = carol.get("/api/alerts", **asked).json()
        found.append([each["id"] for each in page["items"]])
        after = page["next"]
        if after is None:
            return found


def test_every_alert_is_on_one_page_in_the_order_of_all(here: Office, many: list[UUID]) -> None:
    found = pages(here.browser("carol"), 20)
    assert [len(page) for page in found] == [20, 20, MANY - 40]
    assert [each for page in found for each in page] == [
        str(each.alert) for each in here.register.alerts("carol")
    ]


def test_without_a_limit_there_are_fifty(here: Office, many: list[UUID]) -> None:
    page = here.browser("carol").get("/api/alerts").json()
    assert len(page["items"]) == 50
    assert page["next"] is not None


def test_where_all_are_on_a_page_there_is_no_next(here: Office, many: list[UUID]) -> None:
    assert [len(page) for page in pages(here.browser("carol"), MANY)] == [MANY]


def test_none_is_passed_over_when_the_last_one_of_a_page_is_done(
    here: Office, many: list[UUID]
) -> None:
    carol = here.browser("carol")
    first = carol.get("/api/alerts", limit=5).json()
    for alert in first["items"]:
        kept = {"outcome": "keep", "reason": "A small thing."}
        here.register.decide("carol", alert["declaration"], kept)
    second = carol.get("/api/alerts", limit=5, after=first["next"]).json()
    expected = [str(each.alert) for each in here.register.alerts("carol")[:5]]
    assert [each["id"] for each in second["items"]] == expected


@pytest.mark.parametrize(("address", "sorted_at_once"), [("/inbox", 30), ("/", MOST_SORTED)])
def test_a_page_shows_the_first_ones_how_many_there_are_and_the_way_to_the_next(
    here: Office,
    many: list[UUID],
    address: str,
    sorted_at_once: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "MOST_SORTED", sorted_at_once)
    carol, seen = here.browser("carol"), []
    page = carol.get(address)
    while True:
        assert f"Waiting for you: {MANY}" in words(page)
        seen += [each for each in links(page) if each.startswith("/declarations/")]
        further = [each for each in links(page) if each.startswith(f"{address}?")]
        if not further:
            break
        page = carol.get(further[0])
    assert len(seen) == len(set(seen)) == MANY
    assert address in links(page), "the way back to the most urgent"


def test_what_refreshes_itself_is_the_page_that_is_open(here: Office, many: list[UUID]) -> None:
    carol = here.browser("carol")
    address = next(each for each in links(carol.get("/inbox")) if "/inbox?" in each)
    part = carol.get(address, {"hx-request": "true"})
    assert f'hx-get="{address}"' in part.text
    assert f'data-waiting="{MANY}"' in part.text
