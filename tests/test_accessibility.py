"""Every page, at the size of a phone and of a desk: for everybody, on the smallest screen too."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.at_length import first_now
from tests.chromium import DESK, NARROWEST, PHONE, Size, Windows
from tests.server import Installation
from tests.sights import PEOPLE, Sight, demo_in, of, of_a_demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""

on_a_phone, at_a_desk, on_the_narrowest = (
    pytest.param(size, id=name)
    for size, name in ((PHONE, "phone"), (DESK, "desk"), (NARROWEST, "narrowest"))
)


def violations(page: Page) -> list[str]:
    # Evaluated, not added as a script: the Content-Security-Policy lets no such script in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(RUN, STANDARD)
    assert found["passes"]
    return [
        f"{each['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def test_axe_is_what_was_taken() -> None:
    manifest = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha384(AXE.read_bytes()).digest()
    assert f"sha384-{base64.b64encode(digest).decode()}" == manifest["integrity"]["axe.min.js"]
    assert f"axe v{manifest['axe-core']['version']}" in AXE.read_text(encoding="utf-8")[:200]
    assert all((AXE.parent / each).exists() for each in manifest["axe-core"]["files"])


@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", first_now(on_a_phone, at_a_desk))
@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_violates_wcag(
    windows: Windows, sights: list[Sight], person: str, size: Size
) -> None:
    page = windows.open(None if person == "None" else person, size)
    found = {}
    for sight in of(person, sights):
        sight.show(page)
        if wrong := violations(page):
            found[sight.name] = wrong
    assert found == {}


@pytest.mark.parametrize("size", first_now(on_the_narrowest, on_a_phone, at_a_desk))
def test_neither_does_a_demo_s_page_to_sign_in(
    windows: Windows, new_installation: Callable[..., Installation], size: Size
) -> None:
    with demo_in(new_installation("sqlite")) as demo:
        page = windows.open(None, size)
        for sight in of_a_demo(demo):
            sight.show(page)
            assert page.get_by_role("button", name="Amina Yusuf").is_visible()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_scrolls_sideways(windows: Windows, sights: list[Sight], person: str) -> None:
    page = windows.open(None if person == "None" else person, NARROWEST)
    found = {}
    for sight in of(person, sights):
        sight.show(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST[0]:
            found[sight.name] = (width, page.evaluate(TOO_WIDE))
    assert found == {}
