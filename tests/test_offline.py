"""Declaring without a signal: what is asked, kept and said, and what never stays on a phone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from register.kinds import all_kinds
from tests.at_length import first_now
from tests.cast import asks_about
from tests.chromium import NARROWEST, PATIENCE, Windows
from tests.looks import violations
from tests.phones import (
    MEETING,
    Phones,
    declare,
    end_session,
    fill_in,
    heading,
    press,
    until_sent,
    wait_for_worker,
    waiting,
)
from tests.server import Server
from tests.usual import USUAL
from web.pages.phone.offline import FILES, SHELLS
from web.static_files import address

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DAY = 24 * 3600
NOTHING = "Nothing of yours waits on this phone."


def answer_by_name(page: Page, details: dict[str, Any], **others: str) -> None:
    """By the fields' names, as the kind's own file has them."""
    for name, answer in {
        **others,
        **{f"details.{name}": of for name, of in details.items()},
    }.items():
        fields = page.locator(f'[name="{name}"]')
        for given in answer if isinstance(answer, list) else [answer]:
            if given is None:
                continue
            if fields.first.get_attribute("type") in ("radio", "checkbox"):
                value = str(given).lower() if isinstance(given, bool) else str(given)
                page.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                fields.fill(str(given))


# The flow


def test_with_a_signal_it_goes_straight_to_the_register(phones: Phones) -> None:
    page = phones.ready("gus")
    declare(page)
    heading(page, "It is in the register")
    expect(page.get_by_text("What happens next")).to_be_visible()
    page.goto("/outbox")
    expect(page.get_by_text(NOTHING)).to_be_visible()
    page.goto("/declare/out-of-hours-encounter")
    assert page.get_by_label("Where was it?").input_value() == ""


A_STRANGER = {"subject": None, "subject_note": "A night worker called Jo"}
"""No page for use without a signal knows the names of the people of the directory."""


@pytest.mark.parametrize("kind", first_now(*all_kinds()))
def test_every_kind_declared_without_a_signal_reads_as_with_one(
    phones: Phones, visited: Server, kind: str
) -> None:
    page = phones.ready("gus")
    phones.wire.cut()
    page.goto("/declare")
    page.get_by_role("link", name=all_kinds()[kind].title, exact=True).click()
    reference = f"SU-{uuid4().hex[:8]}"
    about = {"service_user": reference} if asks_about(kind) else {}
    said = USUAL[kind] | (A_STRANGER if "subject" in USUAL[kind] else {})
    answer_by_name(page, {name: said[name] for name in said if name != "subject"}, **about)
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.get_by_text("who will see this cannot be said yet")).to_be_visible()
    expect(page.locator("dl")).to_contain_text(about.get("service_user", ""))
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    found = visited.as_("gus").get("/api/workers/gus/declarations").json()["items"]
    [declared] = [each for each in found if is_new(each, kind, about.get("service_user"))]
    assert declared["details"] == said


def is_new(declared: dict[str, Any], kind: str, reference: str | None) -> bool:
    return (declared["kind"], declared["service_user"]) == (kind, reference)


def test_the_line_goes_between_checking_and_sending(phones: Phones, visited: Server) -> None:
    page = phones.ready("gus")
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, MEETING)
    press(page, "Check my answers")
    expect(page.get_by_text("Ben Okoro, your line manager")).to_be_visible()
    phones.wire.cut()
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    assert waiting(page) == 1


def test_a_line_that_is_too_slow_is_as_good_as_none(phones: Phones) -> None:
    page = phones.ready("gus")
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, MEETING)
    phones.wire.be_slow()
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.get_by_text("who will see this cannot be said yet")).to_be_visible()


def test_what_was_not_answered_is_said_without_a_signal_too(phones: Phones) -> None:
    page = phones.ready("gus")
    phones.wire.cut()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, {"Which service user is this about?": "SU-1042", "Where was it?": "Supermarket"})
    press(page, "Check my answers")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link", name="Choose an answer.")).to_have_count(3)
    expect(summary.get_by_role("link", name="This answer is missing.")).to_have_count(1)
    fill_in(page, MEETING)
    press(page, "Check my answers")
    heading(page, "Check your answers")


def test_answers_can_be_changed_after_checking(phones: Phones) -> None:
    page = phones.ready("gus")
    for is_cut in (False, True):
        page.goto("/declare/out-of-hours-encounter")
        fill_in(page, MEETING)
        if is_cut:
            phones.wire.cut()
        press(page, "Check my answers")
        heading(page, "Check your answers")
        press(page, "Change something")
        heading(page, "A meeting outside work")
        fill_in(page, {"Where was it?": "Library"})
        press(page, "Check my answers")
        expect(page.locator("dl")).to_contain_text("Library")


def test_what_is_told_long_after_may_say_why_without_a_signal(
    phones: Phones, visited: Server
) -> None:
    page, reference = phones.ready("gus"), f"SU-{uuid4().hex[:8]}"
    phones.wire.cut()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, MEETING | {"Which service user is this about?": reference})
    page.get_by_label("Which day was it?").fill("2026-01-05")
    press(page, "Check my answers")
    page.get_by_label("Why is it told only now?").fill("I was on leave")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    found = visited.as_("gus").post("/api/declarations/search", json={"service_user": reference})
    assert found.json()["items"][0]["late_reason"] == "I was on leave"


def test_the_day_stands_there_without_a_signal_and_service_users_are_offered(
    phones: Phones,
) -> None:
    page = phones.ready("gus")
    declare(page)
    heading(page, "It is in the register")
    page.goto("/declare/gift")
    offered = page.get_by_label("Which service user is this about?")
    listed = page.locator(f"#{offered.get_attribute('list')} option")
    count = listed.count()
    assert count > 0
    page.wait_for_timeout(300)
    phones.wire.cut()
    page.goto("/declare/gift")
    expect(listed).to_have_count(count)
    expect(page.get_by_label("Which service user is this about?")).to_have_value("")
    today = page.evaluate("outbox.moment().slice(0, 10)")
    assert page.get_by_label("Which day was it?").input_value() == today


def test_a_worker_declares_without_scripts(chromium: Browser, visited: Server) -> None:
    windows = Windows(chromium, visited)
    page = windows.open("gus", scripts=False)
    page.get_by_role("button", name="Declare something").click()
    page.get_by_role("link", name="A meeting outside work").click()
    fill_in(page, MEETING)
    press(page, "Check my answers")
    press(page, "Change something")
    assert page.get_by_label("Where was it?").input_value() == "Supermarket"
    press(page, "Check my answers")
    press(page, "Send")
    heading(page, "It is in the register")
    page.goto("/outbox")
    expect(page.get_by_text("what you declare is sent at once")).to_be_visible()
    page.goto("/")
    press(page, "Sign out")
    heading(page, "Sign in")
    windows.close()


# The draft


def begun(phones: Phones, person: str = "gus") -> Page:
    page = phones.ready(person)
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, {"Where was it?": "Library", "Had you arranged to meet?": "Yes"})
    page.wait_for_timeout(500)
    return page


def test_what_was_being_written_is_given_back(phones: Phones) -> None:
    page = begun(phones)
    page.close()
    again = page.context.new_page()
    again.goto("/declare/out-of-hours-encounter")
    expect(again.get_by_text("This is what you began before.")).to_be_visible()
    assert again.get_by_label("Where was it?").input_value() == "Library"
    group = again.get_by_role("group", name="Had you arranged to meet?")
    assert group.get_by_label("Yes").is_checked()
    press(again, "Begin again")
    expect(again.get_by_label("Where was it?")).to_have_value("")
    expect(again.get_by_text("This is what you began before.")).to_be_hidden()


@pytest.mark.parametrize(("days", "is_there"), [(6.9, True), (7.1, False)])
def test_a_draft_is_kept_for_seven_days(phones: Phones, days: float, is_there: bool) -> None:
    page = begun(phones)
    page.clock.set_fixed_time(time.time() + days * DAY)
    page.reload()
    if not is_there:
        until_forgotten(page, "gus/out-of-hours-encounter")
    words = page.get_by_text("This is what you began before.")
    expect(words).to_be_visible(visible=is_there)
    assert page.get_by_label("Where was it?").input_value() == ("Library" if is_there else "")
    assert ("gus/out-of-hours-encounter" in drafts(page)) is is_there


def drafts(page: Page) -> list[str]:
    names: list[str] = page.evaluate("vault.all('drafts').then((all) => all.map(({name}) => name))")
    return names


def until_forgotten(page: Page, draft: str) -> None:
    """The page forgets what is old once it has come, not before."""
    give_up_at = time.monotonic() + PATIENCE / 1000
    while draft in drafts(page):
        assert time.monotonic() < give_up_at, "it is still there"
        page.wait_for_timeout(50)


def test_a_draft_is_given_to_nobody_else(phones: Phones) -> None:
    page = begun(phones)
    end_session(phones, page)
    phones.sign_in(page, "amina")
    page.goto("/declare/out-of-hours-encounter")
    expect(page.get_by_label("Where was it?")).to_have_value("")
    assert "Library" not in page.content()


def test_a_draft_is_gone_once_it_is_sent(phones: Phones) -> None:
    page = begun(phones)
    fill_in(page, MEETING)
    press(page, "Check my answers")
    heading(page, "Check your answers")
    press(page, "Send")
    heading(page, "It is in the register")
    assert "gus/out-of-hours-encounter" not in drafts(page)


# What stays on the phone


def test_nothing_on_the_phone_can_be_read_without_its_key(phones: Phones) -> None:
    page = begun(phones)
    phones.wire.cut()
    declare(
        page,
        MEETING | {"Where was it?": "Lighthouse", "Which service user is this about?": "SU-7777"},
    )
    heading(page, "Saved on this phone. Not sent yet.")
    kept = page.evaluate("""async () => {
      const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder("latin1").decode(value) : JSON.stringify(value);
      const records = [...await vault.all("outbox"), ...await vault.all("drafts")];
      return records.flatMap((record) => Object.values(record).map(text)).join();
    }""")
    assert "gus" in kept
    assert [word for word in ("Lighthouse", "SU-7777", "Supermarket") if word in kept] == []
    exported = page.evaluate("""() => vault.read("keys", "sealing")
      .then((key) => crypto.subtle.exportKey("raw", key))
      .then(() => "exported", (error) => error.name)""")
    assert exported == "InvalidAccessError"


def test_no_page_of_anybodys_is_kept(phones: Phones) -> None:
    page = phones.ready("gus")
    for path in ("/", "/mine", "/declare", "/declare/gift", "/outbox", "/install"):
        page.goto(path)
    kept = page.evaluate("""async () => {
      const found = {};
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          found[new URL(request.url).pathname] = await (await cache.match(request)).text();
        }
      }
      return found;
    }""")
    assert set(kept) == {*map(address, FILES), *SHELLS.values()}
    shells = [kept[path] for path in SHELLS.values()]
    words = ("Gus", "gus", 'value="SU-', "Elm House")
    assert [word for word in words if word in "".join(shells)] == []


def test_what_the_register_holds_is_not_read_without_a_signal(phones: Phones) -> None:
    page = phones.ready("gus")
    phones.wire.cut()
    for path in ("/", "/mine", f"/declarations/{uuid4()}"):
        page.goto(path)
        heading(page, "The register cannot be reached")
    page.get_by_role("button", name="Declare something").click()
    heading(page, "Declare")
    phones.wire.mend()
    page.goto("/")
    heading(page, "Hello, Gus Hale")


def test_a_phone_that_nobody_signed_in_on_takes_nothing(phones: Phones) -> None:
    page = phones.open(None)
    page.goto("/sign-in")
    wait_for_worker(page)
    phones.wire.cut()
    page.goto("/declare/gift")
    expect(page.get_by_text("Nobody is signed in on this phone.")).to_be_visible()
    expect(page.get_by_label("What is it?")).to_be_hidden()


def test_the_worker_has_a_policy_of_its_own(phones: Phones) -> None:
    answer = phones.open(None).request.get(f"{phones.url}/service-worker.js")
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'"
    assert answer.headers["content-security-policy"] == policy
    assert answer.headers["cache-control"] == "no-cache"


def test_what_the_phone_shows_by_itself_violates_nothing_of_wcag(phones: Phones) -> None:
    page = phones.ready("gus")
    phones.wire.cut()
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    found = {}

    def look(name: str) -> None:
        if wrong := violations(page):
            found[name] = wrong
        if page.evaluate("document.documentElement.scrollWidth") > NARROWEST[0]:
            found[name] = ["too wide"]

    page.goto("/declare/out-of-hours-encounter")
    press(page, "Check my answers")
    look("mistakes")
    fill_in(page, MEETING | {"Which service user is this about?": "Mrs Smith"})
    page.get_by_label("Which day was it?").fill("2026-01-05")
    press(page, "Check my answers")
    heading(page, "Check your answers")
    look("check")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    look("saved")
    page.goto("/outbox")
    page.locator("main .app-saved").wait_for()
    look("waiting")
    page.goto("/mine")
    look("offline")
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_text("some answers need another look")).to_be_visible()
    look("refused")
    page.goto("/")
    expect(page.get_by_text("saved on this phone and not sent yet")).to_be_visible()
    look("home")
    assert found == {}
