"""The register is an application that a phone can have on its home screen."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from register.kinds import all_kinds
from tests.phones import Phones, wait_for_worker
from tests.server import Server
from tests.wires import Wire

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def phones(chromium: Browser, visited: Server) -> Iterator[Phones]:
    wire = Wire(visited.url)
    made = Phones(chromium, visited, wire)
    yield made
    made.close()
    wire.close()


@pytest.fixture
def manifest(visited: Server) -> dict[str, Any]:
    answer = httpx.get(f"{visited.url}/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    found: dict[str, Any] = answer.json()
    return found


def test_the_browser_finds_nothing_that_stops_installing(phones: Phones, tmp_path: Path) -> None:
    page = phones.profile(tmp_path / "profile").new_page()
    phones.sign_in(page, "amina")
    wait_for_worker(page)
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []


def test_pictures_are_as_large_as_the_manifest_says(
    visited: Server, manifest: dict[str, Any]
) -> None:
    pictures = [*manifest["icons"], *manifest["screenshots"]]
    for each in pictures:
        data = httpx.get(visited.url + each["src"]).content
        assert "{}x{}".format(*struct.unpack(">II", data[16:24])) == each["sizes"]
    sizes = {(each["sizes"], each["purpose"]) for each in manifest["icons"]}
    assert sizes >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    assert {each["form_factor"] for each in manifest["screenshots"]} == {"narrow", "wide"}


def test_every_kind_of_which_many_may_know_has_a_shortcut(
    manifest: dict[str, Any],
) -> None:
    assert (manifest["id"], manifest["scope"]) == ("/", "/")
    shortcuts = {each["name"]: each["url"] for each in manifest["shortcuts"]}
    kinds = {name: kind for name, kind in all_kinds().items() if not kind.is_restricted}
    assert shortcuts == {kind.title: f"/declare/{name}" for name, kind in kinds.items()}
    assert len(shortcuts) <= 10, "Chromium takes no more"


def test_help_is_there_for_whoever_is_not_asked_by_their_phone(phones: Phones) -> None:
    page = phones.open("amina")
    page.get_by_role("link", name="Put the register on your phone").click()
    expect(page.get_by_role("heading", name="On an iPhone or iPad")).to_be_visible()


def test_a_new_version_is_offered_and_loses_no_draft(phones: Phones) -> None:
    page = phones.ready("amina")
    page.goto("/declare/gift")
    page.get_by_label("What is it?").fill("Silver frame")
    expect(page.locator("#new-version")).to_be_hidden()
    script = page.request.get("/service-worker.js").text()
    [version] = [line.split('"')[1] for line in script.splitlines() if "const CACHE" in line]
    phones.wire.say_instead(version.encode(), version[::-1].encode())
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    expect(page.get_by_text("There is a new version of the register.")).to_be_visible()
    page.get_by_label("What is it?").fill("Silver frame, engraved")
    page.get_by_role("button", name="Use the new version").click()
    expect(page.get_by_text("This is what you began before.")).to_be_visible()
    assert page.get_by_label("What is it?").input_value() == "Silver frame, engraved"
    assert page.evaluate("caches.keys()") == [version[::-1]]
    expect(page.locator("#new-version")).to_be_hidden()
