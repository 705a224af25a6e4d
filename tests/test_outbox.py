"""What was declared without a signal is sent once, whatever happens in between, and never lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.phones import (
    MEETING,
    WITHOUT_LOCKS,
    WITHOUT_SYNC,
    WITHOUT_TIMEOUTS,
    Phones,
    declare,
    fill_in,
    heading,
    kill,
    places,
    press,
    until_sent,
    wait_for_worker,
    waiting,
)
from tests.server import Server
from tests.wires import Wire

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ALL = pytest.mark.parametrize(
    "without",
    [(), (WITHOUT_LOCKS, WITHOUT_SYNC, WITHOUT_TIMEOUTS)],
    ids=["with locks and sync", "without"],
)
FILL_IN = """(place) => {
  const answers = {service_user: "SU-1042", "details.place": place, "details.minutes": "3"};
  for (const [name, value] of Object.entries(answers)) {
    document.querySelector(`[name="${name}"]`).value = value;
  }
  for (const name of ["arranged", "approached_by", "wished_not_recognised"]) {
    document.querySelector(`[name="details.${name}"]`).checked = true;
  }
}"""
DECLARE_AT = """async (place) => {
  const [record] = await vault.all("outbox");
  const telling = await outbox.open(record);
  telling.body.details.place = place;
  await outbox.save("gus", crypto.randomUUID(), telling);
}"""
FULL = """() => { IDBObjectStore.prototype.put = () => {
  throw new DOMException("There is no room.", "QuotaExceededError");
}; }"""
FIFTEEN_DAYS = 15 * 24 * 3600


@pytest.fixture
def wire(visited: Server) -> Iterator[Wire]:
    made = Wire(visited.url)
    yield made
    made.close()


@pytest.fixture
def phones(chromium: Browser, visited: Server, wire: Wire) -> Iterator[Phones]:
    made = Phones(chromium, visited, wire)
    yield made
    made.close()


def somewhere() -> str:
    """Where nobody else met."""
    return f"Station {uuid4().hex[:8]}"


def at(place: str) -> dict[str, str]:
    return {**MEETING, "Where was it?": place}


def saved_without_signal(phones: Phones, person: str = "gus", **answers: str) -> tuple[Page, str]:
    """Somebody declared without a signal: their phone, and where it was that they met."""
    page, place = phones.ready(person), somewhere()
    phones.wire.cut()
    declare(page, at(place) | answers)
    heading(page, "Saved on this phone. Not sent yet.")
    return page, place


def declare_at(page: Page, place: str) -> None:
    """The same, quicker: a script fills in the form."""
    page.bring_to_front()
    page.goto("/declare/out-of-hours-encounter")
    page.evaluate(FILL_IN, place)
    press(page, "Check my answers")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")


# Once each, none lost


@ALL
@pytest.mark.timeout(240)
def test_fifty_in_two_tabs_of_a_browser_that_is_killed_are_sent_once_each(
    phones: Phones, visited: Server, tmp_path: Path, without: tuple[str, ...]
) -> None:
    met = [somewhere() for _ in range(50)]
    first = phones.profile(tmp_path / "profile")
    for script in without:
        first.add_init_script(script)
    page = first.new_page()
    phones.sign_in(page, "gus")
    wait_for_worker(page)
    other = first.new_page()
    phones.wire.cut()
    for number, place in enumerate(met):
        tab = other if number % 10 > 4 else page
        if number % 5:
            tab.evaluate(DECLARE_AT, place)
        else:
            declare_at(tab, place)
    assert waiting(page) == 50
    page.reload()
    kill(first)
    again = phones.profile(tmp_path / "profile")
    for script in without:
        again.add_init_script(script)
    phones.wire.mend()
    one, two = again.new_page(), again.new_page()
    two.goto("/outbox")
    phones.sign_in(one, "gus")  # a session ends with the browser
    press(two, "Send now")
    until_sent(one)
    found = places(visited)
    assert {place: found[place] for place in met} == dict.fromkeys(met, 1)


@ALL
def test_an_answer_that_was_lost_with_the_server_is_asked_for_again(
    phones: Phones, visited: Server, wire: Wire, without: tuple[str, ...]
) -> None:
    page, place = phones.ready("gus", without=without), somewhere()
    wire.lose_answers()
    declare(page, at(place))
    assert wire.lost.wait(15), "nothing was sent"
    visited.kill()
    heading(page, "Saved on this phone. Not sent yet.")
    assert waiting(page) == 1
    visited.start()
    wire.lead_to(visited.url)
    wire.mend()
    page.goto("/")
    until_sent(page)
    assert places(visited)[place] == 1


def test_the_worker_sends_what_waits_when_no_page_is_open(phones: Phones, visited: Server) -> None:
    page, place = saved_without_signal(phones)
    session = page.context.new_cdp_session(page)
    registrations: list[Any] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registrations.extend(said["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.goto("about:blank")
    phones.wire.mend()
    sync = {"origin": phones.url, "registrationId": registrations[0]["registrationId"]}
    session.send("ServiceWorker.dispatchSyncEvent", {**sync, "tag": "outbox", "lastChance": False})
    for _ in range(100):
        if places(visited)[place]:
            break
        page.wait_for_timeout(50)
    assert places(visited)[place] == 1
    page.goto("/")
    assert waiting(page) == 0


def test_two_tabs_with_the_same_draft_are_one_declaration_if_they_say_the_same(
    phones: Phones, visited: Server
) -> None:
    page, place = phones.ready("gus"), somewhere()
    phones.wire.cut()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, at(place))
    page.wait_for_timeout(400)
    other = page.context.new_page()
    other.goto("/declare/out-of-hours-encounter")
    expect(other.get_by_text("This is what you began before.")).to_be_visible()
    for tab in (page, other):
        press(tab, "Check my answers")
        press(tab, "Send")
        heading(tab, "Saved on this phone. Not sent yet.")
    assert waiting(page) == 1


def test_two_tabs_with_the_same_draft_are_two_if_they_say_otherwise(
    phones: Phones, visited: Server
) -> None:
    page, met = phones.ready("gus"), [somewhere(), somewhere()]
    phones.wire.cut()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, at(met[0]))
    page.wait_for_timeout(400)
    other = page.context.new_page()
    other.goto("/declare/out-of-hours-encounter")
    expect(other.get_by_text("This is what you began before.")).to_be_visible()
    fill_in(other, {"Where was it?": met[1]})
    for tab in (page, other):
        press(tab, "Check my answers")
        press(tab, "Send")
        heading(tab, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    assert [places(visited)[place] for place in met] == [1, 1]


# Each answer, in words


def test_whoever_was_signed_out_in_the_meantime_signs_in_and_it_is_sent(
    phones: Phones, visited: Server
) -> None:
    page, place = phones.ready("gus"), somewhere()
    page.goto("/declare/out-of-hours-encounter")
    page.context.clear_cookies()
    fill_in(page, at(place))
    press(page, "Check my answers")
    press(page, "Send")
    expect(page.get_by_text("It is safe on this phone, and is sent once")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_text("Sign in to send: until then it is safe here.")).to_be_visible()
    assert places(visited)[place] == 0
    phones.sign_in(page, "gus")
    until_sent(page)
    assert places(visited)[place] == 1


def test_nobody_sends_or_reads_what_somebody_else_declared_on_the_same_phone(
    phones: Phones, visited: Server
) -> None:
    page, place = saved_without_signal(phones)
    page.context.clear_cookies()
    phones.wire.mend()
    page.goto("/sign-in")
    phones.sign_in(page, "amina")
    others = page.get_by_text("1 declaration of somebody else waits on this phone.")
    expect(others).to_be_visible()
    page.goto("/outbox")
    expect(page.get_by_text("Nothing of yours waits on this phone.")).to_be_visible()
    assert "SU-1042" not in page.content()
    page.evaluate("phone.deliver({now: true})")
    assert waiting(page) == 1
    assert places(visited)[place] == 0
    page.context.clear_cookies()
    phones.sign_in(page, "gus")
    until_sent(page)
    mine = visited.as_("gus").get("/api/declarations").json()["items"]
    assert [each["worker"] for each in mine if each["details"].get("place") == place] == ["gus"]


def test_what_is_refused_says_why_and_can_be_put_right(phones: Phones, visited: Server) -> None:
    wrong = {"Who was it with?": "Mrs Smith"}
    page, place = saved_without_signal(phones, **wrong)
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_text("Not sent: some answers need another look.")).to_be_visible()
    expect(page.get_by_role("listitem").get_by_text("Give the case reference")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Give the case reference")
    assert page.get_by_label("Where was it?").input_value() == place
    fill_in(page, {"Who was it with?": "SU-1042"})
    press(page, "Check my answers")
    heading(page, "Check your answers")
    press(page, "Send")
    heading(page, "It is in the register")
    assert waiting(page) == 0
    assert places(visited)[place] == 1


def told_already(phones: Phones, page: Page, place: str) -> None:
    """The register has the same id by another way, with this place."""
    id_ = page.evaluate("vault.all('outbox').then(([record]) => record.id)")
    body = page.evaluate(
        "vault.all('outbox').then(([record]) => outbox.open(record)).then(({body}) => body)"
    )
    body["captured_at"] = body["captured_at"][:11] + "00:00:00" + body["captured_at"][19:]
    body["details"]["place"] = place
    answer = phones.server.as_("gus").put(f"/api/declarations/{id_}", json=body)
    assert answer.status_code == 201, answer.text


def test_what_the_register_has_already_is_not_sent_twice(phones: Phones, visited: Server) -> None:
    page, place = saved_without_signal(phones)
    told_already(phones, page, place)
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    assert places(visited)[place] == 1


def test_other_answers_under_the_same_id_are_shown_and_sent_as_another(
    phones: Phones, visited: Server
) -> None:
    page, place = saved_without_signal(phones)
    elsewhere = somewhere()
    told_already(phones, page, elsewhere)
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_text("the register holds other answers")).to_be_visible()
    assert places(visited)[place] == 0
    press(page, "Send it as another declaration")
    expect(page.get_by_text("It is in the register.")).to_be_visible()
    until_sent(page)
    assert [places(visited)[each] for each in (place, elsewhere)] == [1, 1]


def test_however_often_it_is_sent_as_another_it_is_one(phones: Phones, visited: Server) -> None:
    page, place = saved_without_signal(phones)
    told_already(phones, page, f"Not {place}")
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_role("button", name="Send it as another declaration")).to_be_visible()
    page.evaluate("""async () => {
      const [record] = await vault.all("outbox");
      const telling = await outbox.open(record);
      await Promise.all([1, 2].map(() => outbox.sendAsAnother(record, telling)));
      await phone.deliver({now: true});
    }""")
    until_sent(page)
    assert places(visited)[place] == 1


def test_a_busy_register_is_tried_again_by_and_by(phones: Phones, visited: Server) -> None:
    page, place = phones.ready("gus"), somewhere()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, at(place))
    phones.wire.be_busy()
    press(page, "Check my answers")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    after, now = page.evaluate("vault.all('outbox').then(([record]) => [record.after, Date.now()])")
    assert after > now
    phones.wire.mend()
    heading(page, "It has been sent now")
    assert places(visited)[place] == 1


def test_a_phone_without_room_says_so_and_keeps_the_form(phones: Phones, visited: Server) -> None:
    page, place = phones.ready("gus"), somewhere()
    page.goto("/declare/out-of-hours-encounter")
    page.evaluate(FULL)
    fill_in(page, at(place))
    expect(page.get_by_text("what you write here is not being kept")).to_be_visible()
    phones.wire.cut()
    press(page, "Check my answers")
    press(page, "Send")
    expect(page.locator(".govuk-error-summary")).to_contain_text("neither sent nor saved")
    assert waiting(page) == 0
    phones.wire.mend()
    page.wait_for_timeout(1100)  # until then a second press counts as the first
    press(page, "Send")
    heading(page, "It is in the register")
    assert places(visited)[place] == 1


def test_what_waited_for_more_than_a_fortnight_counts_from_when_it_comes_in(
    phones: Phones, visited: Server
) -> None:
    page, _ = saved_without_signal(phones)
    page.goto("/outbox")
    old = page.get_by_text("it will count as told on the day the register receives it")
    expect(page.get_by_text("Not sent yet.", exact=True)).to_be_visible()
    expect(old).to_be_hidden()
    page.clock.set_fixed_time(time.time() + FIFTEEN_DAYS)
    page.reload()
    expect(old).to_be_visible()


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
    page.context.clear_cookies()
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
    page.context.clear_cookies()
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
