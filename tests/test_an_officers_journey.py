"""A data protection officer's whole work, on a phone and without scripts."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from playwright.sync_api import expect

from tests.cast import joined, told
from tests.chromium import Windows

if TYPE_CHECKING:
    from playwright.sync_api import Page

ITEM, REASON = "A quokka of felt", "Worth more than a token"


def pressed(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_request_is_noted_put_together_and_answered_without_scripts(
    windows: Windows, tmp_path: Path
) -> None:
    with windows.server.installation.opened() as register:
        register.change_directory([joined("otto", roles=("data_protection_officer",))])
        gift = str(uuid4())
        register.declare("amina", gift, told("gift", "amina", at=register.now(), item=ITEM))
        register.decide("carol", gift, {"outcome": "return", "reason": REASON})
    otto = windows.open("otto", scripts=False)
    otto.goto("/")
    otto.get_by_role("link", name="Data protection").last.click()
    otto.get_by_role("link", name="What is held about somebody").click()
    who = "Who asked, if they work here or did? (optional)"
    otto.get_by_label(who, exact=True).select_option(label="Amina Yusuf")
    day = date.today() - timedelta(days=40)
    otto.get_by_label("On which day did they ask?", exact=True).fill(str(day))
    pressed(otto, "Note this")
    expect(otto.get_by_text("Overdue since")).to_be_visible()
    otto.get_by_label("Which declaration?", exact=True).select_option(index=1)
    otto.get_by_label("What others wrote in it", exact=True).check()
    otto.get_by_label("Yes", exact=True).check()
    otto.get_by_label("Why?", exact=True).fill("They know of it.")
    pressed(otto, "Note this")
    expect(otto.get_by_text("It is noted.")).to_be_visible()
    otto.get_by_label("JSON, for programs", exact=True).check()
    with otto.expect_download() as taken:
        pressed(otto, "Put it together")
    taken.value.save_as(tmp_path / "held.json")
    held = (tmp_path / "held.json").read_text(encoding="utf-8")
    assert ITEM in held
    assert REASON in held
    assert json.loads(held)["left_out"]
    otto.get_by_label("What were they given, and how?", exact=True).fill("Handed over.")
    pressed(otto, "It is answered")
    otto.get_by_role("link", name="Amina Yusuf").click()
    expect(otto.get_by_text("Handed over.")).to_be_visible()
    assert otto.get_by_role("button", name="It is answered").count() == 0


def test_a_complaint_is_noted_and_answered_without_scripts(windows: Windows) -> None:
    with windows.server.installation.opened() as register:
        register.change_directory([joined("olga", roles=("data_protection_officer",))])
    olga = windows.open("olga", scripts=False)
    olga.goto("/complaints")
    olga.get_by_label("Who complains?", exact=True).fill("Gus Hale")
    olga.get_by_label("Of what?", exact=True).fill("It took too long.")
    pressed(olga, "Note this")
    olga.goto("/")
    olga.get_by_role("link", name="1 complaint waits").click()
    olga.get_by_role("link", name="Gus Hale").click()
    olga.get_by_label("What were they answered?", exact=True).fill("We are sorry.")
    pressed(olga, "It is answered")
    olga.get_by_role("link", name="Gus Hale").click()
    expect(olga.get_by_text("We are sorry.")).to_be_visible()
    olga.goto("/")
    assert olga.get_by_role("link", name="complaint").count() == 0
