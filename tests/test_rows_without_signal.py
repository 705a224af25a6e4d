"""A few small records are asked in rows, without a signal as with one."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.phones import Phones, fill_in, heading, press, until_sent
from tests.server import Server

PARTY = {
    "What would you like to do?": "Go to an event, such as a party or a funeral",
    "On which day would it be?": "2099-05-01",
    "What is it about, and why?": "Her birthday party",
}


def test_who_agreed_is_said_in_rows_without_a_signal_too(phones: Phones, visited: Server) -> None:
    page, reference = phones.ready("gus"), f"SU-{uuid4().hex[:8]}"
    phones.wire.cut()
    page.goto("/declare/permission")
    fill_in(page, PARTY | {"Which service user is this about?": reference})
    first, second, last = (
        page.get_by_role("group", name=f"Agreement {each}", exact=True) for each in (1, 2, 3)
    )
    second.get_by_label("Who agreed?").select_option("service_user")
    last.get_by_label("Who agreed?").select_option("relative")
    last.get_by_label("On which day?").fill("2026-03-03")
    press(page, "Check my answers")
    summary = page.locator(".govuk-error-summary")
    expect(summary.get_by_role("link", name="This answer is missing.")).to_have_count(1)
    second.or_(first).get_by_label("On which day?").nth(1).fill("2026-03-02")
    press(page, "Check my answers")
    agreed = "The service user, 2 March 2026; A relative of theirs, 3 March 2026"
    expect(page.locator("dl")).to_contain_text(agreed)
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    found = visited.as_("gus").post("/api/declarations/search", json={"service_user": reference})
    assert found.json()["items"][0]["details"]["consents"] == [
        {"by": "service_user", "given_on": "2026-03-02"},
        {"by": "relative", "given_on": "2026-03-03"},
    ]
