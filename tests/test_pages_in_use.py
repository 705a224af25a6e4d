"""Pages that stay open, are read on a phone, and are printed: in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.chromium import PHONE, Windows
from tests.gifts import new_id
from tests.sight import Sight
from tests.sights import OTHERS, Scene, of

if TYPE_CHECKING:
    from playwright.sync_api import Page

HEIGHT = PHONE[1]
LATER = 31_000
"""Milliseconds after which a page that refreshes itself has done so."""
A_NEW_TAB = "window.isTheSamePage = true"
BADGE = """const carry = (count) => { document.documentElement.dataset.badge = count; };
navigator.setAppBadge = async (count) => carry(count);
navigator.clearAppBadge = async () => carry(0);"""
"""A platform that has icons with numbers: the number is written on the page."""
DECLARATIONS = [each for each in OTHERS if re.fullmatch(r"/declarations/\{\w+\}", each.path)]


def bottom(page: Page, selector: str) -> float:
    """Asked in one step, as a part of an open page may be exchanged at any moment."""
    page.wait_for_selector(selector)
    at = "each => document.querySelector(each).getBoundingClientRect().bottom"
    return float(page.evaluate(at, selector))


def sight(scene: Scene, name: str) -> Sight:
    return next(each for each in scene.sights() if each.name == name)


# A page that refreshes itself


def opened_inbox(windows: Windows, path: str) -> Page:
    """Left open on a row, in a browser whose time a test moves on."""
    page = windows.open("ben")
    page.clock.install()
    page.goto(path)
    page.evaluate(A_NEW_TAB)
    page.locator("#alerts li a").first.focus()
    return page


@pytest.mark.parametrize(
    ("person", "path", "part"),
    [("ben", "/inbox", "#alerts li"), ("gus", "/", "#own li"), ("ben", "", "#declaration")],
)
def test_an_open_page_moves_by_itself_within_moments(
    windows: Windows, scene: Scene, person: str, path: str, part: str
) -> None:
    """Nobody moves its clock on: it hears of it."""
    place = f"The museum {new_id()[:8]}"
    first = scene.declare("park", "gus", "out-of-hours-encounter", place="The park")
    page = windows.open(person)
    page.goto(path or f"/declarations/{first}")
    page.evaluate(A_NEW_TAB)
    if path:
        scene.declare(new_id(), "gus", "out-of-hours-encounter", place=place)
        page.locator(part, has_text=place).wait_for(timeout=5000)
    else:
        scene.act("ben", "park", "note", text=place)
        page.locator(part, has_text=place).wait_for(timeout=5000)
    assert page.evaluate("window.isTheSamePage")


@pytest.mark.parametrize(("path", "place"), [("/inbox", "The library"), ("/", "The baths")])
def test_what_somebody_else_does_appears_in_an_open_inbox(
    windows: Windows, scene: Scene, path: str, place: str
) -> None:
    page = opened_inbox(windows, path)
    focused = page.evaluate("document.activeElement.id")
    there = page.locator("#alerts li").count()
    scene.declare(new_id(), "gus", "out-of-hours-encounter", place=place)
    page.clock.fast_forward(LATER)
    row = page.locator("#alerts li", has_text=place)
    row.wait_for()
    expect(page.locator("#alerts li")).to_have_count(there + 1)
    assert f"Waiting for you: {there + 1}" in page.locator("#alerts").inner_text()
    assert page.evaluate("document.activeElement.id") == focused
    assert page.evaluate("window.isTheSamePage")


def test_what_was_acted_on_goes_and_the_focus_stays_on_another_row(
    windows: Windows, scene: Scene
) -> None:
    page = opened_inbox(windows, "/inbox")
    focused = page.evaluate("document.activeElement.id")
    last = page.locator("#alerts li").last
    gone, place = last.get_attribute("id"), last.locator("a").get_attribute("href")
    assert place is not None
    declaration = place.rsplit("/", 1)[1]
    noted: dict[str, Any] = {"note": "Read.", "actions": []}
    path = f"/api/declarations/{declaration}/acknowledgement"
    answer = scene.server.as_("ben").post(path, json=noted)
    assert answer.is_success, answer.text
    page.clock.fast_forward(LATER)
    page.locator(f"#{gone}").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == focused
    assert page.evaluate("window.isTheSamePage")


# On a phone


@pytest.mark.parametrize("person", sorted({str(each.person) for each in DECLARATIONS}))
def test_what_it_is_where_it_stands_and_what_is_next_are_on_the_first_screen(
    windows: Windows, scene: Scene, person: str
) -> None:
    page = windows.open(person)
    for seen in of(person, DECLARATIONS):
        sight(scene, seen.name).show(page, unfolded=False)
        for shown in ("h1", ".app-lead", ".app-tags", ".app-waits"):
            assert bottom(page, shown) < HEIGHT, (seen.name, shown)
        if page.locator(".govuk-button-group").count():
            assert bottom(page, ".govuk-button-group .govuk-button") < HEIGHT, seen.name


def test_the_way_to_declare_stays_under_a_manager_s_thumb(windows: Windows, scene: Scene) -> None:
    page = windows.open("ben")
    assert bottom(page, "#alerts") > HEIGHT
    for _ in range(2):
        assert HEIGHT * 2 / 3 < bottom(page, ".app-thumb a") <= HEIGHT
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("Tab")
    page.locator("button", has_text="Sign out").focus()
    bar = page.locator(".app-thumb").bounding_box()
    assert bar is not None
    assert bottom(page, "footer button, .govuk-footer button") <= bar["y"], "the focus is hidden"


# On paper


def test_a_declaration_prints_with_its_history_and_without_what_is_for_pressing(
    windows: Windows, scene: Scene
) -> None:
    page = windows.open("carol")
    page.goto(sight(scene, "declaration-returned").path)
    page.emulate_media(media="print")
    words = page.locator("body").inner_text()
    for printed in ("Amina Yusuf declared", "Wrist watch", "Decision: it goes back", "History"):
        assert printed in words
    assert re.search(r"As it stood on \d+ \w+ \d{4}, \d\d:\d\d, after entry \d+\.", words)
    for pressed in ("nav", "button", ".govuk-button-group", ".govuk-footer", ".govuk-back-link"):
        assert not any(each.is_visible() for each in page.locator(pressed).all()), pressed


def test_a_policy_prints_with_its_rules(windows: Windows, scene: Scene) -> None:
    page = windows.open("ada")
    page.goto(sight(scene, "policy").path)
    rule = page.get_by_text("The policy does not add small gifts up.")
    assert not rule.is_visible()
    page.emulate_media(media="print")
    assert rule.is_visible()


# The number on the app's icon


def is_carried(page: Page, count: int) -> None:
    page.locator(f'html[data-badge="{count}"]').wait_for(state="attached")


def test_the_icon_carries_how_many_things_wait(windows: Windows, scene: Scene) -> None:
    page = windows.open("ben")
    page.add_init_script(BADGE)
    page.clock.install()
    page.goto("/")
    waiting = page.locator("#alerts li").count()
    is_carried(page, waiting)
    scene.declare(new_id(), "gus", "out-of-hours-encounter")
    page.clock.fast_forward(LATER)
    is_carried(page, waiting + 1)


def test_where_nothing_waits_the_icon_is_bare(windows: Windows, scene: Scene) -> None:
    page = windows.open("dev")
    page.add_init_script(BADGE)
    page.goto("/")
    is_carried(page, 0)


@pytest.mark.parametrize(("path", "current"), [("/", "Home"), ("/team", "Team")])
def test_the_navigation_says_where_one_is(windows: Windows, path: str, current: str) -> None:
    page = windows.open("ben")
    page.goto(path)
    told = page.locator('nav [aria-current="page"]').all_text_contents()
    assert [each.strip() for each in told] == [current]
