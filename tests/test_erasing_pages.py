"""Erasing on pages and by calls: nothing of what was erased is shown anywhere again."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.browser import HOME, Office, words
from tests.browser import here as here
from tests.erasing import Eraser
from tests.logs import rows
from tests.pictures import picture

CANARIES = ("Canary-item-7Q", "SU-CANARY-7Q", "Canary-note-7Q", "Canary-late-7Q")


@pytest.fixture
def eraser(here: Office, tmp_path: Path) -> Eraser:
    return Eraser(here, tmp_path)


def declared(eraser: Eraser) -> UUID:
    here = eraser.here
    gift = here.declare(
        "amina", item=CANARIES[0], service_user=CANARIES[1], late_reason=CANARIES[3]
    )
    here.register.add_note("carol", str(gift), {"text": CANARIES[2]})
    here.register.add_photograph("amina", str(gift), str(uuid4()), picture())
    return gift


def test_one_asks_on_the_declarations_page_and_an_officer_confirms(eraser: Eraser) -> None:
    here, gift = eraser.here, eraser.here.declare("amina")
    ben, olga = here.browser("ben"), here.browser("olga")
    page = ben.get(f"/declarations/{gift}")
    link = f"/erasures/ask?of=declaration&amp;declaration={gift}"
    assert link in page.text
    assert "/erasures/ask" not in here.browser("amina").get(f"/declarations/{gift}").text
    form = ben.get(f"/erasures/ask?of=declaration&declaration={gift}")
    assert str(gift) in form.text
    sent = {"of": "declaration", "declaration": str(gift)}
    refused = ben.post("/erasures/ask", sent)
    assert refused.status_code == 422
    assert ben.post("/erasures/ask", {**sent, "reason": "By mistake"}).status_code == 303
    listed = olga.get("/erasures")
    [one] = re.findall(r'href="(/erasures/[0-9a-f-]{36})"', listed.text)
    assert "By mistake" in words(olga.get(one))
    assert here.browser("femi").get(one).status_code == 404
    assert olga.post(one, {"decided": "erase"}).status_code == 303
    assert "No place outside the register has taken it yet" in words(olga.get(one))
    eraser.publish()
    here.register.erasures.erase_due()
    assert "It was erased on 16 November 2026" in words(olga.get(one))
    assert "is kept until" not in words(olga.get(one))
    assert "All that was written in this was erased" in words(ben.get(f"/declarations/{gift}"))


def test_a_program_asks_and_another_confirms(eraser: Eraser) -> None:
    here = eraser.here
    gift = str(here.declare("amina"))
    otto, olga = here.browser("otto"), here.browser("olga")
    ours = {"origin": HOME, "sec-fetch-site": "same-origin"}
    wanted = {"of": "declaration", "declaration": gift, "reason": "A mistake"}
    asked = otto.call("POST", "/api/erasures", json=wanted, headers=ours)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    again = otto.call("POST", "/api/erasures", json=wanted, headers=ours)
    assert (again.status_code, again.json()["id"]) == (200, asked.json()["id"])
    one = f"/api/erasures/{asked.json()['id']}"
    own = otto.call("POST", f"{one}/confirmation", json={}, headers=ours)
    assert own.status_code == 403
    done = olga.call("POST", f"{one}/confirmation", json={}, headers=ours)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    assert (
        olga.call("POST", f"{one}/refusal", json={"reason": "x"}, headers=ours).status_code == 409
    )
    assert [each["id"] for each in olga.get("/api/erasures").json()["items"]] == [
        asked.json()["id"]
    ]
    assert here.browser("ada").get(one).status_code == 404


def test_what_was_erased_is_nowhere_any_more(eraser: Eraser) -> None:
    here, gift = eraser.here, declared(eraser)
    eraser.erase(of="service_user", service_user=CANARIES[1])
    for person in ("amina", "carol", "dev"):
        browser = here.browser(person)
        for path in (
            f"/declarations/{gift}",
            f"/api/declarations/{gift}",
            f"/api/declarations/{gift}/history",
            "/api/declarations",
            "/api/alerts",
            "/",
        ):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            assert not [each for each in CANARIES if each in answer.text], path
    dev = here.browser("dev")
    last = here.log.last_position()
    for path in ("/register", "/register/print", "/register.csv", "/entries"):
        answer = dev.get(path)
        assert answer.status_code == 200, path
        assert not [each for each in CANARIES if each in answer.text], path
    for position in range(last - 12, last + 1):
        answer = dev.get(f"/entries/{position}")
        assert answer.status_code in (200, 404)
        assert not [each for each in CANARIES if each in answer.text], position
    ours = {"origin": HOME, "sec-fetch-site": "same-origin"}
    sought = {"service_user": CANARIES[1]}
    found = here.browser("carol").call(
        "POST", "/api/declarations/search", json=sought, headers=ours
    )
    assert found.json()["items"] == []
    index = here.log.keyring.blind_index(CANARIES[1])
    url = str(here.log.database.engine.url)
    for (table,) in rows(url, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        assert index not in [value for row in rows(url, f"SELECT * FROM {table}") for value in row]
    assert not rows(url, "SELECT * FROM photographs")


def test_an_auditor_learns_of_no_erasure_of_what_few_may_know(eraser: Eraser) -> None:
    here = eraser.here
    concern = here.declare("gus", "colleague-concern", subject="eve")
    asked = eraser.ask("otto", of="declaration", declaration=concern)
    other = eraser.ask("otto", of="declaration", declaration=here.declare("amina"))
    dev = here.browser("dev")
    shown = dev.get("/api/entries", limit="200").text
    assert str(concern) not in shown
    assert str(asked.id) not in shown
    assert str(other.id) in shown
