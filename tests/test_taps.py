"""How often somebody touches the screen, from the opened application to what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register.kinds import all_kinds
from tests.cast import asks_about
from tests.chromium import PHONE, Windows
from tests.phones import fill_in, heading, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST = {
    "out-of-hours-encounter": 11,
    "gift": 13,
    "boundary-difficulty": 14,
    "talk-about-others": 14,
    "permission": 14,
    "ending": 14,
    "colleague-concern": 16,
    "own-conduct": 14,
}
"""With one for the service user, whom nobody chooses for the worker."""
TITLES = {kind: all_kinds()[kind].title for kind in MOST}


class Finger:
    """Touches what it is told to, where it is on the screen, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, role: str, name: str, within: str | None = None) -> None:
        place = self.page.get_by_role("group", name=within, exact=True) if within else self.page
        self.taps += 1
        place.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def choose(self, question: str, option: str) -> None:
        """Opens the list, and takes one of it."""
        self.taps += 2
        self.page.get_by_label(question, exact=True).select_option(label=option)

    def write(self, question: str, words: str) -> None:
        self.tap("textbox", question)
        self.page.keyboard.type(words)


def tell_of_a_meeting(finger: Finger) -> None:
    finger.write("Where was it?", "Supermarket")
    finger.tap("radio", "No", "Had you arranged to meet?")
    finger.tap("radio", "The service user", "Who spoke first?")
    finger.write("For how many minutes, about?", "3")
    finger.tap("radio", "No", "Did it look as if they would rather not be recognised?")


def tell_of_a_gift(finger: Finger) -> None:
    finger.write("What is it?", "Box of biscuits")
    finger.write("What is it worth, in pounds? (optional)", "4")
    finger.tap("radio", "No", "Is it something very small (a pen, a card, a few sweets)?")
    finger.tap("radio", "A thing, such as flowers or a watch", "What sort of gift is it?")
    finger.tap("radio", "The service user", "Who offered it?")
    finger.tap("radio", "Yes, I took it", "Did you take it?")
    finger.tap("radio", "Yes", "Did you know about it before?")
    finger.tap("radio", "It is at work", "Where is it now?")


def tell_of_a_boundary(finger: Finger) -> None:
    finger.tap("radio", "What the service user does", "What makes it hard?")
    finger.tap("checkbox", "Messages", "What is it about?")
    finger.tap("radio", "Often", "How often does it happen?")
    finger.tap("radio", "No", "Did you answer?")
    finger.tap("radio", "I am not sure", "Did it go further than it should?")
    finger.tap("checkbox", "I blocked them", "What have you done about it?")
    finger.write("What happened?", "He writes to me every night")
    finger.tap("radio", "Yes", "Would you like help or training?")


def tell_of_talk(finger: Finger) -> None:
    finger.tap("checkbox", "Gossip, or what somebody had only heard", "What was it?")
    finger.tap("radio", "I was", "Who was talking?")
    finger.tap("radio", "Yes", "Could a listener guess whom it was about?")
    finger.write("What was said, and who heard it?", "A family was laughed about")
    finger.write("What was done to put it right? (optional)", "I said sorry")


def tell_of_a_concern(finger: Finger) -> None:
    finger.tap("radio", "No", "Is anybody at risk now?")
    finger.choose("Which colleague is it? (optional)", "Gus Hale")
    finger.tap("checkbox", "A friendship or relationship with a service user", "What is it about?")
    finger.write("What happened?", "He meets her at her flat")
    finger.tap("radio", "I saw or heard it myself", "How do you know?")
    finger.tap("radio", "No", "Have you talked with them about it?")
    finger.tap("radio", "No", "Have you told a manager before now?")


def tell_of_oneself(finger: Finger) -> None:
    finger.tap("radio", "I was given a caution by the police", "What is it?")
    finger.write("What is said to have happened?", "Riding without a light")
    finger.tap("radio", "No", "Does HR know?")


def ask_for_a_visit(finger: Finger) -> None:
    """Two have agreed already: a list takes two touches each."""
    visit = "Bring a person or a pet to their home"
    finger.tap("radio", visit, "What would you like to do?")
    finger.write("On which day would it be?", "01052099")
    finger.write("What is it about, and why?", "He would like to meet my dog")
    for number, who in enumerate(("The service user", "A relative of theirs"), start=1):
        row = finger.page.get_by_role("group", name=f"Agreement {number}", exact=True)
        row.get_by_label("Who agreed?").select_option(label=who)
        row.get_by_label("On which day?").fill("2026-03-02")
        finger.taps += 3


def tell_of_an_ending(finger: Finger) -> None:
    finger.tap("radio", "Somebody else takes over from me", "How does it end?")
    finger.choose("Who takes over? (optional)", "Gus Hale")
    finger.write("When did you tell them that it would end? (optional)", "02032026")
    finger.tap("radio", "Yes", "Did they know from the beginning that it would end one day?")
    finger.tap("radio", "Yes", "Have you talked over your time together?")
    finger.tap("radio", "By a call", "How was it handed over to whoever takes over?")
    finger.tap("radio", "Calmly", "How did the person take it?")
    finger.tap("radio", "No", "Did you promise that you would stay in touch?")


OFTEN = {"out-of-hours-encounter": tell_of_a_meeting, "gift": tell_of_a_gift}
"""What is declared often has a shortcut."""
TELL = {
    **OFTEN,
    "boundary-difficulty": tell_of_a_boundary,
    "talk-about-others": tell_of_talk,
    "colleague-concern": tell_of_a_concern,
    "own-conduct": tell_of_oneself,
    "permission": ask_for_a_visit,
    "ending": tell_of_an_ending,
}


def declared_before(windows: Windows) -> Page:
    """Somebody who has declared about a service user before."""
    page = windows.open("amina", PHONE)
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, {"Which service user is this about?": "SU-1042"})
    finger = Finger(page)
    tell_of_a_meeting(finger)
    press(page, "Check my answers")
    press(page, "Send")
    heading(page, "It is in the register")
    return page


def test_from_the_first_page_to_sent(windows: Windows) -> None:
    page = declared_before(windows)
    for kind in TELL:
        page.goto("/")
        finger = Finger(page)
        finger.tap("button", "Declare something")
        finger.tap("link", TITLES[kind])
        finish(finger, kind)
        assert finger.taps <= MOST[kind]


def test_from_a_shortcut_to_sent(windows: Windows) -> None:
    page = declared_before(windows)
    told = page.request.get("/manifest.webmanifest").json()["shortcuts"]
    shortcuts = {each["name"]: each["url"] for each in told}
    for kind in OFTEN:
        page.goto(shortcuts[TITLES[kind]])
        finger = Finger(page)
        finger.taps = 2  # long on the icon, then the shortcut
        finish(finger, kind)
        assert finger.taps <= MOST[kind]


def finish(finger: Finger, kind: str) -> None:
    page = finger.page
    heading(page, TITLES[kind])
    if asks_about(kind):
        say_about_whom(finger)
    TELL[kind](finger)
    finger.tap("button", "Check my answers")
    heading(page, "Check your answers")
    finger.tap("button", "Send")
    heading(page, "It is in the register")


def say_about_whom(finger: Finger) -> None:
    page = finger.page
    asked = page.get_by_role("combobox", name="Which service user is this about?")
    assert asked.input_value() == ""
    finger.taps += 1
    page.locator('[name="recent"][value="SU-1042"]').click()
    assert asked.input_value() == "SU-1042"
