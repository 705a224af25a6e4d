"""People with a phone in their hand, who touch what they read: each step of a journey is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.chromium import PATIENCE, Windows
from tests.looks import violations
from tests.server import CASES, Installation, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

Answers = dict[str, str]
People = Callable[[str], "Person"]
Words = str | re.Pattern[str]

A_GIFT, A_MEETING = "A gift", "A meeting outside work"
SOMEBODY_KNOWN, A_FRIENDSHIP = "Somebody I know from outside work", "A friendship after the service"
WHO = "Which service user is this about?"

ONE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FILES = ("people", "services", "service_users")
ALSO = {
    "kim": "Kim Lau,kim@example.org,worker,ben,,",
    "ola": "Ola Berg,ola@example.org,worker,ben,elm-house;riverside,",
    "pat": "Pat Reed,pat@example.org,worker,carol,elm-house,",
    "lee": "Lee Marsh,lee@example.org,worker,pat,elm-house,",
    "mo": "Mo Farr,mo@example.org,worker,ben,elm-house,",
}
"""Of a bank; of two services; a manager, and whom they manage; somebody who will move."""


def days_ago(days: int) -> str:
    return str(date.today() - timedelta(days=days))


def a_gift(what: str, **answers: str) -> Answers:
    return {
        WHO: answers.pop("about", "SU-1042"),
        "What is it?": what,
        "What is it worth, in pounds? (optional)": "60",
        "Is it something very small (a pen, a card, a few sweets)?": "No",
        "What sort of gift is it?": answers.pop("sort", "A thing, such as flowers or a watch"),
        "Who offered it?": "The service user",
        "Did you take it?": "Yes, I took it",
        "Did you know about it before?": "No",
        "Where is it now?": "It is at work",
    }


def a_meeting(place: str) -> Answers:
    return {
        WHO: "SU-1042",
        "Where was it?": place,
        "Had you arranged to meet?": "No",
        "Who spoke first?": "The service user",
        "For how many minutes, about?": "3",
        "Did it look as if they would rather not be recognised?": "No",
    }


def a_neighbour(more: str, *, key_worker: str = "No") -> Answers:
    return {
        WHO: "SU-1042",
        "How do you know each other?": "We are neighbours",
        "Say a little more": more,
        "How did you find out?": "They are new here",
        "Are you their key worker now?": key_worker,
    }


class Person:
    """Somebody with a phone. Every page is looked at with axe when it is read for the first time,
    whoever reads it."""

    def __init__(self, page: Page, looked_at: set[tuple[str, str]]) -> None:
        self.page = page
        self._looked_at = looked_at

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def turns_to(self, place: str) -> None:
        """By the menu, which unfolds."""
        self._button("Menu").tap()
        self.page.get_by_role("navigation").get_by_role("link", name=place, exact=True).tap()

    def follows(self, words: Words) -> None:
        is_whole = isinstance(words, str)
        self.page.get_by_role("main").get_by_role("link", name=words, exact=is_whole).first.tap()

    def presses(self, words: Words) -> None:
        self._button(words).tap()

    def unfolds(self, words: str) -> None:
        self.page.locator("summary", has_text=words).tap()

    def fills_in(self, answers: Answers, within: str | None = None) -> None:
        """By the words that stand at each question."""
        part = self.page.get_by_role("group", name=within, exact=True) if within else self.page
        for question, answer in answers.items():
            group = part.get_by_role("group", name=question, exact=True)
            field = part.get_by_label(question, exact=True)
            expect(group.or_(field).first).to_be_visible(timeout=PATIENCE)
            if group.count():
                group.get_by_label(answer, exact=True).check()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=answer)
            else:
                field.fill(answer)

    def ticks(self, *choices: str) -> None:
        for each in choices:
            self.page.get_by_label(each, exact=True).check()

    def reads(self, *words: Words) -> None:
        """All of these come to stand on the page, and nothing is in anybody's way there."""
        for each in words:
            self._expect().to_contain_text(each, use_inner_text=True, timeout=PATIENCE)
        heading = self.page.locator("h1").first.inner_text()
        seen = ONE_ID.sub("{id}", urlsplit(self.page.url).path), heading
        if seen not in self._looked_at:
            assert violations(self.page) == [], seen
            self._looked_at.add(seen)

    def does_not_read(self, *words: Words) -> None:
        """Of a page that stands: its other words were read before."""
        for each in words:
            self._expect().not_to_contain_text(each, use_inner_text=True)

    def is_asked(self, about: str) -> Locator:
        """What waits for them about something, on their first page."""
        self.opens("/")
        return self.page.locator("#alerts li", has_text=about)

    def opens_what_waits(self, about: str) -> None:
        self.is_asked(about).get_by_role("link").first.tap()
        self.reads(about)

    def declares(self, kind: str, answers: Answers) -> str:
        """From the first page to the end; gives the address of the declaration."""
        self.begins(kind, answers)
        return self.sends()

    def begins(self, kind: str, answers: Answers) -> None:
        """Up to the check of what was answered."""
        self.opens("/")
        self.turns_to("Declare")
        self.follows(kind)
        self.fills_in(answers)
        self.presses("Check my answers")

    def sends(self) -> str:
        self.reads("Check your answers")
        self.presses("Send")
        self.reads("It is in the register")
        self.follows("See your declaration")
        self.reads("What was declared")
        return urlsplit(self.page.url).path

    def acknowledges(self, note: str) -> None:
        """Where nothing more is needed: one tap after the note."""
        self.presses("Acknowledge")
        self.fills_in({"What was said and agreed?": note})
        self.presses("Nothing more is needed")
        self.reads("You have acknowledged this.")

    def decides(self, outcome: str, why: str) -> None:
        """With the page on which what follows is read before it is sent."""
        self.presses("Decide")
        self.fills_in({"What should happen to it?": outcome, "Why?": why})
        self.presses("Decide")
        self.reads("Check before you send", outcome, "What follows")
        self.presses("Decide")
        self.reads("Your decision is in the register.")

    def _button(self, words: Words) -> Locator:
        """The first that can be seen: one button may be there twice, where a part unfolds."""
        is_whole = isinstance(words, str)
        found = self.page.get_by_role("button", name=words, exact=is_whole)
        return found.locator("visible=true").first

    def _expect(self) -> expect.LocatorAssertions:
        return expect(self.page.locator("body"))


