"""Before what matters most, people sign in again by more than a link; nothing is lost by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from argon2 import PasswordHasher

from register.access.means import How
from register.access.who_may import row_of
from tests.authenticators import Authenticator
from tests.browser import COOKIE, HOME, Browser, Office, fields, words
from tests.sessions import verified
from web.edge.allowances import Strangers
from web.urls import OPERATIONS, PAGES

AGAIN = "/sign-in/again"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "violin teapot gravel seven"
SIX_MINUTES = timedelta(minutes=6)
REASON = "It is worth too much, and <b>she</b> knows."
DECISION = {"outcome": "return", "reason": REASON}
AS_A_PAGE = {"sec-fetch-mode": "navigate"}


@pytest.fixture(autouse=True)
def hashed_in_no_time(here: Office) -> None:
    here.register.passwords.hasher = QUICK


def stale(here: Office, person: str, how: How = How.PASSKEY) -> Browser:
    """Somebody who signed in six minutes ago; by a link they have proved nothing."""
    if how is How.LINK:
        session = here.register.signing_in.begin(person, how)
    else:
        session = verified(here.register, person, how)
    here.clock.goes_on(SIX_MINUTES)
    return Browser(here.app, session)


def then(answer: httpx.Response) -> str:
    """Where the browser comes back to that is sent to sign in again."""
    assert answer.status_code == 303, answer.text
    address = urlsplit(answer.headers["location"])
    assert address.path == AGAIN
    return parse_qs(address.query)["then"][0]


def by_password(here: Office, browser: Browser, back_to: str, password: str = GOOD):
    here.app.state.strangers = Strangers()  # its places are bound to the loop of one visit
    return browser.post(f"{AGAIN}/password", {"password": password, "then": back_to})


def followed(here: Office, answer: httpx.Response) -> tuple[Browser, str]:
    """The browser with its session's new secret, and where it is sent."""
    assert answer.status_code == 303, answer.text
    return Browser(here.app, answer.cookies[COOKIE]), answer.headers["location"]


@pytest.fixture
def gift(here: Office) -> UUID:
    return here.declare("amina", worth="60.00")


def decided(here: Office, gift: UUID):
    return here.register.read.declaration("carol", str(gift)).decision


# A decision


def test_a_decision_waits_for_a_new_sign_in_and_nothing_is_lost(here: Office, gift: UUID) -> None:
    here.register.passwords.set("carol", GOOD, ())
    carol, path = stale(here, "carol"), f"/declarations/{gift}/decision"
    assert carol.get(path).status_code == 200
    back_to = then(carol.post(path, DECISION, headers=AS_A_PAGE))
    assert decided(here, gift) is None
    carol, back = followed(here, by_password(here, carol, back_to))
    assert back == back_to
    page = carol.get(back)
    assert "Nothing is sent yet" in words(page)
    assert REASON not in page.text  # escaped, in the form
    assert carol.post(path, {**DECISION}, headers=AS_A_PAGE).status_code == 303
    assert decided(here, gift).reason == REASON
    assert fields(page, path)["outcome"] == "return"


def test_what_was_filled_in_is_shown_to_nobody_else(here: Office, gift: UUID) -> None:
    carol, path = stale(here, "carol"), f"/declarations/{gift}/decision"
    back_to = then(carol.post(path, DECISION))
    assert "worth too much" in carol.get(back_to).text
    others = here.browser("carol").get(back_to)
    assert (others.status_code, others.headers["location"]) == (303, path)


def test_a_fresh_sign_in_is_asked_for_nothing_more(here: Office, gift: UUID) -> None:
    answer = here.browser("carol").post(f"/declarations/{gift}/decision", DECISION)
    assert answer.headers["location"] == f"/declarations/{gift}?done=decision"


def test_a_link_is_never_enough(here: Office, gift: UUID) -> None:
    carol = Browser(here.app, here.register.signing_in.begin("carol", How.LINK))
    then(carol.post(f"/declarations/{gift}/decision", DECISION))
    page = words(carol.get(AGAIN))
    assert "A link is not enough for this" in page
    assert "Add a passkey to your account" in page
    assert decided(here, gift) is None


def test_a_browsers_call_of_the_api_is_refused_in_words(here: Office, gift: UUID) -> None:
    call = f"/api/declarations/{gift}/decision"
    answer = stale(here, "carol").post(call, json=DECISION)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "forbidden")
    assert "sign in again first" in problem["detail"]
    assert here.browser("carol").post(call, json=DECISION).status_code == 200


# What else takes it


def test_an_export_takes_it_and_begins_at_its_page(here: Office) -> None:
    dev = stale(here, "dev")
    assert then(dev.get("/register.csv", kind="gift")) == "/register?kind=gift"
    assert here.browser("dev").get("/register.csv").status_code == 200


def test_a_change_of_people_takes_it(here: Office) -> None:
    ada = stale(here, "ada")
    assert ada.get("/people/upload").status_code == 200
    form = {"known_at": "1", "held.people": "aWQ="}
    back_to = then(ada.post("/people/upload/confirm", form))
    assert back_to.startswith("/people/upload?kept=")
    assert fields(ada.get(back_to), "/people/upload/confirm") == form


