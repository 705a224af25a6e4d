"""A worker's phone that was put down for half an hour: it is enough to declare, and for nothing
else."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from register.access.means import How
from register.errors import UnauthenticatedError
from tests.browser import HOME, Browser, Office
from tests.cast import A_DAY, A_MINUTE, SERVICE_USERS, told
from tests.sessions import verified
from web.pages.adapter import PublicPage
from web.urls import OPERATIONS, PAGES

AGAIN = "/sign-in/again"
HALF_AN_HOUR = 30 * A_MINUTE
MANNERS = {"origin": HOME, "sec-fetch-site": "same-origin"}
SU = SERVICE_USERS["elm-house"]


def put_down(here: Office, person: str = "amina") -> Browser:
    session = verified(here.register, person)
    here.clock.goes_on(HALF_AN_HOUR)
    return Browser(here.app, session)


def put(browser: Browser, path: str, body: object) -> httpx.Response:
    return browser.call("PUT", path, json=body, headers=MANNERS)


def a_gift(here: Office) -> dict[str, object]:
    return told("gift", "amina", at=here.clock.shows)


def test_use_keeps_a_session_whole_and_half_an_hour_without_limits_it(here: Office) -> None:
    session = verified(here.register, "amina")
    for _ in range(3):
        here.clock.goes_on(HALF_AN_HOUR - A_MINUTE)
        assert not here.register.signing_in.session(session).is_limited
    here.clock.goes_on(HALF_AN_HOUR)
    for _ in range(2):  # using it does not make it whole again
        assert here.register.signing_in.session(session).is_limited


def test_whoever_proves_who_they_are_has_a_whole_session_again(here: Office) -> None:
    session = verified(here.register, "amina")
    here.clock.goes_on(3 * A_DAY)
    signing_in = here.register.signing_in
    new = signing_in.verified(session, How.PASSKEY, here.clock.shows)
    assert not signing_in.session(new).is_limited
    with pytest.raises(UnauthenticatedError):
        signing_in.session(session)


def test_above_and_beside_the_workers_a_session_is_whole_or_over(here: Office) -> None:
    for person in ("ben", "carol", "dev", "ada"):
        assert put_down(here, person).get("/").headers["location"] == "/sign-in"


def test_it_gives_the_empty_form(here: Office) -> None:
    here.declare("amina")
    offered = here.browser("amina").get("/declare/gift").text
    assert f'<option value="{SU}"' in offered
    form = put_down(here).get("/declare/gift")
    assert form.status_code == 200
    assert "<option" not in form.text
    assert "data-limited" in form.text
    assert put_down(here).get("/declare").status_code == 200


def test_without_javascript_one_can_declare_and_is_told_no_more_than_that(here: Office) -> None:
    browser = put_down(here)
    body = a_gift(here)
    form = {
        "id": str(uuid4()),
        "service_user": SU,
        "happened_on": body["happened_on"],
        **{f"details.{name}": str(value).lower() for name, value in body["details"].items()},
    }
    check = browser.post("/declare/gift", form)
    assert check.status_code == 200
    assert "once you have signed in again" in check.text
    assert not [name for name in ("Ben", "Carol", "6.0") if name in check.text]
    sent = browser.post("/declare/gift/send", form)
    assert sent.headers["location"] == f"/declarations/{form['id']}/sent"
    after = browser.get(sent.headers["location"])
    assert "It is in the register" in after.text
    assert SU not in after.text


def test_what_waits_on_the_phone_is_sent(here: Office) -> None:
    browser, path = put_down(here), f"/api/declarations/{uuid4()}"
    body = a_gift(here)
    for status in (201, 200):
        answer = put(browser, path, body)
        assert (answer.status_code, answer.json()) == (status, {"id": path[-36:]})


def test_of_what_was_declared_before_it_says_nothing_even_where_it_differs(here: Office) -> None:
    declared = here.declare("amina")
    answer = put(put_down(here), f"/api/declarations/{declared}", a_gift(here) | {"details": {}})
    assert answer.status_code in (401, 422)
    assert "Silver" not in answer.text
    other = told("gift", "amina", at=here.clock.shows, item="Another")
    refused = put(put_down(here), f"/api/declarations/{declared}", other)
    assert refused.status_code == 401
    assert "sign in again" in refused.json()["detail"]


OPEN = {
    ("GET", "/declare"),
    ("GET", "/declare/{kind}"),
    ("POST", "/declare/{kind}"),
    ("POST", "/declare/{kind}/send"),
    ("GET", "/declarations/{id}/sent"),
    ("PUT", "/api/declarations/{id}"),
    ("PUT", "/api/declarations/{id}/photographs/{photograph}"),
}
"""All that such a session is enough for, besides signing in and out and what is for everybody."""


def test_everything_else_asks_to_sign_in_again(here: Office) -> None:
    declared = here.declare("amina")
    browser = put_down(here)
    enough = set()
    for page in PAGES:
        if isinstance(page, PublicPage):
            continue
        answer = (
            browser.post(_at(page.path, declared), {})
            if page.method == "POST"
            else (browser.get(_at(page.path, declared)))
        )
        if answer.headers.get("location") != AGAIN:
            enough.add((page.method, page.path))
    for operation in OPERATIONS:
        if operation.is_public:
            continue
        path = _at(operation.path, declared)
        answer = browser.call(operation.method, path, headers=MANNERS)
        if answer.status_code != 401:
            enough.add((operation.method, operation.path))
    assert {each for each in enough if not each[1].startswith(AGAIN)} == OPEN
    part = browser.call("GET", "/", headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, AGAIN)


def _at(path: str, declared: object) -> str:
    return (
        path.replace("{id}", str(declared))
        .replace("{kind}", "gift")
        .replace("{photograph}", str(uuid4()))
        .replace("{action}", str(uuid4()))
        .replace("{worker}", "amina")
    )


def test_signing_out_works(here: Office) -> None:
    browser = put_down(here)
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    assert browser.get("/declare").headers["location"] == "/sign-in"
