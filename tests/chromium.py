"""A real Chromium, and people who visit a real server with it, each in a window of their own.

A test that opens a page fails on whatever the browser complains of: an error in a script, anything
in the console, anything that the Content-Security-Policy stops.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.packages import can_install_packages, is_root, steps_to_install, take
from tests.server import Installation, Server
from web.requests.session import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        BrowserType,
        ConsoleMessage,
        Page,
        Playwright,
    )

Size = tuple[int, int]
PHONE, DESK, NARROWEST = (390, 844), (1280, 900), (320, 640)

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
)
OPTIONS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_BROWSER = (
    "The browser tests need Chromium or Chrome, and none could be installed. Install one (Debian: "
    "apt-get install chromium; elsewhere: .venv/bin/python -m playwright install --with-deps "
    "chromium), or say in BROWSER_EXECUTABLE where one is."
)
PATIENCE = 15_000
"""Milliseconds that a page is waited for."""

COMPLAIN = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def find(chromium: BrowserType) -> str | None:
    """One that is here: the one that is asked for, one on the PATH, else Playwright's own."""
    named = os.environ.get("BROWSER_EXECUTABLE")
    if named:
        return named
    here = next(filter(None, map(shutil.which, NAMES)), None)
    own = chromium.executable_path
    return here or (own if Path(own).exists() else None)


def find_or_install(playwright: Playwright) -> str:
    """Raises `AssertionError`, never skips, where there is none and none can be installed."""
    found = find(playwright.chromium)
    if found is None:
        _install()
        found = find(playwright.chromium)
    assert found is not None, NO_BROWSER
    return found


def _install() -> None:
    steps = [[sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]]
    take(steps_to_install("chromium") if can_install_packages() else steps, NO_BROWSER)


def options() -> list[str]:
    """Chromium refuses to shut root into its sandbox."""
    return [*OPTIONS, *(["--no-sandbox"] if is_root() else [])]


@contextmanager
def started() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = find_or_install(playwright)
        browser = playwright.chromium.launch(executable_path=executable, args=options())
        yield browser
        browser.close()


class Windows:
    """Opens windows on a server for people, who sign in as they would: by a link, once."""

    service_workers: Literal["allow", "block"] = "block"
    """Allowed only where they matter: they keep a dozen files for each window."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.server = server
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        person: str | None,
        size: Size = PHONE,
        *,
        scripts: bool = True,
        is_touched: bool = False,
    ) -> Page:
        """Signed in, on their first page; nobody is signed in where there is no person."""
        width, height = size
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            base_url=self.url,
            java_script_enabled=scripts,
            has_touch=is_touched,
            is_mobile=is_touched,
            service_workers=self.service_workers,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        self.watch(context)
        page = context.new_page()
        if person is not None:
            self.let_in(page, person)
        return page

    def watch(self, context: BrowserContext) -> None:
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(COMPLAIN)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def let_in(self, page: Page, person: str) -> None:
        """To their first page, with a session that a passkey gave just now: two pages fewer to
        open."""
        session = self.server.installation.session(person)
        page.context.add_cookies([{"name": COOKIE, "value": session, "url": self.url}])
        page.goto("/")

    def sign_in(self, page: Page, person: str) -> None:
        page.goto(self.link(person))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()

    def link(self, person: str) -> str:
        return self.server.installation.run("invite", person, "--at", self.url)[0]

    @property
    def url(self) -> str:
        return self.server.url

    def _said(self, message: ConsoleMessage) -> None:
        """Chromium counts a page that refuses something among what it could not load."""
        is_refusal = "Failed to load resource: the server responded" in message.text
        if message.type not in ("error", "warning", "assert") or self.is_expected(message.text):
            return
        if not is_refusal or "/static/" in message.location["url"]:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def is_expected(self, words: str) -> bool:
        return words == "Service Worker registration blocked by Playwright"

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert self.complaints == []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for the tests of a module, no longer: while Playwright runs, no other event loop can."""
    with started() as browser:
        yield browser


def nowhere(folder: Path) -> Path:
    """The file of a provider that is always down."""
    (folder / "care.secret").write_text("hush", encoding="ascii")
    told = {
        "label": "Care Login",
        "issuer": "http://127.0.0.1:9",
        "client_id": "register",
        "client_secret_file": "care.secret",
    }
    file = folder / "providers.toml"
    lines = ["[care]", *(f'{name} = "{value}"' for name, value in told.items())]
    file.write_text("\n".join(lines), encoding="ascii")
    return file


@pytest.fixture(scope="module")
def visited(new_installation: Callable[..., Installation]) -> Iterator[Server]:
    """A server with the cast, of this module's own."""
    installation = new_installation("sqlite")
    installation.settings["REGISTER_PROVIDERS"] = str(nowhere(installation.folder))
    installation.set_up()
    with installation.serving() as server:
        yield server


@pytest.fixture
def windows(chromium: Browser, visited: Server) -> Iterator[Windows]:
    opened = Windows(chromium, visited)
    yield opened
    opened.close()
