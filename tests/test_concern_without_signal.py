"""A concern about a colleague that is written without a signal: whom it is about can be said, and
they never read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.phones import Phones, heading, press, until_sent
from tests.server import Server
from tests.test_offline import answer_by_name
from tests.usual import USUAL

if TYPE_CHECKING:
    from playwright.sync_api import Page

KIND = "colleague-concern"
WHICH, WHO_ELSE = "Which colleague is it? (optional)", "If it is somebody else, who are they?"
ANSWERS = {name: each for name, each in USUAL[KIND].items() if not name.startswith("subject")}


def written(page: Page, about: str, seen: str) -> None:
    """Up to the page on which the answers are checked."""
    page.goto(f"/declare/{KIND}")
    answer_by_name(page, {**ANSWERS, "what_seen": seen})
    page.get_by_label(WHICH).select_option(label=about)
    press(page, "Check my answers")
    heading(page, "Check your answers")


def concern(server: Server, person: str, seen: str) -> dict[str, Any] | None:
    found = server.as_(person).get("/api/declarations").json()["items"]
    return next((each for each in found if each["details"].get("what_seen") == seen), None)


def test_one_about_my_line_manager_is_sent_past_them(phones: Phones, visited: Server) -> None:
    """Femi manages Eve, and answers to Dana: by 004 it would have been Femi's."""
    page, seen = phones.ready("eve"), "He took her to his flat"
    phones.wire.cut()
    written(page, "My line manager", seen)
    expect(page.locator("dl")).to_contain_text("My line manager")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    sent = concern(visited, "eve", seen)
    assert sent is not None
    assert sent["details"]["subject"] == "femi"
    assert visited.as_("femi").get(f"/api/declarations/{sent['id']}").status_code == 404
    assert concern(visited, "femi", seen) is None
    assert concern(visited, "dana", seen) is not None
    inbox = phones.open("femi")
    inbox.goto("/inbox")
    expect(inbox.locator("main")).not_to_contain_text("concern")
    inbox.goto(f"/declarations/{sent['id']}")
    heading(inbox, "There is nothing here")
    above = phones.open("dana")
    above.goto(f"/declarations/{sent['id']}")
    expect(above.locator("main")).to_contain_text(seen)


CHOSEN_BEFORE = "Whoever you chose before"


def test_a_colleague_who_was_chosen_with_a_signal_stays_chosen_without_one(
    phones: Phones, visited: Server
) -> None:
    """The form without a signal knows no names, but it loses none either."""
    page, seen = phones.ready("eve"), "He gave her his number"
    page.goto(f"/declare/{KIND}")
    answer_by_name(page, ANSWERS)
    page.get_by_label(WHICH).select_option(value="gus")
    page.wait_for_timeout(400)
    phones.wire.cut()
    page.goto(f"/declare/{KIND}")
    expect(page.get_by_label(WHICH).locator(":checked")).to_have_text(CHOSEN_BEFORE)
    answer_by_name(page, {"what_seen": seen})
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.locator("dl")).to_contain_text(CHOSEN_BEFORE)
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    sent = concern(visited, "eve", seen)
    assert sent is not None
    assert sent["details"]["subject"] == "gus"


def test_whoever_takes_over_stays_chosen_where_the_form_cannot_ask_it(phones: Phones) -> None:
    page, takes_over = phones.ready("eve"), "Who takes over? (optional)"
    page.goto("/declare/ending")
    page.get_by_label(takes_over).select_option(value="gus")
    page.wait_for_timeout(400)
    phones.wire.cut()
    page.goto("/declare/ending")
    expect(page.get_by_text("This is what you began before.")).to_be_visible()
    page.get_by_label("Which service user is this about?").fill("RV-007")
    page.wait_for_timeout(400)
    phones.wire.mend()
    page.goto("/declare/ending")
    expect(page.get_by_label("Which service user is this about?")).to_have_value("RV-007")
    expect(page.get_by_label(takes_over)).to_have_value("gus")


def test_what_the_register_has_already_under_a_role_is_not_sent_twice(
    phones: Phones, visited: Server
) -> None:
    """The answer was lost, and the draft was still there: it was written down once more since."""
    page, seen = phones.ready("eve"), "He kept her key"
    phones.wire.cut()
    written(page, "My line manager", seen)
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    waits = page.evaluate("vault.all('outbox').then(([record]) => outbox.open(record))")
    id_ = page.evaluate("vault.all('outbox').then(([record]) => record.id)")
    before = waits["body"]["captured_at"]
    body = {**waits["body"], "captured_at": f"{before[:11]}00:00:00{before[19:]}"}
    answer = visited.as_("eve").put(f"/api/declarations/{id_}", json=body)
    assert answer.status_code == 201, answer.text
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    assert page.evaluate("vault.all('outbox')") == []


def test_one_about_somebody_else_says_who_in_words(phones: Phones, visited: Server) -> None:
    page, seen = phones.ready("eve"), "She was shouted at"
    phones.wire.cut()
    page.goto(f"/declare/{KIND}")
    expect(page.get_by_label(WHICH)).to_have_value("")
    page.get_by_label(WHO_ELSE).fill("A night worker called Jo")
    choices = page.get_by_label(WHICH).locator("option").all_text_contents()
    assert choices == [
        "Somebody else: I say who below",
        "My line manager",
        "The director of the service",
    ]
    answer_by_name(page, {**ANSWERS, "what_seen": seen})
    press(page, "Check my answers")
    heading(page, "Check your answers")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    sent = concern(visited, "femi", seen)
    assert sent is not None
    assert sent["details"]["subject_note"] == "A night worker called Jo"


def test_what_was_begun_without_a_signal_keeps_whom_it_is_about_with_one(
    phones: Phones, visited: Server
) -> None:
    page, seen = phones.ready("eve"), "He came at night"
    phones.wire.cut()
    written(page, "The director of the service", seen)
    phones.wire.mend()
    page.goto(f"/declare/{KIND}")
    expect(page.get_by_text("This is what you began before.")).to_be_visible()
    expect(page.get_by_label(WHICH)).to_have_value("service_director")
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.locator("dl")).to_contain_text("Dana")
    press(page, "Send")
    heading(page, "It is in the register")
    sent = concern(visited, "eve", seen)
    assert sent is not None
    assert sent["details"]["subject"] == "dana"
    assert concern(visited, "dana", seen) is None
