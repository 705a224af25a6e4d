"""A person's own account: where they are signed in, their tokens, and news of both."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from events.access import SignInAdded, account_of
from register.access.means import How
from register.access.tables import kept_pages
from tests.browser import HOME, Browser, Office
from tests.cast import A_DAY, A_MINUTE
from tests.sessions import verified

SHIFT = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/125.0 Mobile Safari"}
MANNERS = {"origin": HOME, "sec-fetch-site": "same-origin"}


def is_signed_in(here: Office, session: str) -> bool:
    return Browser(here.app, session).get("/").status_code == 200


def as_token(here: Office, token: str, path: str = "/api/alerts") -> httpx.Response:
    return Browser(here.app, None).call("GET", path, headers={"authorization": f"Bearer {token}"})


# Sessions


def test_a_session_says_which_browser_it_is_and_how_it_began(here: Office) -> None:
    code = here.register.signing_in.invite("amina")
    headers = {"origin": HOME, **SHIFT}
    answer = Browser(here.app, None).call("POST", f"/sign-in/{code}", headers=headers)
    browser = Browser(here.app, answer.cookies["register-session"])
    page = browser.get("/account").text
    assert "Chrome on Android</strong> (this one)" in page
    assert "Signed in by a link" in page
    (session,) = browser.get("/api/sessions").json()["items"]
    assert (session["browser"], session["how"], session["is_this"]) == (
        "Chrome on Android",
        "link",
        True,
    )


def test_a_person_ends_one_of_their_sessions_or_all_others(here: Office) -> None:
    one, other, third = (verified(here.register, "amina") for _ in range(3))
    browser = Browser(here.app, one)
    ids = {
        each["id"] for each in browser.get("/api/sessions").json()["items"] if not each["is_this"]
    }
    first = ids.pop()
    assert browser.post("/account/sessions", {"end": first}).headers["location"] == "/account"
    assert sorted([is_signed_in(here, other), is_signed_in(here, third)]) == [False, True]
    browser.post("/account/sessions", {"end": "others"})
    assert [is_signed_in(here, each) for each in (one, other, third)] == [True, False, False]


def test_by_the_api_too(here: Office) -> None:
    one, other = (verified(here.register, "amina") for _ in range(2))
    browser = Browser(here.app, one)
    items = browser.get("/api/sessions").json()["items"]
    (theirs,) = [each["id"] for each in items if not each["is_this"]]
    answers = [
        browser.call("POST", f"/api/sessions/{theirs}/end", json={}, headers=MANNERS)
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [204, 204]
    assert not is_signed_in(here, other)


def test_nobody_ends_a_session_of_somebody_else(here: Office) -> None:
    session = verified(here.register, "gus")
    (theirs,) = here.register.signing_in.sessions_of("gus")
    amina = here.browser("amina")
    amina.post("/account/sessions", {"end": theirs.id})
    assert is_signed_in(here, session)


def test_an_administrator_signs_somebody_out_and_they_are_told(here: Office) -> None:
    session = verified(here.register, "amina")
    ada = here.browser("ada")
    assert "A browser" in ada.get("/people/amina/sessions").text
    ada.post("/people/amina/sessions")
    assert not is_signed_in(here, session)
    home = here.browser("amina").get("/").text
    assert "You were signed out everywhere, by Ada" in home
    assert "not signed in anywhere" in ada.get("/people/gus/sessions").text
    assert ada.get("/people/nobody/sessions").status_code == 404


# News


def test_what_was_added_is_told_until_it_is_seen(here: Office) -> None:
    added = SignInAdded(
        originator_id=account_of("amina"), person="amina", how=How.PASSKEY, added_by="amina"
    )
    here.register.account.record(added)
    amina = here.browser("amina")
    page = amina.get("/").text
    assert "A passkey was added to your account, by you." in page
    assert "Was that not you" in page
    assert "A passkey was added" in amina.get("/account").text
    up_to = re.search(r'name="up_to" value="(\d+)"', page)
    assert up_to is not None
    amina.post("/account/seen", {"up_to": up_to[1], "home": "yes"})
    assert "A passkey was added" not in amina.get("/").text
    assert "A passkey was added" not in here.browser("gus").get("/").text


# Tokens


def made(browser: Browser, **fields: object) -> httpx.Response:
    return browser.post("/account/tokens", {"name": "The rota", "scopes": ["read"], **fields})


def token_in(page: httpx.Response) -> str:
    found = re.search(r"<code>([A-Za-z0-9_-]{43})</code>", page.text)
    assert found is not None, page.text
    return found[1]


def test_a_token_is_shown_once_and_works(here: Office) -> None:
    ben = here.browser("ben")
    token = token_in(made(ben))
    assert as_token(here, token).status_code == 200
    listed = ben.get("/account/tokens").text
    assert "The rota" in listed
    assert token not in listed
    assert "Not used yet" in listed
    assert "A token “The rota” was made" in ben.get("/").text


def test_no_address_leads_back_to_a_token(here: Office) -> None:
    """A browser that goes to the answer as a page has it at once, and it is kept nowhere."""
    answer = here.browser("ben").post(
        "/account/tokens",
        {"name": "The rota", "scopes": ["read"]},
        headers={"sec-fetch-mode": "navigate"},
    )
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert as_token(here, token_in(answer)).status_code == 200
    with here.log.database.read() as connection:
        assert connection.execute(kept_pages.select()).all() == []


def test_its_last_use_is_shown(here: Office) -> None:
    ben = here.browser("ben")
    token = token_in(made(ben))
    here.clock.goes_on(6 * A_MINUTE)
    assert as_token(here, token).status_code == 200
    (shown,) = as_token(here, token, "/api/tokens").json()["items"]
    assert shown["used_at"] == "2026-11-16T10:06:00Z"


def test_a_person_ends_a_token(here: Office) -> None:
    ben = here.browser("ben")
    token = token_in(made(ben))
    (known,) = here.register.tokens.of("ben")
    ben.post("/account/tokens/end", {"token": known.id})
    assert as_token(here, token).status_code == 401
    assert "was ended, by you" in ben.get("/").text


def test_an_administrator_ends_a_token_of_somebody(here: Office) -> None:
    token = token_in(made(here.browser("ben")))
    (known,) = here.register.tokens.of("ben")
    ada = here.browser("ada")
    assert "The rota" in ada.get("/people/ben/tokens").text
    ada.post("/people/ben/tokens", {"token": known.id})
    assert as_token(here, token).status_code == 401


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "error-summary"),
        ({"name": "x" * 61}, "1 to 60"),
        ({"scopes": []}, "Choose what it is for"),
        ({"scopes": ["scim"]}, "Only an administrator"),
        ({"scopes": ["everything"]}, "problem"),
        ({"services": ["the-moon"]}, "No service here has the id"),
        ({"until": "16/11/2026"}, "Choose a day after today"),
        ({"until": "17/11/2027"}, "no later than in a year"),
        ({"until": "soon"}, "Write the day"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    here: Office, fields: dict[str, object], words: str
) -> None:
    answer = made(here.browser("ben"), **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert here.register.tokens.of("ben") == []


def test_a_token_is_made_by_somebody_who_has_just_proved_who_they_are(here: Office) -> None:
    ben = here.browser("ben")
    here.clock.goes_on(6 * A_MINUTE)
    assert made(ben).headers["location"].startswith("/sign-in/again")
    by_link = here.register.signing_in.begin("ben", How.LINK)
    assert made(Browser(here.app, by_link)).headers["location"].startswith("/sign-in/again")
    answer = Browser(here.app, by_link).call(
        "POST", "/api/tokens", json={"name": "The rota", "scopes": ["read"]}, headers=MANNERS
    )
    assert answer.status_code == 403
    assert here.register.tokens.of("ben") == []


def test_an_administrator_has_tokens_that_change_people(here: Office) -> None:
    made(here.browser("ada"), scopes=["scim"])
    (token,) = here.register.tokens.of("ada")
    assert token.scopes == {"scim"}


@pytest.mark.parametrize(("days", "status"), [(364, 401), (89, 200), (90, 401)])
def test_it_ends_in_a_year_and_when_nobody_uses_it(here: Office, days: int, status: int) -> None:
    token = token_in(made(here.browser("ben")))
    here.clock.goes_on(days * A_DAY)
    assert as_token(here, token).status_code == status


def test_it_ends_in_a_year_however_much_it_is_used(here: Office) -> None:
    token = token_in(made(here.browser("ben")))
    for _ in range(4):
        here.clock.goes_on(80 * A_DAY)
        assert as_token(here, token).status_code == 200
    here.clock.goes_on(45 * A_DAY)
    assert as_token(here, token).status_code == 401


def test_it_ends_on_the_day_that_was_said(here: Office) -> None:
    token = token_in(made(here.browser("ben"), until="18/11/2026"))
    here.clock.goes_on(timedelta(days=1, hours=13))
    assert as_token(here, token).status_code == 200
    here.clock.goes_on(timedelta(hours=1))
    assert as_token(here, token).status_code == 401


def test_a_token_makes_and_ends_no_token_and_no_session(here: Office) -> None:
    token = token_in(made(here.browser("ben"), scopes=["read", "declare", "act"]))
    for path in ("/api/tokens", "/api/tokens/made-up/end", "/api/sessions/made-up/end"):
        answer = Browser(here.app, None).call(
            "POST", path, json={}, headers={"authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 403, path
    assert as_token(here, token, "/api/sessions").status_code == 403


@pytest.mark.parametrize("scope", ["read", "declare", "act"])
def test_a_token_is_for_what_its_scope_says(here: Office, scope: str) -> None:
    token = token_in(made(here.browser("amina"), scopes=[scope]))
    declared = here.declare("amina")
    headers = {"authorization": f"Bearer {token}"}
    asked = {
        "read": ("GET", f"/api/declarations/{declared}"),
        "declare": ("PUT", f"/api/declarations/{declared}"),
        "act": ("POST", f"/api/declarations/{declared}/withdrawal"),
    }
    for each, (method, path) in asked.items():
        answer = Browser(here.app, None).call(method, path, headers=headers, json={})
        assert (answer.status_code == 403) == (each != scope), (each, answer.text)