class Organisation:
    """Whose people come, move and leave: its files are changed, and loaded again."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._files = {each: (CASES / f"{each}.csv").read_text("utf-8") for each in FILES}
        self._files["people"] += "".join(f"{who},{line}\n" for who, line in ALSO.items())
        self._load()

    def changes(self, who: str, **instead: str) -> None:
        """Somebody's line, with some words instead of others."""
        before = re.search(rf"(?m)^{who},.*$", self._files["people"])
        assert before is not None
        line = before[0]
        for name, value in instead.items():
            columns = dict(zip(self._columns, line.split(","), strict=True)) | {name: value}
            line = ",".join(columns.values())
        self._files["people"] = self._files["people"].replace(before[0], line)
        self._load()

    @property
    def _columns(self) -> list[str]:
        return self._files["people"].splitlines()[0].split(",")

    def _load(self) -> None:
        folder = self._installation.folder / "files"
        folder.mkdir(exist_ok=True)
        for name, text in self._files.items():
            (folder / f"{name}.csv").write_text(text, "utf-8")
        self._installation.load(folder)


@pytest.fixture(scope="module")
def organisation(visited: Server) -> Organisation:
    return Organisation(visited.installation)


@pytest.fixture(scope="module")
def person(chromium: Browser, visited: Server, organisation: Organisation) -> Iterator[People]:
    """Everybody by their id; each signs in once, and keeps their phone through all journeys."""
    windows = Windows(chromium, visited)
    met: dict[str, Person] = {}
    looked_at: set[tuple[str, str]] = set()

    def of(who: str) -> Person:
        if who not in met:
            met[who] = Person(windows.open(who, is_touched=True), looked_at)
        return met[who]

    yield of
    windows.close()
