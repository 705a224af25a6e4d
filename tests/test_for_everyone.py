"""Every page for those who need a small screen, large text, colours of their own, or paper."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from tests.at_length import first_now
from tests.chromium import Windows
from tests.demos import demo_in, of_a_demo
from tests.looks import AXE, AXE_AT_A_DESK, LOOKS, ON_PAPER, Look
from tests.server import Installation
from tests.sight import Sight
from tests.sights import PEOPLE, Scene, of

if TYPE_CHECKING:
    from playwright.sync_api import Page

each_alone = [pytest.param([look], id=look.name) for look in (*LOOKS, AXE_AT_A_DESK)]
in_each_way = pytest.mark.parametrize(
    "looks", first_now(pytest.param(LOOKS, id="in turn"), *each_alone)
)
"""A page is opened once and looked at in each way in turn; at length it is opened in each."""


def amiss(
    page: Page, sights: Sequence[Sight], looks: Sequence[Look]
) -> dict[tuple[str, str], list[str]]:
    """What is wrong, by page and by how it is looked at."""
    session = page.context.new_cdp_session(page)
    found = {}
    for sight in sights:
        looks[0].put_on(page, session)
        sight.show(page)
        for look in looks:
            look.put_on(page, session)
            found[sight.name, look.name] = look.find(page)
    session.detach()
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.timeout(400)
@in_each_way
@pytest.mark.parametrize("person", PEOPLE)
def test_on_every_page_nothing_is_amiss_however_it_is_looked_at(
    windows: Windows, sights: list[Sight], person: str, looks: Sequence[Look]
) -> None:
    page = windows.open(None if person == "None" else person)
    assert amiss(page, of(person, sights), looks) == {}


@in_each_way
def test_nor_on_a_demo_s_page_to_sign_in(
    windows: Windows, new_installation: Callable[..., Installation], looks: Sequence[Look]
) -> None:
    with demo_in(new_installation("sqlite")) as demo:
        page = windows.open(None)
        assert amiss(page, of_a_demo(demo), looks) == {}
        assert page.get_by_role("button", name="Amina Yusuf").is_visible()


def test_axe_is_what_was_taken() -> None:
    folder = AXE.parent
    manifest = tomllib.loads((folder.parent / "manifest.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha384(AXE.read_bytes()).digest()
    assert f"sha384-{base64.b64encode(digest).decode()}" == manifest["integrity"]["axe.min.js"]
    assert f"axe v{manifest['axe-core']['version']}" in AXE.read_text(encoding="utf-8")[:200]
    assert all((folder / each).exists() for each in manifest["axe-core"]["files"])


PRINTED = {
    "amina": ["sent"],
    "carol": ["declaration-returned"],
    "dev": [
        "declaration-as-at",
        "register",
        "register-filtered",
        "register-print",
        "people-as-at",
        "compared",
        "entry",
        "entries",
    ],
    "gus": ["declaration-acknowledged"],
}


@pytest.mark.parametrize("person", PRINTED)
def test_on_paper_there_is_what_was_said_and_nothing_to_press(
    windows: Windows, scene: Scene, person: str
) -> None:
    page = windows.open(person)
    shown = {each.name: each for each in of(person, scene.sights())}
    for name in PRINTED[person]:
        page.emulate_media(media="screen")
        shown[name].show(page)
        page.emulate_media(media="print")
        assert page.evaluate(ON_PAPER) == [], name
        for line in page.locator(".app-history li, main h1").all():
            assert line.inner_text().strip()
            assert line.is_visible()
