"""What is saved on a phone is not sent: people are told, and nobody loses it by signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.phones import (
    Phones,
    end_session,
    fill_in,
    heading,
    places,
    press,
    until_sent,
    wait_for_worker,
    waiting,
)
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page
from tests.outboxes import at, saved_without_signal, somewhere

# Saved is not sent


def test_saved_and_sent_differ_in_words_colour_and_shape(phones: Phones) -> None:
    page, _ = saved_without_signal(phones)
    saved = look(page, "main .app-saved")
    phones.wire.mend()
    page.goto("/outbox")
    sent = look(page, "main .app-sent")
    expect(page.locator(".app-sent")).to_contain_text("Sent")
    assert all(saved[name] != sent[name] for name in ("words", "border", "ground", "sign"))


def test_what_waits_is_said_on_the_first_page(phones: Phones) -> None:
    page, _ = saved_without_signal(phones)
    phones.wire.mend()
    phones.wire.lose_what_is_sent()
    page.goto("/")
    banner = page.get_by_text("1 declaration is saved on this phone and not sent yet.")
    expect(banner).to_be_visible()
    phones.wire.mend()
    page.reload()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(banner).to_be_hidden()


def look(page: Page, of: str) -> dict[str, str]:
    page.locator(of).wait_for()
    found: dict[str, str] = page.locator(of).first.evaluate("""(box) => ({
      words: box.innerText,
      border: getComputedStyle(box).borderTopStyle + getComputedStyle(box).borderTopColor,
      ground: getComputedStyle(box).backgroundColor,
      sign: box.querySelector("svg").innerHTML,
    })""")
    return found


# Signing out


def test_signing_out_warns_of_what_is_not_sent_and_then_wipes_the_phone(phones: Phones) -> None:
    page, _ = saved_without_signal(phones)
    phones.wire.mend()
    phones.wire.lose_what_is_sent()
    page.goto("/")
    press(page, "Sign out")
    expect(page.locator("#signing-out")).to_contain_text("1 declaration is not sent yet.")
    assert waiting(page) == 1
    press(page, "Sign out")
    heading(page, "Sign in")
    assert waiting(page) == 0
    assert page.evaluate("vault.all('keys').then((all) => all.length)") == 0


def test_signing_out_needs_a_signal_and_deletes_nothing_without(phones: Phones) -> None:
    page, place = phones.ready("gus"), somewhere()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, at(place))
    page.wait_for_timeout(400)
    press(page, "Sign out")
    expect(page.locator("#signing-out")).to_contain_text("1 declaration is begun and not finished.")
    phones.wire.cut()
    press(page, "Sign out")
    expect(page.locator("#signing-out")).to_contain_text("You are still signed in")
    phones.wire.mend()
    page.reload()
    expect(page.get_by_label("Where was it?")).to_have_value(place)


def test_signing_out_leaves_what_somebody_else_has_to_send(phones: Phones, visited: Server) -> None:
    page, place = saved_without_signal(phones)
    end_session(phones, page)
    phones.wire.mend()
    page.goto("/sign-in")
    phones.sign_in(page, "amina")
    press(page, "Sign out")
    heading(page, "Sign in")
    assert waiting(page) == 1
    phones.sign_in(page, "gus")
    until_sent(page)
    assert places(visited)[place] == 1


def test_signing_out_before_the_page_has_looked_deletes_nothing(phones: Phones) -> None:
    page, _ = saved_without_signal(phones)
    phones.wire.mend()
    phones.wire.lose_what_is_sent()
    page.goto("/")
    page.evaluate("document.querySelector(\"form[action='/sign-out']\").submit()")
    heading(page, "Sign in")
    assert waiting(page) == 1


def test_a_sign_out_that_is_refused_deletes_nothing_and_says_so(phones: Phones) -> None:
    page = phones.ready("gus")
    phones.wire.be_busy()
    press(page, "Sign out")
    expect(page.locator("#signing-out")).to_contain_text("Signing out did not work.")
    phones.wire.mend()
    page.goto("/")
    expect(page.get_by_text("Signed in as Gus Hale")).to_be_visible()


def test_nobody_signs_out_somebody_else_from_an_old_page(phones: Phones) -> None:
    page = phones.ready("gus")
    page.evaluate("vault.belongsTo('amina')")
    press(page, "Sign out")
    expect(page.locator("#signing-out")).to_contain_text("Somebody else is signed in")


def test_after_signing_out_the_phone_still_declares_without_a_signal(phones: Phones) -> None:
    page, _ = saved_without_signal(phones)
    end_session(phones, page)
    phones.wire.mend()
    page.goto("/sign-in")
    phones.sign_in(page, "amina")
    press(page, "Sign out")
    heading(page, "Sign in")
    phones.sign_in(page, "amina")
    wait_for_worker(page)
    phones.wire.cut()
    page.goto("/declare/gift")
    heading(page, "A gift")


def test_pages_that_the_browser_threw_away_are_kept_again(phones: Phones) -> None:
    page = phones.ready("gus")
    page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((one) => caches.delete(one))))"
    )
    page.goto("/")
    page.wait_for_function("caches.keys().then((names) => names.length === 1)")