def test_these_pages_and_calls_take_it() -> None:
    pages = {f"{each.method} {each.path}" for each in PAGES if getattr(each, "fresh", False)}
    assert pages == {
        "POST /declarations/{id}/decision",
        "GET /register.csv",
        "GET /looks.ndjson",
        "POST /register/proof",
        "GET /register/proof/{job}/bundle",
        "POST /account/tokens",
        "POST /erasures/ask",
        "POST /erasures/{erasure}",
        "POST /holds/{hold}/lift",
        "POST /requests/{request}/bundle",
        "POST /requests/{request}/disclosures",
        "POST /people/new",
        "POST /people/of/{person}",
        "POST /people/services/new",
        "POST /people/services/of/{service}",
        "POST /people/changes/{change}",
        "POST /people/slips",
        "POST /people/{person}/cover",
        "POST /people/{person}/link",
        "POST /people/{person}/sessions",
        "POST /people/{person}/sign-in",
        "POST /people/{person}/tokens",
        "POST /people/upload/confirm",
    }
    calls = {f"{each.method} {each.path}" for each in OPERATIONS if each.fresh}
    assert calls == {
        "POST /api/declarations/{id}/decision",
        "POST /api/covers",
        "POST /api/erasures",
        "POST /api/erasures/{erasure}/confirmation",
        "POST /api/erasures/{erasure}/refusal",
        "POST /api/holds/{hold}/lift",
        "POST /api/requests/{request}/bundle",
        "POST /api/requests/{request}/disclosures",
        "POST /api/roles",
        "POST /api/tokens",
    }


def test_no_token_does_what_takes_it_but_to_decide() -> None:
    """A token cannot prove who has it; a decision it makes where its owner said so."""
    by_token = {
        f"{each.method} {each.path}"
        for each in OPERATIONS
        if each.fresh and row_of(each.method, each.path).scope is not None
    }
    assert by_token == {"POST /api/declarations/{id}/decision"}


# By what


def with_passkey(here: Office, person: str) -> Authenticator:
    phone = Authenticator("register.test", HOME)
    browser = here.browser(person)
    made = json.dumps(phone.made(browser.get("/account/passkeys/options").json()))
    answer = browser.post("/account/passkeys", {"name": "Phone", "signed": made})
    assert answer.status_code == 303, answer.text
    return phone


def by_passkey(here: Office, browser: Browser, phone: Authenticator, options=None):
    here.app.state.strangers = Strangers()
    options = options or browser.get(f"{AGAIN}/options").json()
    answer = json.dumps(phone.used(options))
    return browser.post(f"{AGAIN}/passkey", {"signed": answer, "then": "/inbox"})


def test_by_a_passkey_of_ones_own(here: Office) -> None:
    phone, others = with_passkey(here, "carol"), with_passkey(here, "ben")
    carol = stale(here, "carol")
    refused = by_passkey(here, carol, others)
    assert (refused.status_code, "belongs to somebody else" in words(refused)) == (422, True)
    carol_again, back = followed(here, by_passkey(here, carol, phone))
    assert back == "/inbox"
    assert carol_again.get("/account/passkeys").status_code == 200
    assert carol.get("/").headers["location"] == "/sign-in"  # its secret is over


def test_what_a_passkey_said_to_sign_in_is_not_taken_for_it(here: Office) -> None:
    phone = with_passkey(here, "carol")
    for other in (Browser(here.app, None).get("/sign-in/passkey/options"), None):
        options = (other or here.browser("carol").get(f"{AGAIN}/options")).json()
        refused = by_passkey(here, stale(here, "carol"), phone, options)
        assert refused.status_code == 422


def test_by_the_password_with_as_few_tries_as_ever(here: Office) -> None:
    here.register.passwords.set("carol", GOOD, ())
    carol = stale(here, "carol")
    codes = [by_password(here, carol, "/", f"wrong {each}").status_code for each in range(11)]
    assert codes == [422] * 10 + [429]


def test_in_a_demo_it_is_enough_to_say_so(here: Office) -> None:
    carol = stale(here, "carol", How.DEMO)
    assert carol.post(AGAIN, {"then": "/inbox"}).status_code == 422
    here.app.state.is_demo = True
    assert "I am Carol" in words(carol.get(AGAIN))
    again, back = followed(here, carol.post(AGAIN, {"then": "/inbox"}))
    assert back == "/inbox"
    assert again.get("/account/passkeys").status_code == 200


# Where it leads


@pytest.mark.parametrize(
    "away",
    [
        *("https://register.example.net", "//register.example.net", "/\\register.example.net"),
        *("javascript:alert(1)", "", "inbox", "/inbox\r\nSet-Cookie: a=b", "/\u2028", "/" * 3000),
    ],
)
def test_it_leads_nowhere_else(here: Office, away: str) -> None:
    here.app.state.is_demo = True
    answer = here.browser("carol").post(AGAIN, {"then": away})
    assert answer.headers["location"] == "/"


def test_whoever_is_not_signed_in_is_sent_to_sign_in(here: Office) -> None:
    nobody = Browser(here.app, None)
    asked: list[Callable[[], httpx.Response]] = [
        lambda: nobody.get(AGAIN),
        lambda: nobody.get(f"{AGAIN}/options"),
        lambda: nobody.post(f"{AGAIN}/password", {"password": GOOD}),
    ]
    assert {each().headers["location"] for each in asked} == {"/sign-in"}


def test_a_phone_that_was_put_down_is_told_why(here: Office) -> None:
    here.register.passwords.set("amina", GOOD, ())
    amina = Browser(here.app, verified(here.register, "amina"))
    here.clock.goes_on(timedelta(minutes=31))
    assert amina.get("/mine").headers["location"].startswith(AGAIN)
    assert "You did not use the register here for a while" in words(amina.get(AGAIN))
    again, _ = followed(here, by_password(here, amina, "/mine"))
    assert again.get("/mine").status_code == 200
