"""What a phone knows of somebody's work without a signal, and what it tells afterwards."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.chromium import PATIENCE
from tests.outboxes import saved_without_signal
from tests.phones import (
    MEETING,
    Phones,
    declare,
    fill_in,
    heading,
    press,
    until_sent,
    wait_for_worker,
)
from tests.server import CASES, Installation, Server
from tests.test_offline import answer_by_name
from tests.usual import USUAL

if TYPE_CHECKING:
    from playwright.sync_api import Page

ON_CALL, SAFEGUARDING = "01632 960114", "01632 960271"
CONTACTS = f"On-call manager {ON_CALL}; Safeguarding {SAFEGUARDING}"
WHICH = "Which service was this at?"
UNKNOWN = {"Which service user is this about?": "ZZ-404"}
NEWS = "Your declaration has been sent."


@pytest.fixture(scope="module")
def visited(
    new_installation: Callable[..., Installation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with the cast, where gus works at two services, and one has contacts."""
    installation = new_installation("sqlite")
    installation.set_up()
    files = tmp_path_factory.mktemp("files") / "cases"
    shutil.copytree(CASES, files)
    change(files / "people.csv", "worker,ben,elm-house,", "worker,ben,riverside;elm-house,", "gus,")
    head, *services = (CASES / "services.csv").read_text(encoding="utf-8").splitlines()
    with_contacts = [f"{head},contacts", f"{services[0]},{CONTACTS}", f"{services[1]},"]
    (files / "services.csv").write_text("\n".join(with_contacts), encoding="utf-8")
    installation.load(files)
    with installation.serving() as server:
        yield server


def change(path: Path, was: str, now: str, begins: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [line.replace(was, now) if line.startswith(begins) else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")


def without_signal(phones: Phones, person: str) -> Page:
    page = phones.ready(person)
    until(page, f"vault.read('keys', 'work/{person}').then(Boolean)")
    phones.wire.cut()
    return page


def until(page: Page, is_so: str) -> None:
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(f"self.vault && {is_so}"):
        assert time.monotonic() < give_up_at, is_so
        page.wait_for_timeout(50)


def declared(server: Server, person: str) -> dict[str, Any]:
    found: dict[str, Any] = server.as_(person).get("/api/declarations").json()["items"][0]
    return found


# Whom to call


@pytest.mark.parametrize("path", ["/declare", "/mine"])
def test_whom_to_call_is_known_without_a_signal(phones: Phones, path: str) -> None:
    page = without_signal(phones, "amina")
    page.goto(path)
    risk = page.get_by_role("note")
    expect(risk).to_contain_text("Otherwise: On-call manager")
    call = risk.get_by_role("link", name=ON_CALL, exact=True)
    assert call.get_attribute("href") == "tel:01632960114"
    expect(risk.get_by_role("link", name=SAFEGUARDING, exact=True)).to_be_visible()


def test_where_no_contacts_are_known_the_usual_words_stand(phones: Phones) -> None:
    page = without_signal(phones, "eve")
    page.goto("/declare")
    expect(page.get_by_role("note")).to_contain_text("call your manager or the on-call line")


def test_signing_out_takes_what_the_phone_knew(phones: Phones) -> None:
    page, _ = saved_without_signal(phones, "eve")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    press(page, "Sign out")
    page.wait_for_url("**/sign-in")
    assert page.evaluate("vault.all('keys')") == []


# Which service


def test_who_works_at_two_services_says_which_where_nobody_can_know(
    phones: Phones, visited: Server
) -> None:
    page = without_signal(phones, "gus")
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, MEETING | UNKNOWN)
    press(page, "Check my answers")
    expect(page.get_by_role("alert")).to_contain_text(WHICH)
    fill_in(page, {WHICH: "Elm House"})
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.locator("dl")).to_contain_text("Elm House")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    found = declared(visited, "gus")
    assert (found["service"], found["service_user"]) == ("elm-house", "ZZ-404")


def test_it_is_not_asked_about_somebody_who_is_listed(phones: Phones) -> None:
    page = phones.ready("gus")
    page.goto("/declare/out-of-hours-encounter")
    until(page, "vault.read('drafts', 'gus/references').then(Boolean)")
    phones.wire.cut()
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, MEETING)
    press(page, "Check my answers")
    heading(page, "Check your answers")


def test_who_works_at_one_service_is_not_asked(phones: Phones) -> None:
    page = without_signal(phones, "amina")
    declare(page, MEETING | UNKNOWN)
    heading(page, "Saved on this phone. Not sent yet.")


# Who declares


@pytest.mark.parametrize("path", ["/declare", "/offline/declare", "/register"])
def test_who_cannot_declare_is_led_to_no_form(phones: Phones, path: str) -> None:
    page = without_signal(phones, "dev")
    page.goto(path)
    expect(page.get_by_text(re.compile("(needs|without) a signal"))).to_be_visible()
    expect(page.get_by_role("link", name="A gift", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Declare something")).to_be_hidden()


# What was sent while nobody looked


def test_what_was_sent_in_the_background_is_told_until_it_could_be_read(phones: Phones) -> None:
    page, _ = saved_without_signal(phones, "amina")
    page.goto("about:blank")
    phones.wire.mend()
    page.context.service_workers[0].evaluate("deliverAll()")
    page.goto("/")
    news = page.get_by_text(NEWS)
    expect(news).to_be_visible()
    page.goto("/mine")
    expect(news).to_be_visible()  # nobody had the time to read it
    until(page, "vault.read('keys', 'sent/amina').then((left) => !left)")
    page.goto("/")
    wait_for_worker(page)
    page.wait_for_timeout(500)
    expect(news).to_be_hidden()


def test_the_page_of_what_was_sent_says_enough(phones: Phones) -> None:
    page, _ = saved_without_signal(phones, "amina")
    page.goto("about:blank")
    phones.wire.mend()
    page.context.service_workers[0].evaluate("deliverAll()")
    page.goto("/")
    page.get_by_role("link", name="See it in the register").click()
    heading(page, "It is in the register")
    until(page, "vault.read('keys', 'sent/amina').then((left) => !left)")
    expect(page.get_by_text(NEWS)).to_be_hidden()


def test_what_is_sent_from_the_form_is_told_there_alone(phones: Phones) -> None:
    page = phones.ready("amina")
    declare(page)
    heading(page, "It is in the register")
    until(page, "vault.read('keys', 'sent/amina').then((left) => !left)")
    page.goto("/")
    wait_for_worker(page)
    expect(page.get_by_text(NEWS)).to_be_hidden()


# What a kind need not ask, and what it must


def test_about_nobody_the_service_is_said_and_one_at_least_is_chosen(
    phones: Phones, visited: Server
) -> None:
    page, kind = phones.ready("gus"), "talk-about-others"
    phones.wire.cut()
    page.goto(f"/declare/{kind}")
    answer_by_name(page, {**USUAL[kind], "what": []})
    press(page, "Check my answers")
    summary = page.locator(".govuk-error-summary")
    expect(summary.get_by_role("link")).to_have_text(
        [f"{WHICH} Choose an answer.", "What was it? Choose at least one."]
    )
    answer_by_name(page, {"what": ["gossip", "with_third_party"]}, service="riverside")
    press(page, "Check my answers")
    heading(page, "Check your answers")
    press(page, "Send")
    heading(page, "Saved on this phone. Not sent yet.")
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    found = visited.as_("gus").get("/api/workers/gus/declarations").json()["items"]
    [made] = [each for each in found if each["kind"] == kind]
    assert made["details"]["what"] == ["gossip", "with_third_party"]
    assert (made["service_user"], made["service"]) == (None, "riverside")
