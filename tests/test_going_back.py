"""Nobody is asked to send a form again: answers to forms are kept for Back, for some minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from register.access.kept_pages import MOST, kept_pages
from tests.browser import Browser, Office
from tests.chromium import Windows
from tests.covering import covers
from tests.erasing import erase_at_once
from tests.gifts import declare, tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOES_TO_A_PAGE = {"sec-fetch-mode": "navigate"}
SECRET = "Her late husband's watch"
UNFINISHED = {"id": "1", "details.item": SECRET}
MET: dict[str, Any] = {
    "place": "The library",
    "arranged": False,
    "approached_by": "service_user",
    "minutes": 5,
    "wished_not_recognised": False,
    "agreed_to": None,
}


def sent(browser: Browser, form: dict[str, str] | None = None) -> str:
    """Send a form with mistakes, as a browser does; gives where its answer is kept."""
    answer = browser.post("/declare/gift", form or UNFINISHED, headers=GOES_TO_A_PAGE)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removesuffix("#problems")


def shows(answer: httpx.Response) -> bool:
    return SECRET.replace("'", "&#39;") in answer.text


def rows(here: Office) -> list[Any]:
    with here.log.database.read() as connection:
        return list(connection.execute(kept_pages.select()))


def test_the_answer_is_kept_at_an_address_that_says_nothing_of_it(here: Office) -> None:
    amina = here.browser("amina")
    address = sent(amina)
    assert address.startswith("/declare/gift?kept=")
    for _ in range(2):
        answer = amina.get(address)
        assert (answer.status_code, shows(answer)) == (422, True)
        assert answer.headers["cache-control"] == "no-store"


def test_a_script_has_its_answer_at_once(here: Office) -> None:
    answer = here.browser("amina").post("/declare/gift", UNFINISHED)
    assert (answer.status_code, shows(answer)) == (422, True)
    assert rows(here) == []


def test_the_database_cannot_open_what_it_keeps(here: Office) -> None:
    sent(here.browser("amina"))
    (row,) = rows(here)
    assert SECRET.encode() not in row.box


@pytest.mark.parametrize("person", ["amina", "gus"])
def test_another_session_has_the_empty_form(here: Office, person: str) -> None:
    address = sent(here.browser("amina"))
    answer = here.browser(person).get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/declare/gift")


def test_after_a_quarter_of_an_hour_it_is_gone(here: Office) -> None:
    amina = here.browser("amina")
    address = sent(amina)
    here.clock.goes_on(timedelta(minutes=15))
    assert amina.get(address).headers["location"] == "/declare/gift"
    sent(amina)
    assert len(rows(here)) == 1


def test_a_form_that_has_done_what_it_was_for_is_not_kept(here: Office) -> None:
    ben, met = here.browser("ben"), here.declare("amina", "out-of-hours-encounter")
    path = f"/declarations/{met}/acknowledgement"
    refused = ben.post(path, {"note": ""}, headers=GOES_TO_A_PAGE)
    assert len(rows(here)) == 1
    done = ben.post(path, {"note": "Read."}, headers=GOES_TO_A_PAGE)
    assert done.headers["location"].endswith("?done=acknowledgement")
    assert rows(here) == []
    assert ben.get(refused.headers["location"].partition("#")[0]).headers["location"] == path


def test_who_may_see_it_is_asked_again(there: Office) -> None:
    cover = covers(there, "ben", by="mo")
    met = there.declare("amina", "out-of-hours-encounter")
    mo = there.browser("mo")
    path = f"/declarations/{met}/acknowledgement"
    refused = mo.post(path, {"note": ""}, headers=GOES_TO_A_PAGE)
    address = refused.headers["location"].partition("#")[0]
    assert mo.get(address).status_code == 422
    there.register.covering.end("ben", str(cover.id))
    assert mo.get(address).status_code == 404


def test_it_is_shown_at_its_own_address_alone(there: Office) -> None:
    """Any other page says only who may see that one."""
    covers(there, "ben", by="mo")
    met = there.declare("amina", "out-of-hours-encounter")
    mo = there.browser("mo")
    path = f"/declarations/{met}/acknowledgement"
    refused = mo.post(path, {"note": ""}, headers=GOES_TO_A_PAGE)
    name = refused.headers["location"].partition("=")[2].partition("#")[0]
    for other in ("/account", f"/declarations/{met}"):
        answer = mo.get(other, kept=name)
        assert (answer.status_code, answer.headers["location"]) == (303, other)
    assert mo.get(path, kept=name).status_code == 422


def test_once_anything_is_erased_nothing_is_kept(there: Office) -> None:
    sent(there.browser("amina"))
    erase_at_once(there.register, of="declaration", declaration=str(there.declare("amina")))
    assert rows(there) == []


def test_an_address_with_a_name_that_nothing_has_makes_no_page_and_keeps_no_look(
    here: Office,
) -> None:
    """Another site can send a browser there: neither is a sign-in asked for nor a file begun."""
    here.declare("amina")
    dev = here.browser("dev")
    for path in ("/register.csv", "/register", "/looks.ndjson"):
        assert dev.get(path, kept="x").headers["location"] == path
    here.clock.goes_on(timedelta(minutes=6))
    assert dev.get("/register.csv", kept="x").headers["location"].startswith("/sign-in/again")
    assert here.browser("dev").get("/api/looks").json()["items"] == []


def test_signing_out_leaves_nothing(here: Office) -> None:
    amina = here.browser("amina")
    sent(amina)
    amina.post("/sign-out")
    assert rows(here) == []


def test_no_session_fills_the_database(here: Office) -> None:
    amina = here.browser("amina")
    first = sent(amina)
    for _ in range(MOST):
        here.clock.goes_on(timedelta(seconds=1))
        last = sent(amina)
    assert len(rows(here)) == MOST
    assert amina.get(first).status_code == 303
    assert amina.get(last).status_code == 422


@pytest.mark.parametrize("name", ["", "made-up", "%00", "é" * 200])
def test_a_name_that_nothing_has_leads_to_the_form(here: Office, name: str) -> None:
    answer = here.browser("amina").get("/declare/gift", kept=name)
    assert answer.headers["location"] == "/declare/gift"


# In a real browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def see_the_problem(page: Page) -> None:
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_in_viewport()


def acknowledging(windows: Windows, scripts: bool) -> Page:
    met = tell(windows.server, "amina", "out-of-hours-encounter", MET)
    page = windows.open("ben", scripts=scripts)
    page.goto(f"/declarations/{met['id']}/acknowledgement")
    return page


def test_back_after_a_mistake_was_put_right(windows: Windows, scripts: bool) -> None:
    page = acknowledging(windows, scripts)
    press(page, "Nothing more is needed")
    see_the_problem(page)
    page.reload()
    see_the_problem(page)
    page.get_by_label("What was said and agreed?").fill("We talked.")
    press(page, "Nothing more is needed")
    page.wait_for_url("**?done=acknowledgement")
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("link", name="Declarations register")).to_be_visible()


def test_back_from_another_page_has_what_was_written(windows: Windows, scripts: bool) -> None:
    gift = declare(windows.server)
    page = windows.open("carol", scripts=scripts)
    page.goto(f"/declarations/{gift['id']}/decision")
    page.get_by_label("Why?").fill("A farewell present.")
    press(page, "Decide")
    see_the_problem(page)
    page.goto("/inbox")
    page.go_back()
    see_the_problem(page)
    expect(page.get_by_label("Why?")).to_have_value("A farewell present.")


def test_a_failed_acknowledgement_shows_what_is_wrong(windows: Windows, scripts: bool) -> None:
    """Also after another row was asked for, to which the browser had gone down."""
    page = acknowledging(windows, scripts)
    page.get_by_text("Something more is needed").click()
    press(page, "Add another action")
    expect(page.get_by_role("group", name="Action 2")).to_be_in_viewport()
    page.get_by_label("What is to be done?").first.fill("Talk again")
    press(page, "Acknowledge")
    see_the_problem(page)


def test_back_to_what_a_form_was_answered_with(windows: Windows, scripts: bool) -> None:
    page = windows.open("amina", scripts=scripts)
    page.goto("/should-i-declare")
    page.get_by_label("No", exact=True).check()
    press(page, "Go on")
    asked = page.get_by_role("checkbox").first
    expect(asked).to_be_visible()
    page.goto("/mine")
    page.go_back()
    expect(asked).to_be_visible()
