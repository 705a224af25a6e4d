"""A provider says that somebody signed out there (OIDC back-channel logout): their sessions end
here. Whatever is forged or replayed ends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from register.access import sessions
from tests.browser import Office, office
from tests.providers import (
    CLIENT,
    LOGGED_OUT,
    TIMES,
    SayingProvider,
    Traveller,
    open_to,
    saying,
    signs_in,
)

SUBJECT = "248289761001"
AGAIN = {"why": "again", "then": "/mine"}


def right_token(care: SayingProvider, here: Office, **told: Any) -> dict[str, Any]:
    """What a logout token rightly says; `told` says something besides or instead."""
    at = int(here.clock.shows.timestamp())
    usual = {
        "iss": care.issuer,
        "aud": CLIENT,
        "iat": at,
        "exp": at + 120,
        "jti": "one of a kind",
        "events": {LOGGED_OUT: {}},
        "sub": SUBJECT,
    }
    return {key: each for key, each in (usual | told).items() if each is not None}


def sent(here: Office, token: str, name: str = "care") -> httpx.Response:
    """The provider sends it: no browser, so neither origin nor cookie."""
    return Traveller(here.app).call(
        "POST", f"/sign-in/with/{name}/logout", data={"logout_token": token}
    )


def told_out(here: Office, care: SayingProvider, **told: Any) -> httpx.Response:
    return sent(here, care.signed(right_token(care, here, **told), typ="logout+jwt"))


def is_in(browser: Traveller) -> bool:
    return browser.get("/").status_code == 200


def test_the_session_that_it_names_ends_and_no_other(at_work: Office, care) -> None:
    phone, _ = signs_in(at_work, care, sid="phone")
    desk, _ = signs_in(at_work, care, sid="desk")
    answer = told_out(at_work, care, sid="phone")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (is_in(phone), is_in(desk)) == (False, True)


def test_without_a_session_all_of_the_subject_s_end(at_work: Office, care) -> None:
    phone, _ = signs_in(at_work, care, sid="phone")
    desk, _ = signs_in(at_work, care)
    ben, _ = signs_in(at_work, care, sub="of ben", email="ben@example.org")
    assert told_out(at_work, care).status_code == 200
    assert [is_in(each) for each in (phone, desk, ben)] == [False, False, True]


def test_a_session_is_enough_and_a_subject_is_enough(at_work: Office, care) -> None:
    phone, _ = signs_in(at_work, care, sid="phone")
    desk, _ = signs_in(at_work, care, sid="desk")
    assert told_out(at_work, care, sid="phone", sub=None, jti="1").status_code == 200
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert told_out(at_work, care, sid="", jti="2").status_code == 200
    assert not is_in(desk)


def test_whoever_signs_in_again_there_has_the_session_that_it_names_now(
    at_work: Office, care
) -> None:
    browser, _ = signs_in(at_work, care, sid="first")
    signs_in(at_work, care, browser, AGAIN, sid="second")
    told_out(at_work, care, sid="first", jti="1")
    assert is_in(browser)
    told_out(at_work, care, sid="second", jti="2")
    assert not is_in(browser)


def test_a_session_stays_with_the_provider_where_it_began(at_work: Office, care) -> None:
    with saying("other") as other:
        open_to(at_work, care.provider(), other.provider())
        browser, _ = signs_in(at_work, care, sid="first")
        signs_in(at_work, other, browser, {"why": "bind"}, sid="second")
        signs_in(at_work, other, browser, AGAIN, sid="third")
        told_out(at_work, care, sid="another", jti="1")
        assert is_in(browser)
        told_out(at_work, care, sid="first", jti="2")
        assert not is_in(browser)


def test_what_fails_half_way_is_taken_when_it_is_sent_again(
    at_work: Office, care, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = signs_in(at_work, care, sid="phone")

    def fails(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "end_of_provider", fails)
        assert told_out(at_work, care, sid="phone").status_code == 500
    assert told_out(at_work, care, sid="phone").status_code == 200
    assert not is_in(browser)


def test_what_names_a_session_of_another_provider_ends_nothing(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care, sid="phone")
    with saying("other") as other:
        open_to(at_work, care.provider(), other.provider())
        token = other.signed(right_token(other, at_work, sid="phone"), typ="logout+jwt")
        assert sent(at_work, token, "other").status_code == 200
        assert sent(at_work, token, "care").status_code == 400
    assert is_in(Traveller(at_work.app, browser.session))


# Forged ones


@pytest.fixture(scope="module")
def with_amina_in(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Office, SayingProvider, Traveller]]:
    """Amina has signed in by a provider; nothing here ends her session."""
    with office(tmp_path_factory.mktemp("forged")) as here, saying() as care:
        open_to(here, care.provider())
        browser, _ = signs_in(here, care, sid="phone")
        yield here, care, browser


Signed = Callable[[SayingProvider, dict[str, Any]], str]


def _typed(care: SayingProvider, claims: dict[str, Any]) -> str:
    return care.signed(claims, typ="logout+jwt")


FORGERIES: dict[str, tuple[dict[str, Any], Signed]] = {
    "of another sort": ({}, lambda care, claims: care.signed(claims, typ="JWT")),
    "an ID token": ({"nonce": "n", "events": None}, lambda care, claims: care.signed(claims)),
    "of another issuer": ({"iss": "https://another.example.org"}, _typed),
    "for somebody else": ({"aud": "another"}, _typed),
    "made long ago": ({"iat": 1}, _typed),
    "made in the future": ({"iat": 9_999_999_999}, _typed),
    "expired": ({"exp": 1}, _typed),
    "without an id": ({"jti": None}, _typed),
    "without what happened": ({"events": None}, _typed),
    "of something else": ({"events": {"another": {}}}, _typed),
    "with a nonce": ({"nonce": "n"}, _typed),
    "about nobody": ({"sub": None}, _typed),
    "unsigned": (
        {},
        lambda care, claims: care.signed_by_hand(claims, {"alg": "none", "typ": "logout+jwt"}, b""),
    ),
    "signed with another key": (
        {},
        lambda care, claims: care.signed(
            claims, ECKey.generate_key("P-256", {"kid": care.key.kid}), typ="logout+jwt"
        ),
    ),
    "none": ({}, lambda *_: ""),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("times", TIMES)
def test_a_forged_one_ends_nothing(with_amina_in, forgery, times: int) -> None:
    here, care, browser = with_amina_in
    told, sign = forgery
    for _ in range(times):
        answer = sent(here, sign(care, right_token(care, here, **told)))
        assert answer.status_code == 400
        assert answer.json() == {"error": "invalid_request"}
    assert is_in(browser)


@pytest.mark.parametrize("times", TIMES)
def test_each_is_taken_once(at_work: Office, care, times: int) -> None:
    token = care.signed(right_token(care, at_work), typ="logout+jwt")
    assert sent(at_work, token).status_code == 200
    browser, _ = signs_in(at_work, care)
    for _ in range(times):
        assert sent(at_work, token).status_code == 400
    at_work.clock.goes_on(timedelta(minutes=10))
    assert sent(at_work, token).status_code == 400
    assert is_in(browser)
