"""What was declared without a signal is sent once, whatever happens in between, and never lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.at_length import first_now
from tests.phones import (
    WITHOUT_LOCKS,
    WITHOUT_SYNC,
    WITHOUT_TIMEOUTS,
    Phones,
    declare,
    end_session,
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
    from playwright.sync_api import Page
from tests.outboxes import at, saved_without_signal, somewhere

MODERN = pytest.param((), id="with locks and sync")
OLD = pytest.param((WITHOUT_LOCKS, WITHOUT_SYNC, WITHOUT_TIMEOUTS), id="without")
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
# As its button does, also where the other tab was so quick that the button is gone.
SEND_NOW = "() => { outbox.deliver({ now: true }); }"
FULL = """() => { IDBObjectStore.prototype.put = () => {
  throw new DOMException("There is no room.", "QuotaExceededError");
}; }"""
FIFTEEN_DAYS = 15 * 24 * 3600


def declare_at(page: Page, place: str) -> None:
    """The same, quicker: a script fills in the form."""
    page.bring_to_front()
    page.goto("/declare/out-of-hours-encounter")
    page.evaluate(FILL_IN, place)
    press(page, "Check my answers")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")


# Once each, none lost


@pytest.mark.parametrize("without", first_now(OLD, MODERN))
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
    two.evaluate(SEND_NOW)
    until_sent(one)
    found = places(visited)
    assert {place: found[place] for place in met} == dict.fromkeys(met, 1)


@pytest.mark.parametrize("without", first_now(MODERN, OLD))
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
    end_session(phones, page)
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
    end_session(phones, page)
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
    end_session(phones, page)
    phones.sign_in(page, "gus")
    until_sent(page)
    mine = visited.as_("gus").get("/api/declarations").json()["items"]
    assert [each["worker"] for each in mine if each["details"].get("place") == place] == ["gus"]


def test_what_is_refused_says_why_and_can_be_put_right(phones: Phones, visited: Server) -> None:
    wrong = {"Which service user is this about?": "Mrs Smith"}
    page, place = saved_without_signal(phones, **wrong)
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_text("Not sent: some answers need another look.")).to_be_visible()
    expect(page.get_by_role("listitem").get_by_text("Write the case reference")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Write the case reference")
    assert page.get_by_label("Where was it?").input_value() == place
    fill_in(page, {"Which service user is this about?": "SU-1042"})
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
