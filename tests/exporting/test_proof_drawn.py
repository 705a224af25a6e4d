"""An auditor sees the proof of an entry on its page, and has the browser check it."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from events.proof.cosignatures import CosigningKey
from register.proving.cosigned.policy import Policy, WitnessAt
from register.proving.jobs.names import JobOf
from tests.browser import COOKIE, words
from tests.chromium import NARROWEST, chromium
from tests.exporting.bundles import ORIGIN, Signed, signed
from tests.looks import AXE_AT_A_DESK, LOOKS
from tests.receipts_on_phones import WITHOUT_ED25519
from tests.sessions import verified
from tests.test_live_pages import Served

__all__ = ["chromium"]

WITNESS = CosigningKey.new("witness.example/w3")
CHECK = "Check it here"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    with signed(tmp_path_factory.mktemp("register")) as found:
        found.sign()
        found.cosign(WITNESS)
        asked = WitnessAt(WITNESS.public, "http://127.0.0.1:9")
        found.office.register.proofs.witnesses = Policy((asked,), 1)
        yield found


def entry(here: Signed, position: int) -> str:
    answer = here.office.browser("dev").get(f"/entries/{position}")
    assert answer.status_code == 200
    return answer.text


def data(page: str) -> dict[str, Any]:
    found = re.search(r'data-proof="([^"]*)"', page)
    assert found is not None
    return json.loads(unescape(found[1]))


def test_it_is_drawn_and_told_in_words(here: Signed) -> None:
    page = entry(here, 3)
    proof = data(page)
    assert page.count("<rect") == 2 * len(proof["hashes"]) + 2
    answer = here.office.browser("dev").get("/entries/3")
    said = words(answer)
    assert f"This entry is leaf {proof['index'] + 1} of the {proof['size']}" in said
    assert "cosigned by witness.example/w3" in said
    assert f"entries, which {ORIGIN} signed" in said
    assert 'role="img" aria-labelledby="proof-title"' in page


def test_each_entry_has_its_own(here: Signed) -> None:
    last = here.office.log.last_position()
    proofs = [data(entry(here, each)) for each in range(1, last + 1)]
    assert [each["index"] for each in proofs] == list(range(last))


def test_of_what_few_may_know_only_the_digest_is_handed_over(here: Signed) -> None:
    made = next(
        each.position for each in here.office.log.after() if each.originator_id == here.concern
    )
    page = entry(here, made)
    assert "entry" not in data(page)
    assert str(here.concern) not in page


def test_what_no_checkpoint_covers_has_none_yet(here: Signed) -> None:
    here.office.declare("gus")
    page = entry(here, here.office.log.last_position())
    assert "No checkpoint covers this entry yet." in page
    assert '<svg class="app-proof"' not in page


@pytest.fixture(scope="module")
def served(here: Signed) -> Iterator[Served]:
    found = Served(here.office)
    yield found
    found.stop()


@pytest.fixture
def page(here: Signed, served: Served, chromium: Browser) -> Iterator[Page]:
    width, height = NARROWEST
    context = chromium.new_context(
        viewport={"width": width, "height": height}, service_workers="block"
    )
    context.set_default_timeout(8000)
    session = verified(here.office.register, "dev")
    context.add_cookies([{"name": COOKIE, "value": session, "url": served.url}])
    found = context.new_page()
    found.goto(f"{served.url}/entries/3")
    yield found
    context.close()


def test_nothing_is_amiss_on_these_pages_however_they_are_looked_at(
    here: Signed, page: Page, served: Served
) -> None:
    session = page.context.new_cdp_session(page)
    job = here.office.register.proofs.jobs.ask("dev", JobOf.VERIFYING)
    for path in ("/entries/3", "/register/proof", f"/register/proof/{job}"):
        LOOKS[0].put_on(page, session)
        page.goto(f"{served.url}{path}")
        for summary in page.locator("summary").all():
            summary.click()
        for look in (*LOOKS, AXE_AT_A_DESK):
            look.put_on(page, session)
            assert look.find(page) == [], (path, look.name)


def says(page: Page) -> list[str]:
    page.get_by_role("button", name=CHECK).click()
    found = page.locator("#check-proof li")
    found.first.wait_for()
    return found.all_text_contents()


def alter(page: Page, proof: dict[str, Any]) -> None:
    page.evaluate(
        "(said) => { document.getElementById('check-proof').dataset.proof = said; }",
        json.dumps(proof),
    )


ALTERED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the state": lambda proof: proof["entry"].update(state="AAAA"),
    "the topic": lambda proof: proof["entry"].update(topic="person-left"),
    "the moment": lambda proof: proof["entry"].update(at=proof["entry"]["at"] + 1),
    "the position": lambda proof: proof["entry"].update(position=4),
    "the version": lambda proof: proof["entry"].update(version=2),
    "the stream": lambda proof: proof["entry"].update(stream="00" * 16),
    "the index": lambda proof: proof.update(index=3),
    "the size": lambda proof: proof.update(size=proof["size"] - 1),
    "a step": lambda proof: proof["hashes"].reverse(),
    "a step less": lambda proof: proof["hashes"].pop(),
    "a step more": lambda proof: proof["hashes"].append(proof["hashes"][0]),
    "the checkpoint": lambda proof: proof.update(note=proof["note"].replace("log\n", "log2\n", 1)),
    "a signature": lambda proof: proof.update(note=proof["note"].replace("AA", "BB")),
    "what is no note": lambda proof: proof.update(note="nothing"),
}


def check_it_finds_what_was_altered(page: Page) -> None:
    good = json.loads(page.locator("#check-proof").get_attribute("data-proof") or "")
    said = says(page)
    assert [each.rpartition(". ")[2] for each in said] == ["Right."] * 4, said
    assert said[3].startswith("A witness cosigned it: witness.example/w3")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]
    for what, change in ALTERED.items():
        proof = json.loads(json.dumps(good))
        change(proof)
        if proof == good:
            continue
        alter(page, proof)
        page.get_by_role("button", name=CHECK).click()
        page.locator("#check-proof li", has_text="Wrong.").first.wait_for()
        assert any("Wrong." in each for each in says(page)), what


def test_the_browser_checks_it_and_finds_what_was_altered(page: Page) -> None:
    check_it_finds_what_was_altered(page)
    assert not fetched_the_library(page)


def without_ed25519(page: Page) -> None:
    page.add_init_script(WITHOUT_ED25519)
    page.reload()


def fetched_the_library(page: Page) -> bool:
    names = "performance.getEntriesByType('resource').map((each) => each.name)"
    return any("/ed25519." in each for each in page.evaluate(names))


def test_a_browser_that_has_no_ed25519_checks_it_all_the_same(page: Page) -> None:
    without_ed25519(page)
    check_it_finds_what_was_altered(page)
    assert fetched_the_library(page)


@pytest.mark.parametrize("has_ed25519", [True, False])
def test_a_cosignature_of_another_moment_is_found(page: Page, has_ed25519: bool) -> None:
    """A witness signs when it says so, too."""
    if not has_ed25519:
        without_ed25519(page)
    proof = json.loads(page.locator("#check-proof").get_attribute("data-proof") or "")
    text, _, last = str(proof["note"]).rpartition(" ")
    raw = bytearray(b64decode(last))
    raw[11] ^= 1  # after four bytes of the key's id, the last of the eight of the moment
    alter(page, {**proof, "note": f"{text} {b64encode(raw).decode()}\n"})
    said = says(page)
    assert [each.rpartition(". ")[2] for each in said] == ["Right."] * 3 + ["Wrong."], said


def test_where_neither_the_browser_nor_the_library_can_check_signatures_it_says_so(
    page: Page,
) -> None:
    page.route("**/ed25519.*", lambda route: route.abort())
    without_ed25519(page)
    said = says(page)
    assert [each.rpartition(". ")[2] for each in said[:2]] == ["Right."] * 2
    assert all("This browser could not check it." in each for each in said[2:]), said
