"""Adding a photograph with a real browser at the size of a phone: smaller before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import pictures
from tests.chromium import PHONE, Windows
from tests.gifts import declare, path
from tests.looks import violations
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

CHOSEN = """async () => {
  const [file] = document.getElementById("photograph").files;
  const picture = await createImageBitmap(file);
  const text = new TextDecoder("latin1").decode(await file.arrayBuffer());
  return {
    name: file.name, type: file.type, bytes: file.size, text,
    width: picture.width, height: picture.height,
  };
}"""
FROM_THE_CAMERA = 6


@pytest.fixture
def gift(visited: Server) -> str:
    return str(declare(visited)["id"])


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def opened(windows: Windows, gift: str, *, scripts: bool = True) -> Page:
    page = windows.open("amina", scripts=scripts)
    page.goto(f"/declarations/{gift}")
    page.get_by_role("button", name="Add a photograph").click()
    page.wait_for_url("**/photographs")  # whole, with its scripts: else a choice goes unseen
    return page


def send(page: Page) -> None:
    page.get_by_role("button", name="Add this photograph").click()
    page.get_by_text("Your photograph is in the register.").wait_for()


def test_a_photograph_is_made_smaller_before_it_is_sent(
    windows: Windows, visited: Server, gift: str
) -> None:
    page = opened(windows, gift)
    sent = pictures.with_a_place(FROM_THE_CAMERA, 4000, 3000)
    page.get_by_label("Choose a picture").set_input_files(file("IMG_1042.jpg", sent))
    page.get_by_text("The picture is ready to be added.").wait_for()
    chosen = page.evaluate(CHOSEN)
    assert (chosen["name"], chosen["type"]) == ("photograph.jpg", "image/jpeg")
    assert (chosen["width"], chosen["height"]) == (1536, 2048), "upright, as it was taken"
    assert chosen["bytes"] < len(sent)
    left = [secret for secret in pictures.SECRETS if secret.decode("latin1") in chosen["text"]]
    assert left == [], "nothing of where it was taken leaves the phone"
    assert violations(page) == []
    send(page)
    image = page.get_by_role("img", name="Photograph 1 of 1")
    assert image.evaluate("each => each.decode().then(() => each.naturalWidth)") == 240
    assert violations(page) == []
    image.click()
    page.get_by_role("heading", name="Photograph 1 of 1").wait_for()
    assert image.evaluate("each => each.decode().then(() => each.naturalWidth)") == 1536
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("link", name="Back").click()
    page.get_by_role("heading", name="A gift").wait_for()
    [kept] = visited.as_("ben").get(path(gift)).json()["photographs"]
    assert (kept["width"], kept["height"]) == (1536, 2048)


def test_whoever_is_quick_sends_the_smaller_one_too(
    windows: Windows, visited: Server, gift: str
) -> None:
    page = opened(windows, gift)
    sent = pictures.picture(4500, 3000)
    page.get_by_label("Choose a picture").set_input_files(file("IMG_1042.jpg", sent))
    send(page)
    [kept] = visited.as_("ben").get(path(gift)).json()["photographs"]
    assert (kept["width"], kept["height"]) == (2048, 1365)


def test_what_the_browser_cannot_read_is_said_at_once(windows: Windows, gift: str) -> None:
    page = opened(windows, gift)
    page.get_by_label("Choose a picture").set_input_files(file("IMG_1042.heic", pictures.heic()))
    page.get_by_text("This picture cannot be read here. Choose a JPEG.").wait_for()
    assert page.evaluate("document.getElementById('photograph').files.length") == 0
    assert violations(page) == []


def test_without_scripts_the_file_is_sent_as_it_is(
    windows: Windows, visited: Server, gift: str
) -> None:
    page = opened(windows, gift, scripts=False)
    sent = pictures.with_a_place(FROM_THE_CAMERA, 3000, 2000)
    page.get_by_label("Choose a picture").set_input_files(file("IMG_1042.jpg", sent))
    send(page)
    [kept] = visited.as_("ben").get(path(gift)).json()["photographs"]
    assert (kept["width"], kept["height"]) == (1365, 2048)
