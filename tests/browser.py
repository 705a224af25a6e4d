"""A register with the cast, whose clock tests set, and browsers that visit its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from events.log.log import Log
from register.alerts.sorts import SORTS, Sorts
from register.demo.marking import is_demo
from register.notices.notices import Telling
from register.policy import Policies
from register.register import NOTHING_TOLD, Register
from tests.calling import call
from tests.cast import KEYRING, NOW, POLICIES, cast_files, told
from tests.sessions import verified
from tests.shaped import bring_into_shape
from web.app import create_app

HOME = "http://register.test"
COOKIE = "register-session"
AT_ONCE = 0.0
"""Tests need not wait to be told that nothing is there; one does (`test_no_time_tells.py`)."""


class Clock:
    """Shows what it is set to."""

    def __init__(self, shows: datetime = NOW) -> None:
        self.shows = shows

    def __call__(self) -> datetime:
        return self.shows

    def goes_on(self, by: timedelta) -> None:
        self.shows += by


class Office:
    """A register in use: people declare and act in it, and browse its pages."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self.register = register
        self.clock = clock
        self.app = create_app(
            register, address=HOME, is_demo=is_demo(register.log), nothing_after=AT_ONCE
        )

    @property
    def log(self) -> Log:
        return self.register.log

    def declare(self, by: str, kind: str = "gift", **said: Any) -> UUID:
        body = told(kind, by, at=self.clock.shows, **said)
        return self.register.declare(by, str(uuid4()), body).state.id

    def enter(self, by: str, worker: str, kind: str = "gift", **said: Any) -> UUID:
        """Somebody enters what a worker told them on the telephone today."""
        how = {"told_by": "telephone", "told_on": str(self.clock.shows.date())}
        body = {**told(kind, worker, at=self.clock.shows, **said), "on_behalf_of": worker, **how}
        return self.register.declare(by, str(uuid4()), body).state.id

    def browser(self, person: str | None) -> Browser:
        session = None if person is None else verified(self.register, person)
        return Browser(self.app, session)


class Browser:
    """Somebody's, signed in; it sends what a browser sends, unless told otherwise."""

    def __init__(self, app: Any, session: str | None) -> None:
        self._app = app
        self._cookies = {} if session is None else {COOKIE: session}

    def get(
        self, path: str, headers: dict[str, str] | None = None, **params: Any
    ) -> httpx.Response:
        return self.call("GET", path, params=params or None, headers=headers)

    def post(self, path: str, data: Any = None, **more: Any) -> httpx.Response:
        headers = {"origin": HOME, "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.call("POST", path, data=data, headers=kept, **more)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return call(self._app, HOME, method, path, cookies=self._cookies, **more)


@contextmanager
def office(
    folder: Path,
    policies: Policies = POLICIES,
    *,
    now: datetime = NOW,
    url: str | None = None,
    sorts: Sorts = SORTS,
    telling: Telling = NOTHING_TOLD,
) -> Iterator[Office]:
    """The cast at work, with a register of its own: on SQLite, where no other database is given."""
    url, clock = url or f"sqlite:///{folder}/register.sqlite", Clock(now)
    bring_into_shape(url)
    log = Log(url, KEYRING, clock=clock)
    register = Register(log, policies, sorts=sorts, telling=telling)
    try:
        register.load(cast_files())
        yield Office(register, clock)
    finally:
        register.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def words(response: httpx.Response) -> str:
    """What a page says, in one line."""
    reader = _Words()
    reader.feed(response.text)
    return re.sub(r"\s+", " ", " ".join(reader.found)).replace(" .", ".").replace(" ,", ",")


def fields(response: httpx.Response, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', response.text, re.DOTALL)
    assert form is not None, f"there is no form that goes to {action}"
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    return dict(hidden)


def links(response: httpx.Response) -> list[str]:
    found = re.findall(r'href="([^"]*)"', response.text)
    return [each.replace("&amp;", "&") for each in found]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._skipped += tag in ("script", "style", "head")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.found.append(data)
