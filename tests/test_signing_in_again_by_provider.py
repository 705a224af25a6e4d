"""Signing in once more at a provider before something that matters, and adding a provider to one's
account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from register.access.means import How
from register.errors import ForbiddenError, NotFoundError, NotFreshError
from tests.browser import Office, fields, links, words
from tests.providers import (
    Traveller,
    open_to,
    refused,
    right_claims,
    saying,
    signs_in,
    what_is_stored,
)
from tests.sessions import verified

AGAIN = {"why": "again", "then": "/declarations/7/decision"}
BIND = {"why": "bind"}


def is_fresh(here: Office, browser: Traveller) -> bool:
    try:
        here.register.signing_in.check_fresh(browser.session or "")
    except NotFreshError:
        return False
    return True


def moment(here: Office, minutes: float) -> int:
    """So many minutes ago, as providers write it."""
    return int((here.clock.shows - timedelta(minutes=minutes)).timestamp())


# Again


def test_whoever_proves_it_again_goes_on_where_they_were(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    at_work.clock.goes_on(timedelta(minutes=6))
    assert not is_fresh(at_work, browser)
    before = browser.session
    _, answer = signs_in(at_work, care, browser, AGAIN)
    assert answer.headers["location"] == "/declarations/7/decision"
    assert is_fresh(at_work, browser)
    assert browser.session != before


def test_the_provider_is_asked_to_have_them_sign_in_anew(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    asked = browser.sets_out(**AGAIN)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")


@pytest.mark.parametrize("ago", [5.1, 60, None, "now", True, -2], ids=str)
def test_what_they_proved_longer_ago_counts_for_nothing(at_work: Office, care, ago) -> None:
    browser, _ = signs_in(at_work, care)
    at_work.clock.goes_on(timedelta(minutes=6))
    at = moment(at_work, ago) if type(ago) in (int, float) else ago
    _, answer = signs_in(at_work, care, browser, AGAIN, auth_time=at)
    assert answer.status_code == 403
    assert not is_fresh(at_work, browser)


def test_it_has_to_be_the_same_person(at_work: Office, care) -> None:
    signs_in(at_work, care, sub="of ben", email="ben@example.org")
    browser, _ = signs_in(at_work, care)
    at_work.clock.goes_on(timedelta(minutes=6))
    for told in ({"sub": "of ben"}, {"sub": "of nobody"}):
        _, answer = signs_in(at_work, care, browser, AGAIN, **told)
        assert answer.status_code == 403
        assert not is_fresh(at_work, browser)


def test_it_has_to_be_the_same_session(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    other, _ = signs_in(at_work, care)
    at_work.clock.goes_on(timedelta(minutes=6))
    asked = browser.sets_out(**AGAIN)
    browser.cookies["register-session"] = other.session or ""
    code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
    answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
    assert answer.status_code == 403
    assert not is_fresh(at_work, other)


def test_nobody_is_sent_anywhere_else(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    for then in ("https://evil.example.org", "//evil.example.org", "/\\evil", "x", "/a\nb", "/\tb"):
        _, answer = signs_in(at_work, care, browser, {"why": "again", "then": then})
        assert answer.headers["location"] == "/"


def test_whoever_is_not_signed_in_signs_in_first(at_work: Office, care) -> None:
    for why in ("again", "bind"):
        answer = Traveller(at_work.app).post("/sign-in/with/care", why=why)
        assert answer.headers["location"] == "/sign-in"
    assert Traveller(at_work.app).post("/sign-in/with/care", why="else").status_code == 404
    assert Traveller(at_work.app).post("/sign-in/with/nobody").status_code == 404


def test_the_page_to_sign_in_again_has_one_s_providers(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    page = browser.get("/sign-in/again?then=/mine")
    assert "Sign in again with Care Login" in page.text
    assert fields(page, "/sign-in/with/care") == {"why": "again", "then": "/mine"}
    assert "Sign in again with" not in signed_in(at_work, "ben").get("/sign-in/again").text


# Signing in says when


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (4, True), (60, False), (None, False)])
def test_signing_in_is_as_fresh_as_the_provider_says(
    at_work: Office, care, ago: int | None, fresh: bool
) -> None:
    at = None if ago is None else moment(at_work, ago)
    browser, _ = signs_in(at_work, care, auth_time=at)
    assert is_fresh(at_work, browser) is fresh
    session = at_work.register.signing_in.session(browser.session or "")
    assert (session.how, session.is_limited) == (How.PROVIDER, False)


# Adding a provider, and letting go of it


def bound(here: Office, person: str) -> list[str]:
    return [each.provider for each in here.register.bindings.of(person)]


def signed_in(here: Office, person: str) -> Traveller:
    return Traveller(here.app, verified(here.register, person))


def test_whoever_is_signed_in_may_add_a_provider(at_work: Office, care) -> None:
    open_to(at_work, care.provider(trust_email=False))
    browser = signed_in(at_work, "ben")
    _, answer = signs_in(at_work, care, browser, BIND)
    assert answer.headers["location"] == "/account/providers?done=added"
    assert bound(at_work, "ben") == ["care"]
    browser, _ = signs_in(at_work, care)
    assert at_work.register.signing_in.session(browser.session or "").person == "ben"
    assert at_work.register.account.news("ben", str)


def test_only_freshly(at_work: Office, care) -> None:
    browser = signed_in(at_work, "ben")
    asked = browser.sets_out(**BIND)
    at_work.clock.goes_on(timedelta(minutes=6))
    answer = browser.post("/sign-in/with/care", **BIND)
    assert answer.headers["location"] == "/sign-in/again?then=%2Faccount%2Fproviders"
    code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
    browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
    assert bound(at_work, "ben") == []


def test_whoever_came_in_by_a_link_adds_their_first_way(at_work: Office, care) -> None:
    open_to(at_work, care.provider(trust_email=False))
    browser = Traveller(at_work.app)
    browser.post(f"/sign-in/{at_work.register.signing_in.invite('ben')}")
    _, answer = signs_in(at_work, care, browser, BIND)
    assert answer.status_code == 303
    assert bound(at_work, "ben") == ["care"]


def test_an_account_there_is_one_person_s_here(at_work: Office, care) -> None:
    signs_in(at_work, care)
    before = what_is_stored(at_work.register)
    browser = signed_in(at_work, "ben")
    _, answer = signs_in(at_work, care, browser, BIND)
    assert answer.status_code == 409
    assert "already somebody else" in answer.text
    assert bound(at_work, "ben") == []
    assert what_is_stored(at_work.register)[:2] == before[:2]


def test_one_account_there_is_enough(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    _, answer = signs_in(at_work, care, browser, BIND, sub="another")
    assert answer.status_code == 409
    _, answer = signs_in(at_work, care, browser, BIND)
    assert answer.status_code == 303
    assert bound(at_work, "amina") == ["care"]


def test_one_person_may_use_two_providers(at_work: Office, care) -> None:
    with saying("other") as other:
        open_to(at_work, care.provider(), other.provider())
        browser, _ = signs_in(at_work, care)
        stranger, answer = signs_in(at_work, other)
        refused(answer, stranger, "already signs in with another account, there or elsewhere")
        assert "add this one under “Your account”" in words(answer)
        assert bound(at_work, "amina") == ["care"]
        signs_in(at_work, other, browser, BIND)
        browser, _ = signs_in(at_work, other)
        assert at_work.register.signing_in.session(browser.session or "").person == "amina"
    assert bound(at_work, "amina") == ["care", "other"]


def test_an_administrator_lets_go_of_it_and_ends_its_sessions(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    at_work.register.bindings.unbind("ada", "amina", "care")
    assert bound(at_work, "amina") == []
    assert browser.get("/").headers["location"] == "/sign-in"
    assert "removed" in at_work.register.account.news("amina", str)[0].sentence
    with pytest.raises(NotFoundError):
        at_work.register.bindings.unbind("ada", "amina", "care")


def test_one_may_let_go_of_one_s_own_and_nobody_else_may(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    for by in ("ben", "carol", "dev"):
        with pytest.raises(ForbiddenError):
            at_work.register.bindings.unbind(by, "amina", "care")
    session = at_work.register.signing_in.session(browser.session or "")
    at_work.register.bindings.unbind("amina", "amina", "care", session.id)
    assert bound(at_work, "amina") == []
    assert browser.get("/").status_code == 200


# The pages


def test_one_sees_where_one_signs_in_and_removes_it(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    assert "Care Login Added 16 November 2026" in words(browser.get("/account"))
    page = words(browser.get("/account/providers"))
    assert "You can sign in there. Added 16 November 2026" in page
    assert "Remove Care Login" in page
    removed = browser.post("/account/providers/remove", id="care")
    assert removed.headers["location"] == "/account/providers?done=removed"
    assert bound(at_work, "amina") == []
    page = words(browser.get("/account/providers?done=removed"))
    assert "It is removed." in page
    assert "Add Care Login" in page
    assert "/account/providers" in links(browser.get("/account"))


def test_an_administrator_sees_and_removes_it_for_somebody(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    ada = signed_in(at_work, "ada")
    assert "/people/amina/sign-in" in links(ada.get("/people/of/amina"))
    assert "Remove Care Login" in words(ada.get("/people/amina/sign-in"))
    assert "has no way of their own to sign in yet" in words(ada.get("/people/ben/sign-in"))
    assert ada.get("/people/nobody/sign-in").status_code == 404
    removed = ada.post("/people/amina/sign-in", how="provider", id="care")
    assert removed.headers["location"] == "/people/amina/sign-in?done=removed"
    assert bound(at_work, "amina") == []
    assert ada.post("/people/amina/sign-in", how="provider", id="care").status_code == 303
    assert browser.get("/").headers["location"] == "/sign-in"


def test_nothing_is_removed_by_whoever_did_not_prove_who_they_are(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    ada = signed_in(at_work, "ada")
    at_work.clock.goes_on(timedelta(minutes=6))
    assert browser.post("/account/providers/remove", id="care").status_code != 200
    answer = ada.post("/people/amina/sign-in", how="provider", id="care")
    assert answer.headers["location"].startswith("/sign-in/again")
    assert bound(at_work, "amina") == ["care"]
