"""Phones on which people declare with and without a signal, in a real Chromium."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.chromium import PATIENCE, PHONE, Windows, find, options
from tests.server import Server
from tests.wires import Wire

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Answers = dict[str, str]

MEETING: Answers = {
    "Which service user is this about?": "SU-1042",
    "Where was it?": "Supermarket",
    "Had you arranged to meet?": "No",
    "Who spoke first?": "The service user",
    "For how many minutes, about?": "3",
    "Did it look as if they would rather not be recognised?": "No",
}
READY = """async () => self.vault && navigator.serviceWorker.controller !== null
  && (!document.body.dataset.person || await vault.owner() === document.body.dataset.person)"""
WORKERS = """() => navigator.serviceWorker.getRegistration().then((found) =>
  `installing: ${found?.installing?.state}, active: ${found?.active?.state}`)"""
WITHOUT_LOCKS = "delete Navigator.prototype.locks"
WITHOUT_TIMEOUTS = "delete AbortSignal.timeout"
WITHOUT_SYNC = "delete self.ServiceWorkerRegistration?.prototype.sync"


class Phones(Windows):
    """Behind a wire: what a browser says of a line that is cut is no complaint."""

    service_workers = "allow"

    def __init__(self, browser: Browser, server: Server, wire: Wire) -> None:
        super().__init__(browser, server)
        self.wire = wire

    @property
    def url(self) -> str:
        return self.wire.url

    def is_expected(self, words: str) -> bool:
        return "net::ERR_" in words

    def ready(self, person: str, *, without: tuple[str, ...] = ()) -> Page:
        """Signed in once, with everything kept that is needed without a signal."""
        page = self.open(None)
        for script in without:
            page.context.add_init_script(script)
        self.let_in(page, person)
        wait_for_worker(page)
        return page

    def profile(self, folder: Path) -> BrowserContext:
        """A browser that keeps what it has, also when it is killed."""
        context = self._browser.browser_type.launch_persistent_context(
            folder,
            executable_path=find(self._browser.browser_type),
            args=options(),
            viewport={"width": PHONE[0], "height": PHONE[1]},
            base_url=self.url,
            locale="en-GB",
        )
        self.watch(context)
        return context


@pytest.fixture
def wire(visited: Server) -> Iterator[Wire]:
    made = Wire(visited.url)
    yield made
    made.close()


@pytest.fixture
def phones(chromium: Browser, visited: Server, wire: Wire) -> Iterator[Phones]:
    made = Phones(chromium, visited, wire)
    yield made
    made.close()


def end_session(phones: Phones, page: Page) -> None:
    """As when it is over: the server ends it too, as the browser may try again with its cookie what
    it began to send before."""
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    answer = httpx.post(
        f"{phones.server.url}/sign-out", cookies=cookies, headers={"Origin": phones.server.url}
    )
    assert answer.status_code == 303, answer.text
    page.context.clear_cookies()


def kill(context: BrowserContext) -> None:
    """As when a phone's battery is empty."""
    session = context.browser.new_browser_cdp_session() if context.browser else None
    assert session is not None
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    os.kill(next(each["id"] for each in processes if each["type"] == "browser"), signal.SIGKILL)


def wait_for_worker(page: Page) -> None:
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(READY):
        assert time.monotonic() < give_up_at, page.evaluate(WORKERS)
        page.wait_for_timeout(50)


def fill_in(page: Page, answers: Answers) -> None:
    for question, answer in answers.items():
        group = page.get_by_role("group", name=question, exact=True)
        if group.count():
            group.get_by_label(answer, exact=True).check()
        else:
            page.get_by_label(question, exact=True).fill(answer)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    """It comes to stand at the top of the page."""
    expect(page.get_by_role("heading", name=words).first).to_be_visible(timeout=PATIENCE)


def declare(page: Page, answers: Answers = MEETING, kind: str = "out-of-hours-encounter") -> None:
    """From the form to the press on Send."""
    page.goto(f"/declare/{kind}")
    fill_in(page, answers)
    press(page, "Check my answers")
    heading(page, "Check your answers")
    press(page, "Send")


def waiting(page: Page) -> int:
    """How many records are in the phone's outbox, whosever they are."""
    page.wait_for_load_state()
    count: int = page.evaluate("vault.all('outbox').then((all) => all.length)")
    return count


def until_sent(page: Page) -> None:
    give_up_at = time.monotonic() + 2 * PATIENCE / 1000
    while waiting(page):
        assert time.monotonic() < give_up_at, "something still waits"
        page.wait_for_timeout(50)


def places(server: Server) -> Counter[str]:
    """Where people met, as the register has it: each declaration once."""
    found: Counter[str] = Counter()
    query: dict[str, int] = {"limit": 200}
    while True:
        page = server.as_("dev").get("/api/declarations", params=query).json()
        found.update(each["details"].get("place", "") for each in page["items"])
        if page["next"] is None:
            return found
        query["after"] = page["next"]
