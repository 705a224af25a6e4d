"""What people do with the register, from beginning to end, in a real browser."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.at_length import first_now
from tests.chromium import PATIENCE, Windows

if TYPE_CHECKING:
    from playwright.sync_api import Page

Answers = dict[str, Any]

GIFT: Answers = {
    "Which service user is this about?": "SU-1042",
    "What is it?": "Silver photograph frame",
    "What is it worth, in pounds? (optional)": "60",
    "Is it something very small (a pen, a card, a few sweets)?": "No",
    "What sort of gift is it?": "A thing, such as flowers or a watch",
    "Who offered it?": "The service user",
    "Did you take it?": "Yes, I took it",
    "Did you know about it before?": "No",
    "Where is it now?": "It is at work",
}


GIVEN_BACK = {
    "How did it go back?": "By hand",
    "On which day?": date.today().isoformat(),
    "Who has it now?": "Her daughter",
}


def fill_in(page: Page, answers: Answers) -> None:
    """By the words that stand at each question, as somebody finds it who sees or hears them."""
    for question, answer in answers.items():
        group = page.get_by_role("group", name=question, exact=True)
        if group.count():
            group.get_by_label(answer, exact=True).check()
            continue
        field = page.get_by_label(question, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=words, exact=isinstance(words, str)).first.click()


def turn_to(page: Page, place: str) -> None:
    """By the navigation, which on a phone unfolds."""
    menu = page.get_by_role("button", name="Menu", exact=True)
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()


def reads(page: Page, *words: str) -> None:
    """All of these come to stand on the page."""
    for each in words:
        expect(page.locator("body")).to_contain_text(each, use_inner_text=True, timeout=PATIENCE)


def declare(page: Page, kind: str, answers: Answers) -> str:
    """From the first page to the end; gives the address of the declaration."""
    turn_to(page, "Declare")
    reads(page, "at risk")
    follow(page, kind)
    fill_in(page, answers)
    press(page, "Check my answers")
    reads(page, "Check your answers", "Who will see this", "You, and:")
    press(page, "Send")
    reads(page, "It is in the register", "What happens next")
    follow(page, "See your declaration")
    return page.url


def test_a_gift_from_its_declaration_to_the_replay(windows: Windows) -> None:
    amina = windows.open("amina")
    gift = declare(amina, "A gift", GIFT)
    reads(amina, "Waiting for Carol", "Silver photograph frame", "£60")

    ben = windows.open("ben")
    turn_to(ben, "Team")
    follow(ben, "A gift")
    assert ben.url.partition("?")[0] == gift
    reads(ben, "Amina Yusuf", "Silver photograph frame", "Awaiting decision")
    assert ben.get_by_role("button", name="Decide").count() == 0

    carol = windows.open("carol")
    reads(carol, "Waiting for you: 1")
    carol.goto(gift)
    press(carol, "Decide")
    fill_in(carol, {"What should happen to it?": "It goes back", "Why?": "Worth too much."})
    press(carol, "Decide")
    reads(carol, "Check before you send", "What follows")
    press(carol, "Decide")
    reads(carol, "Your decision is in the register.", "Decision: it goes back")
    reads(carol, "Awaiting action", "Amina Yusuf needs to give it back by")

    amina.goto("/")
    reads(amina, "New since you last looked", "Carol decided: it goes back.")
    reads(amina, "Waiting for you: 1", "Give it back")
    amina.goto(gift)
    amina.get_by_role("button", name=re.compile("^I have given it back$")).click()
    fill_in(amina, GIVEN_BACK)
    press(amina, "It is done")
    reads(amina, "You have said that it is done.", "Closed", "Who has it now? Her daughter")
    reads(amina, "Nothing is left to do.")
    amina.goto("/")
    reads(amina, "What you declared", "Closed")
    first_page = amina.locator("main").inner_text()
    assert "Waiting for you" not in first_page
    assert "New since you last looked" not in first_page

    dev = windows.open("dev")
    turn_to(dev, "Register")
    follow(dev, "A gift")
    reads(dev, "Closed", "Decision: it goes back")
    decided = dev.locator("nav li", has_text="Declaration decided").inner_text()
    entry = int(decided.split("(entry ")[1].rstrip(")"))
    turn_to(dev, "Register")
    fill_in(dev, {"As at a time or an entry": str(entry - 1)})
    press(dev, "Find")
    follow(dev, "A gift")
    reads(dev, "This is how it stood", f"after entry {entry - 1}", "Awaiting decision")
    reads(dev, "Silver photograph frame")
    said = dev.locator("main").inner_text()
    assert "Worth too much" not in said
    assert "Given back" not in said
    follow(dev, "See it as it is now")
    reads(dev, "Closed", "Worth too much.")


DONE_LATER = str(date.today() + timedelta(days=7))
ACTION = {
    "What is to be done? (optional)": "Somebody else is key worker",
    "Who does it? (optional)": "Amina Yusuf",
    "By which day? (optional)": DONE_LATER,
}

OTHER_KINDS: dict[str, Answers] = {
    "Somebody I know from outside work": {
        "How do you know each other?": "We are neighbours",
        "Say a little more": "Lives two doors from my mother",
        "How did you find out?": "They are new here",
        "Are you their key worker now?": "No",
    },
    "Somebody comes too close, or I do": {
        "What makes it hard?": "My own feelings, or what I did",
        "What is it about?": "They want only me, and nobody else",
        "How often does it happen?": "Now and then",
        "Did you answer?": "No",
        "Did it go further than it should?": "I am not sure",
        "What happened?": "I look forward to it too much",
        "Would you like help or training?": "Yes",
    },
    "A meeting outside work": {
        "Where was it?": "Supermarket",
        "Had you arranged to meet?": "No",
        "Who spoke first?": "The service user",
        "For how many minutes, about?": "3",
        "Did it look as if they would rather not be recognised?": "No",
    },
    "My own number or address": {
        "What do they have of yours?": "My mobile number",
        "Since when?": "2025-11-02",
        "Why do they have it?": "We all did this before there was a policy",
        "Have they been in touch through it?": "Sometimes",
        "What have you done about it?": "I changed my number",
    },
}


@pytest.mark.parametrize("kind", first_now(*OTHER_KINDS))
def test_every_kind_is_declared_and_acknowledged_without_scripts(
    windows: Windows, kind: str
) -> None:
    gus = windows.open("gus", scripts=False)
    reference = {"Which service user is this about?": "SU-1042"}
    declaration = declare(gus, kind, reference | OTHER_KINDS[kind])
    reads(gus, "Waiting for Ben")

    ben = windows.open("ben", scripts=False)
    ben.goto(declaration)
    press(ben, "Acknowledge")
    reads(ben, "Gus Hale declared")
    fill_in(ben, {"What was said and agreed?": "We talked it over."})
    for folded in ben.locator("summary", has_text="Something more is needed").all():
        folded.click()
    action = ben.get_by_role("group", name="Action 1", exact=True)
    action.get_by_label("What is to be done?").fill("Talk again in a week")
    action.get_by_label("Who does it?").select_option(label="Gus Hale")
    action.get_by_label("By which day?").fill(DONE_LATER)
    for question in ben.locator('[name="confidentiality_discussed"][value="true"]').all():
        question.check()
    for question in ben.locator('[name="risk_assessment"]').all():
        question.fill("Low: in her file.")
    press(ben, "Acknowledge")
    reads(ben, "You have acknowledged this.", "Awaiting action", "We talked it over.")

    gus.goto(declaration)
    gus.get_by_role("button", name=re.compile("^I have done this: ")).click()
    fill_in(gus, {"How can it be seen?": "In the notes of supervision."})
    press(gus, "It is done")
    reads(gus, "You have said that it is done.", "Closed")


def test_a_friendship_is_asked_for_and_answered_without_scripts(windows: Windows) -> None:
    gus = windows.open("gus", scripts=False)
    friendship = declare(
        gus,
        "A friendship after the service",
        {
            "Which service user is this about?": "SU-1077",
            "When did their service end? (optional)": "2026-03-02",
            "Who asked?": "The service user",
            "Do they still receive a service?": "No",
            "Are they still vulnerable, as far as you can tell?": "No",
            "Would one of you have power over the other?": "No",
            "What do they want?": "To meet for coffee now and then",
        },
    )
    reads(gus, "Waiting for Ben")

    ben = windows.open("ben", scripts=False)
    ben.goto(friendship)
    press(ben, "Say whether it is appropriate")
    fill_in(
        ben, {"Would it be appropriate?": "It is appropriate", "Why?": "Two years have passed."}
    )
    for finding in ("no_longer_vulnerable", "no_imbalance_of_power"):
        ben.locator(f'[name="{finding}"][value="true"]').check()
    press(ben, "Answer")
    reads(ben, "Check before you send", "What follows")
    press(ben, "Answer")
    reads(ben, "Your answer is in the register.", "Closed")

    gus.goto(friendship)
    reads(gus, "Closed", "Two years have passed.")


def test_whoever_is_unsure_is_led_to_a_form_filled_in_so_far_without_scripts(
    windows: Windows,
) -> None:
    gus = windows.open("gus", scripts=False)
    follow(gus, "Should I declare this?")
    fill_in(gus, {"Is someone at risk now, or might they be?": "No"})
    fill_in(gus, {"What is it about?": "I was given something"})
    press(gus, "Go on")
    fill_in(gus, {each: GIFT[each] for each in GIFT if each in SHORT})
    press(gus, "Go on")
    reads(gus, "Yes, declare this", "6.0 G", "immediately")
    press(gus, "Declare it")
    fill_in(gus, {each: GIFT[each] for each in GIFT if each not in (*SHORT, "Did you take it?")})
    press(gus, "Check my answers")
    reads(
        gus,
        "Check your answers",
        "Silver photograph frame",
        "A thing, such as flowers",
        "Yes, I took it",
    )
    press(gus, "Send")
    reads(gus, "It is in the register")


SHORT = (
    "What sort of gift is it?",
    "Is it something very small (a pen, a card, a few sweets)?",
    "Did you know about it before?",
)
