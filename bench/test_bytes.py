"""A first visit is light: what every page loads, as it comes over the wire in brotli."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import brotli
import httpx
import pytest

from bench.rows.bytes import BUDGETS, Budget, Weighed, weigh
from register.demo.opening import open_demo
from register.register import Register
from register.setup.settings import Settings
from tests.browser import Browser
from tests.chromium import nowhere
from tests.server import Installation, Server
from tests.sessions import verified
from tests.sights import OTHERS, SIGNING_IN
from web.app import create_app
from web.pages.audit.register import ROWS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("installation")
    installation = Installation(folder, f"sqlite:///{folder / 'data' / 'register.sqlite'}")
    installation.settings["REGISTER_PROVIDERS"] = str(nowhere(folder))
    installation.set_up()
    with installation.serving() as server:
        yield server


@pytest.fixture(scope="module")
def weighed(served: Server) -> Weighed:
    return weigh(served)


def test_every_page_is_weighed(weighed: Weighed) -> None:
    assert {each.name for each in weighed} == {each.name for each in [*SIGNING_IN, *OTHERS]}
    for sight, weight in weighed.items():
        assert weight.html > 500, sight.name
        assert weight.css > 5000, sight.name
        assert weight.js > 5000, sight.name


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.what)
def test_no_page_is_heavier_than_it_may_be(weighed: Weighed, budget: Budget) -> None:
    sight, size = budget.heaviest(weighed)
    assert size <= budget.bytes, sight.name


@pytest.mark.parametrize(("accepted", "encoding"), [("br", "br"), ("gzip", "gzip"), ("", None)])
def test_a_page_comes_as_the_browser_takes_it(
    served: Server, accepted: str, encoding: str | None
) -> None:
    headers = {"Accept-Encoding": accepted}
    shown = served.as_nobody().get("/accessibility", headers=headers)
    assert shown.headers.get("content-encoding") == encoding
    assert "accept-encoding" in shown.headers.get("vary", "").lower() or encoding is None
    assert "<h1" in shown.text


def test_the_page_of_a_sign_in_link_is_never_compressed(served: Server) -> None:
    shown = served.as_nobody().get("/sign-in/some-code", headers={"Accept-Encoding": "br"})
    assert "content-encoding" not in shown.headers
    assert len(shown.content) > 1000


def test_no_page_holds_a_secret_that_its_length_could_tell(served: Server) -> None:
    with httpx.Client(base_url=served.url, headers={"Origin": served.url}) as amina:
        amina.post(served.installation.run("invite", "amina")[0])
        [session] = amina.cookies.values()
        for path in ("/", "/declare", "/declare/gift", "/should-i-declare"):
            text = amina.get(path).text
            assert session not in text
            assert not re.search(r"csrf|token=", text, re.IGNORECASE)


LISTS = ("/", "/mine", "/inbox", "/team", "/exclusions", "/register")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A year of declarations of every kind and state."""
    with closing(open_demo(Settings(data_dir=tmp_path_factory.mktemp("demo")))) as register:
        yield register


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_is_full_is_no_heavier_than_any_page_may_be(demo: Register, path: str) -> None:
    app, directory = create_app(demo, is_demo=True), demo.read.directory()
    sizes: dict[str, int] = {}
    for person in filter(directory.is_here, directory.people):
        shown = Browser(app, verified(demo, person)).get(path)
        if shown.status_code == 200:
            sizes[person] = len(brotli.compress(shown.content, quality=5))
            assert path != "/register" or shown.text.count('data-label="Received"') == ROWS
    heaviest = max(sizes, key=lambda person: sizes[person])
    assert sizes[heaviest] <= BUDGETS[0].bytes, heaviest
