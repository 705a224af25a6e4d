"""Everybody can do their whole work without a mouse, and sees where they are."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.at_length import first_now, these_now
from tests.chromium import DESK, Windows
from tests.keyboard import Hands
from tests.server import CASES
from tests.sight import Sight
from tests.sights import OTHERS, PEOPLE, Scene, of
from tests.test_journeys import GIFT, reads

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEXT_WEEK = date.today() + timedelta(days=7)
ERRORS = ".govuk-error-summary"


def signed_in(windows: Windows, person: str, **window) -> Hands:
    """By the link, whose button takes Enter."""
    page = windows.open(None, **window)
    hands = Hands(page)
    page.goto(windows.link(person))
    hands.press("Sign in")
    return hands


def let_in(windows: Windows, person: str) -> Hands:
    """By a passkey, as a link is not enough for a decision."""
    page = windows.open(None)
    hands = Hands(page)
    windows.let_in(page, person)
    return hands


def in_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", these_now(("None", "amina"), PEOPLE))
def test_every_page_is_walked_to_its_end_and_back(
    windows: Windows, sights: list[Sight], person: str
) -> None:
    page = windows.open(None if person == "None" else person)
    hands = Hands(page)
    for sight in of(person, sights):
        sight.show(page)
        stops = hands.walk()
        assert page.evaluate("stops => keyboard.missed(stops)", stops) == [], sight.name
        assert len(hands.walk(back=True)) == len(stops), sight.name


def test_the_first_stop_skips_to_the_content(windows: Windows, scene: Scene) -> None:
    page = windows.open("amina")
    hands = Hands(page)
    page.goto("/declare")
    hands.tab()
    assert in_focus(page) == "govuk-skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


MISTAKES = [each.name for each in OTHERS if each.name.endswith("-mistakes")]


@pytest.mark.parametrize("name", first_now("declare-mistakes", *MISTAKES))
def test_after_a_mistake_the_summary_has_the_focus_and_leads_to_each_field(
    windows: Windows, scene: Scene, name: str
) -> None:
    sight = next(each for each in scene.sights() if each.name == name)
    page = windows.open(sight.person)
    hands = Hands(page)
    sight.show(page)
    page.wait_for_function(f"document.activeElement.matches('{ERRORS}')")
    links = page.locator(f"{ERRORS} a")
    fields = [str(link.get_attribute("href")) for link in links.all()]
    assert fields
    for number, field in enumerate(fields):
        page.locator(ERRORS).evaluate("each => { each.tabIndex = -1; each.focus() }")
        hands.to(links.nth(number))
        page.keyboard.press("Enter")
        assert page.locator(field).evaluate("each => each.contains(document.activeElement)"), field


@pytest.mark.timeout(240)
def test_a_gift_is_declared_decided_and_given_back(windows: Windows) -> None:
    amina = signed_in(windows, "amina")
    amina.press("Declare something")
    amina.follow("A gift")
    amina.fill_in(GIFT)
    amina.press("Check my answers")
    reads(amina.page, "Check your answers", "Silver photograph frame")
    amina.press("Send")
    reads(amina.page, "It is in the register")
    amina.follow("See your declaration")
    gift = amina.page.url

    carol = let_in(windows, "carol")
    carol.go(carol.page.locator(f"main a[href='{urlsplit(gift).path}']").first)
    carol.press("Decide")
    carol.fill_in({"What should happen to it?": "It goes back", "Why?": "Worth too much."})
    carol.press("Decide")
    reads(carol.page, "Check before you send")
    carol.press("Decide")
    reads(carol.page, "Your decision is in the register.")

    amina.page.goto(gift)
    amina.press("I have given it back")
    answers = {"How did it go back?": "By hand", "On which day?": str(date.today())}
    amina.fill_in({**answers, "Who has it now?": "Her daughter"})
    amina.press("It is done")
    reads(amina.page, "You have said that it is done.", "Closed")


@pytest.mark.timeout(240)
def test_a_line_manager_acknowledges_with_an_action(windows: Windows, scene: Scene) -> None:
    ben = signed_in(windows, "ben")
    ben.page.goto(f"/declarations/{scene.ids['number']}")
    ben.press("Acknowledge")
    ben.fill_in({"What was said and agreed?": "We talked it over."})
    action = {
        "What is to be done?": "Change the number",
        "Who does it?": "Gus Hale",
        "By which day?": str(NEXT_WEEK),
    }
    ben.to(ben.page.locator("summary", has_text="Something more is needed"))
    ben.page.keyboard.press("Enter")
    ben.fill_in(action, within="Action 1")
    ben.press("Acknowledge")
    reads(ben.page, "You have acknowledged this.", "Awaiting action", "Change the number: Gus Hale")


@pytest.mark.timeout(240)
def test_an_auditor_filters_the_register_and_opens_an_entry_as_at(
    windows: Windows, scene: Scene
) -> None:
    dev = signed_in(windows, "dev", size=DESK)
    dev.turn_to("Register")
    before = scene.ids["before"]
    dev.fill_in({"As at a time or an entry": before})
    dev.to(dev.page.locator("summary", has_text="Filter"))
    dev.page.keyboard.press("Enter")
    dev.fill_in({"Kind": "A gift"})
    dev.press("Show")
    reads(dev.page, f"after entry {before}", "Only: kind A gift.")
    dev.follow("A gift")
    reads(dev.page, "This is how it stood", f"after entry {before}")
    dev.go(dev.page.get_by_role("link", name=re.compile("^entry ")).last)
    dev.to(dev.page.locator("summary", has_text="How it is stored"))
    dev.page.keyboard.press("Enter")
    reads(dev.page, "What it says in plain")
    dev.go(dev.page.get_by_role("link", name=re.compile("^Declaration .* after this entry$")))
    reads(dev.page, "This is how it stood")


def test_an_administrator_uploads_and_sees_what_would_change(windows: Windows) -> None:
    ada = signed_in(windows, "ada", size=DESK)
    ada.turn_to("People")
    ada.page.goto("/people/upload")
    for name in ("People", "Services"):
        field = ada.page.get_by_label(name, exact=True)
        ada.to(field)
        field.set_input_files(CASES / f"{name.lower()}.csv")
    ada.press("See what would change")
    reads(ada.page, "Nothing: the files say what the register knows already.")
