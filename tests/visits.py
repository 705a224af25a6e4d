"""The pages as people have them: the real application, a session, forms that are sent."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from events.directory import PersonLeft
from events.ids import own_id
from register.demo.marking import is_demo
from register.directory.loading import compare
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.browser import AT_ONCE
from tests.calling import call
from tests.cast import CASES, NOW, cast_files
from tests.sessions import verified
from web.app import create_app
from web.requests.session import COOKIE

URL = "http://register.test"
SITUATIONS = {
    case["name"]: case
    for case in map(json.loads, (CASES / "cases.jsonl").read_text(encoding="utf-8").splitlines())
}


class House:
    """A register with the cast in it, at a moment that a test may move on, and its pages."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.app: Starlette = create_app(
            register, address=URL, is_demo=is_demo(register.log), nothing_after=AT_ONCE
        )
        self.now = NOW
        register.log.clock = lambda: self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def declare(self, name: str, **changes: Any) -> str:
        """Declare one of the situations by its name; gives the declaration's id."""
        return self.declare_days_ago(
            name, SITUATIONS[name]["declare"]["happened_days_ago"], **changes
        )

    def declare_days_ago(self, name: str, days: int, **changes: Any) -> str:
        """The same of what happened so many days ago."""
        body = self._told(name, days, **changes)
        declared = self.register.declare(SITUATIONS[name]["by"], str(uuid4()), body)
        return str(declared.state.id)

    def enter(self, name: str, by: str) -> str:
        """Somebody enters one of the situations for its worker, who told them today."""
        how = {"on_behalf_of": SITUATIONS[name]["by"], "told_by": "paper"}
        body = {**self._told(name, 0), **how, "told_on": str(self.now.date())}
        return str(self.register.declare(by, str(uuid4()), body).state.id)

    def _told(self, name: str, days: int, **changes: Any) -> dict[str, Any]:
        told = dict(SITUATIONS[name]["declare"])
        del told["happened_days_ago"]
        happened_on = self.now.date() - timedelta(days=days)
        told["details"] = told["details"] | changes
        return {**told, "happened_on": str(happened_on), "captured_at": self.now.isoformat()}

    def leaves(self, person: str) -> None:
        """From today on somebody no longer works here."""
        left_on = self.now.date()
        gone = PersonLeft(originator_id=own_id("person", person), person=person, left_on=left_on)
        self.register.change_directory([gone])

    def as_(self, person: str | None) -> Visitor:
        session = None if person is None else verified(self.register, person)
        return Visitor(self.app, session)


def build(folder: Path) -> None:
    """A register with the cast in it, closed again, to be copied."""
    register = open_register(Settings(data_dir=folder))
    register.log.clock = lambda: NOW
    found = compare(cast_files(), register.log, register.read.directory(), register.policies)
    register.change_directory(found.events)
    register.close()


@contextmanager
def copied(built: Path, folder: Path) -> Iterator[House]:
    shutil.copytree(built, folder)
    register = open_register(Settings(data_dir=folder))
    try:
        yield House(register)
    finally:
        register.close()


@pytest.fixture(scope="session")
def built_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "data"
    build(folder)
    return folder


@pytest.fixture
def home(built_house: Path, tmp_path: Path) -> Iterator[House]:
    with copied(built_house, tmp_path / "data") as found:
        yield found


class Visitor:
    """Somebody with a browser that runs no JavaScript and follows no redirect by itself."""

    def __init__(self, app: Starlette, session: str | None) -> None:
        self._app = app
        self._cookies = {COOKIE: session} if session else {}

    def get(self, path: str, **headers: str) -> Shown:
        return self._send("GET", path, headers)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Shown:
        return self._send("POST", path, {"origin": URL, **headers}, form or {})

    def post_from_elsewhere(self, path: str, **headers: str) -> Shown:
        return self._send("POST", path, headers, {})

    def _send(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, Any] | None = None
    ) -> Shown:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Shown(
            call(self._app, URL, method, path, cookies=self._cookies, data=form, headers=named)
        )


class Shown:
    """A page as it was answered."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.text

    @property
    def to(self) -> str:
        """Where it sends the browser."""
        assert self.status == 303, self.html
        return self.headers["location"]

    @property
    def text(self) -> str:
        """What is read on it, in one line."""
        without_code = re.sub(r"<(script|style).*?</\1>", " ", self.html, flags=re.DOTALL)
        words = html.unescape(re.sub(r"<[^>]*>", " ", without_code))
        return re.sub(r"\s+([.,:?])", r"\1", " ".join(words.split()))

    @property
    def links(self) -> list[str]:
        return [html.unescape(each) for each in re.findall(r'href="([^"]*)"', self.html)]

    @property
    def problems(self) -> dict[str, str]:
        """The summary of errors: what each says, by the id of the answer that it leads to."""
        found = re.search(r'govuk-error-summary__list">(.*?)</ul>', self.html, re.DOTALL)
        lines = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
        return dict(map(_problem, lines))

    @property
    def ids(self) -> list[str]:
        return re.findall(r'\bid="([^"]*)"', self.html)

    def value(self, name: str) -> str | None:
        """What a question has as its answer."""
        of = re.escape(name)
        for pattern in (
            rf'<input[^>]* name="{of}"[^>]*type="radio" value="([^"]*)" checked',
            rf'<textarea[^>]* name="{of}"[^>]*>([^<]*)</textarea>',
            rf'<select[^>]* name="{of}"[^>]*>(?:(?!</select>).)*value="([^"]*)" selected',
            rf'<input(?=[^>]* name="{of}")(?![^>]*type="radio")[^>]* value="([^"]*)"',
        ):
            found = re.search(pattern, self.html, re.DOTALL)
            if found:
                return html.unescape(found[1])
        return None


def _problem(line: str) -> tuple[str, str]:
    target = re.search(r'href="#([^"]*)"', line)
    words = html.unescape(re.sub(r"<[^>]*>", "", line))
    return target[1] if target else "", " ".join(words.split())


def day_after(moment: datetime, days: int) -> str:
    return str(moment.date() + timedelta(days=days))
