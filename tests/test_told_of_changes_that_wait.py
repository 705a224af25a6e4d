"""The first page tells whoever may agree to a change that it waits, and whoever proposed it what
became of it."""

from __future__ import annotations

import pytest

from tests.browser import Browser, Office, fields, words
from tests.changing_the_directory import alter, give
from tests.filled_forms import filled_in

WAITS = "1 change waits for your agreement"


@pytest.fixture
def change(here: Office) -> str:
    give(here.register, None, "gus", "administrator")
    (proposal,) = give(here.register, "ada", "eve", "auditor").waiting
    return str(proposal.id)


def first_page(browser: Browser) -> str:
    return words(browser.get("/"))


@pytest.mark.parametrize("person", ["gus", "carol"])
def test_whoever_may_agree_is_told_until_it_is_decided(
    here: Office, change: str, person: str
) -> None:
    browser = here.browser(person)
    assert WAITS in first_page(browser)
    here.register.decline("dana", change)
    assert WAITS not in first_page(browser)


def test_nobody_else_is_told(here: Office, change: str) -> None:
    for person in ("ada", "ben", "amina", "dev"):
        assert WAITS not in first_page(here.browser(person))


def test_whoever_gains_by_it_is_not_told(here: Office) -> None:
    give(here.register, "ada", "carol", "auditor")
    assert WAITS not in first_page(here.browser("carol"))


@pytest.mark.parametrize("decide", ["approve", "decline"])
def test_whoever_proposed_it_is_told_what_became_of_it_until_they_have_seen_it(
    here: Office, change: str, decide: str
) -> None:
    getattr(here.register, decide)("carol", change)
    ada, did = here.browser("ada"), "agreed to" if decide == "approve" else "declined"
    told = f"{here.register.read.name('carol')} {did} a change that you proposed."
    page = ada.get("/")
    assert told in words(page)
    assert "Was that not you" not in words(page)
    ada.post("/account/seen", fields(page, "/account/seen"))
    assert told not in first_page(ada)


def test_to_withdraw_it_oneself_is_no_news(here: Office, change: str) -> None:
    here.register.decline("ada", change)
    assert "a change that you proposed" not in first_page(here.browser("ada"))


def test_the_page_says_why_it_waits(here: Office) -> None:
    place = {"roles": ("worker",), "line_manager": "ben", "services": ("elm-house",)}
    alter(here.register, "ada", "zoe", **place)
    alter(here.register, "ada", "amina", line_manager="zoe")
    said = "and nobody else has agreed to them yet."
    page = words(here.browser("dana").get("/people/changes"))
    ada = here.register.read.name("ada")
    assert f"Zoe (zoe) was added by {ada} (ada), or has a link" in page
    assert said in page
    own = words(here.browser("ada").get("/people/changes"))
    assert "Zoe (zoe) was added by you, or has a link or an address from you, " + said in own


def test_the_page_says_it_also_of_whom_somebody_else_let_in(here: Office) -> None:
    give(here.register, None, "gus", "administrator")
    assert here.register.linking.make("ada", "amina", {}) is not None
    give(here.register, "gus", "amina", "administrator")
    page = words(here.browser("dana").get("/people/changes"))
    assert f"or has a link or an address from {here.register.read.name('ada')} (ada)" in page


def test_the_page_of_a_change_says_it_before(here: Office) -> None:
    place = {"roles": ("worker",), "line_manager": "ben", "services": ("elm-house",)}
    alter(here.register, "ada", "zoe", **place)
    ada = here.browser("ada")
    form = filled_in(ada.get("/people/of/amina"), "/people/of/amina")
    page = words(ada.post("/people/of/amina", {**form, "line_manager": "zoe"}))
    assert "Zoe (zoe) was added by you" in page
