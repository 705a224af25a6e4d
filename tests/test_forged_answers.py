"""Answers of a provider (OIDC) that are forged, replayed, late or mixed up are refused in words."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.browser import Office, office
from tests.providers import (
    CLIENT,
    SECRET,
    TIMES,
    SayingProvider,
    Traveller,
    open_to,
    refused,
    right_claims,
    saying,
    what_is_stored,
)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all tests in which everything is refused, so that nothing is left of any."""
    with office(tmp_path_factory.mktemp("refusing")) as found:
        yield found


@pytest.fixture
def at_work(refusing: Office, care: SayingProvider) -> Office:
    open_to(refusing, care.provider())
    return refusing


@dataclass
class Forgery:
    """What is wrong with an answer."""

    told: dict[str, Any] = field(default_factory=dict)
    """In the ID token."""
    answer: dict[str, str | None] = field(default_factory=dict)
    """In the address to which the browser comes back."""
    sign: Callable[[SayingProvider, dict[str, Any]], str] | None = None


def _unsigned(care: SayingProvider, claims: dict[str, Any]) -> str:
    return care.signed_by_hand(claims, {"alg": "none"}, b"")


def _by_public_key(care: SayingProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": care.key.kid}
    return care.signed_by_hand(claims, header, care.key.as_pem(private=False))


def _by_the_secret(care: SayingProvider, claims: dict[str, Any]) -> str:
    return care.signed_by_hand(claims, {"alg": "HS256"}, SECRET.encode())


def _by_another_key(care: SayingProvider, claims: dict[str, Any]) -> str:
    return care.signed(claims, ECKey.generate_key("P-256", {"kid": care.key.kid}))


def _changed(care: SayingProvider, claims: dict[str, Any]) -> str:
    header, _, signature = care.signed({**claims, "sub": "somebody else"}).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{body}.{signature}"


FORGERIES = {
    "a state that is none": Forgery(answer={"state": "forged"}),
    "no state": Forgery(answer={"state": None}),
    "a code that is none": Forgery(answer={"code": "forged"}),
    "no code": Forgery(answer={"code": None}),
    "an answer of another issuer": Forgery(answer={"iss": "https://another.example.org"}),
    "an answer of no issuer": Forgery(answer={"iss": None}),
    "an answer that declines": Forgery(answer={"error": "access_denied"}),
    "another nonce": Forgery({"nonce": "forged"}),
    "no nonce": Forgery({"nonce": None}),
    "another issuer": Forgery({"iss": "https://another.example.org"}),
    "no issuer": Forgery({"iss": None}),
    "for somebody else": Forgery({"aud": "another"}),
    "for somebody else too": Forgery({"aud": [CLIENT, "another"], "azp": CLIENT}),
    "for nobody": Forgery({"aud": None}),
    "asked for by somebody else": Forgery({"azp": "another"}),
    "expired": Forgery({"exp": 1}),
    "without an end": Forgery({"exp": None}),
    "made long ago": Forgery({"iat": 1}),
    "made in the future": Forgery({"iat": 9_999_999_999}),
    "made at no time": Forgery({"iat": None}),
    "made at a time that is none": Forgery({"iat": float("nan")}),
    "of nobody": Forgery({"sub": None}),
    "of an empty subject": Forgery({"sub": ""}),
    "of a subject that is none": Forgery({"sub": 7}),
    "unsigned": Forgery(sign=_unsigned),
    "signed with the public key": Forgery(sign=_by_public_key),
    "signed with the secret": Forgery(sign=_by_the_secret),
    "signed with another key": Forgery(sign=_by_another_key),
    "changed": Forgery(sign=_changed),
    "no token": Forgery(sign=lambda *_: ""),
    "a token in two parts": Forgery(sign=lambda *_: "e30.e30"),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("times", TIMES)
def test_a_forged_answer_is_refused_in_words(
    at_work: Office, care, forgery: Forgery, times: int
) -> None:
    if forgery.sign is not None:
        forge = forgery.sign
        care.sign = lambda claims: forge(care, claims)
    before = what_is_stored(at_work.register)
    for _ in range(times):
        browser = Traveller(at_work.app)
        asked = browser.sets_out()
        now = at_work.clock.shows
        code = care.gives(right_claims(care, asked["nonce"], now, **forgery.told))
        answer = {"state": asked["state"], "code": code, "iss": care.issuer, **forgery.answer}
        refused(browser.comes_back(**answer), browser, "Nobody was signed in")
    assert what_is_stored(at_work.register) == before


@pytest.mark.parametrize("times", TIMES)
def test_a_state_of_another_browser_is_refused(at_work: Office, care, times: int) -> None:
    for _ in range(times):
        mine, theirs = Traveller(at_work.app), Traveller(at_work.app)
        asked = theirs.sets_out()
        mine.sets_out()
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = mine.comes_back(state=asked["state"], code=code, iss=care.issuer)
        refused(answer, mine, "did not begin in this browser")


def test_a_cookie_that_was_changed_or_renamed_is_refused(at_work: Office, care) -> None:
    for spoil in (lambda each: each[:-2] + ("00" if each[-2:] != "00" else "11"), lambda _: "zz"):
        browser = Traveller(at_work.app)
        asked = browser.sets_out()
        browser.cookies = {name: spoil(each) for name, each in browser.cookies.items()}
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
        refused(answer, browser, "did not begin in this browser")


@pytest.mark.parametrize("times", TIMES)
def test_an_answer_is_taken_once(here: Office, care, times: int) -> None:
    open_to(here, care.provider())
    for _ in range(times):
        browser = Traveller(here.app)
        asked, kept = browser.sets_out(), dict(browser.cookies)
        code = care.gives(right_claims(care, asked["nonce"], here.clock.shows))
        answer = {"state": asked["state"], "code": code, "iss": care.issuer}
        assert browser.comes_back(**answer).status_code == 303
        before = what_is_stored(here.register)
        thief = Traveller(here.app)
        thief.cookies = kept
        refused(thief.comes_back(**answer), thief, "has been used already")
        assert what_is_stored(here.register) == before


def test_an_answer_that_comes_after_ten_minutes_is_refused(here: Office, care) -> None:
    open_to(here, care.provider())
    browser = Traveller(here.app)
    asked = browser.sets_out()
    here.clock.goes_on(timedelta(minutes=10))
    code = care.gives(right_claims(care, asked["nonce"], here.clock.shows))
    answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
    refused(answer, browser, "more than ten minutes ago")


@pytest.mark.parametrize("times", TIMES)
def test_the_answer_of_another_provider_is_refused(at_work: Office, care, times: int) -> None:
    """The mix-up: a provider sends the browser back with what another one has given."""
    with saying("other") as other:
        open_to(at_work, care.provider(), other.provider(label="Other Login"))
        before = what_is_stored(at_work.register)
        for _ in range(times):
            browser = Traveller(at_work.app)
            asked = browser.sets_out("other")
            code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
            for at, issuer in (("care", care.issuer), ("other", care.issuer)):
                answer = browser.comes_back(at, state=asked["state"], code=code, iss=issuer)
                refused(answer, browser, "Nobody was signed in")
        assert what_is_stored(at_work.register) == before


def test_another_issuer_is_refused_by_a_provider_that_needs_not_say_it(here: Office, care) -> None:
    open_to(here, care.provider())
    care.metadata = {"authorization_response_iss_parameter_supported": None}
    for issuer, status in ((None, 303), ("https://another.example.org", 403)):
        browser = Traveller(here.app)
        asked = browser.sets_out()
        code = care.gives(right_claims(care, asked["nonce"], here.clock.shows))
        answer = browser.comes_back(state=asked["state"], code=code, iss=issuer)
        assert answer.status_code == status
