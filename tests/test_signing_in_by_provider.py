"""Signing in at a provider (OIDC): who may come in by it, and every answer that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from events.access import SignInAdded, account_of
from register.access.means import How
from register.errors import NotFreshError
from tests.browser import Office, words
from tests.providers import (
    CLIENT,
    SayingProvider,
    Traveller,
    open_to,
    right_claims,
    saying,
    signs_in,
    what_is_stored,
)
from tests.sessions import verified

TIMES = [1, pytest.param(20, marks=pytest.mark.long)]
UNKNOWN = "Nobody here is known by this sign-in. Ask the administrator."


@pytest.fixture
def care() -> Iterator[SayingProvider]:
    with saying() as provider:
        yield provider


@pytest.fixture
def at_work(here: Office, care: SayingProvider) -> Office:
    open_to(here, care.provider())
    return here


def who(here: Office, browser: Traveller) -> str:
    assert browser.session is not None
    return here.register.signing_in.session(browser.session).person


# Who comes in


def test_the_page_shows_the_providers_that_there_are(at_work: Office, care) -> None:
    assert "Sign in with Care Login" in Traveller(at_work.app).get("/sign-in").text
    open_to(at_work)
    assert "Sign in with" not in Traveller(at_work.app).get("/sign-in").text


def test_the_first_time_a_verified_address_says_who_it_is(at_work: Office, care) -> None:
    browser, answer = signs_in(at_work, care)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert who(at_work, browser) == "amina"
    assert browser.get("/").status_code == 200
    assert set(browser.cookies) == {"register-session"}  # what the browser kept meanwhile is gone


def test_from_then_on_it_is_the_subject_alone(at_work: Office, care) -> None:
    signs_in(at_work, care)
    told = {"email": "ben@example.org"}
    browser, _ = signs_in(at_work, care, **told)
    assert who(at_work, browser) == "amina"
    browser, _ = signs_in(at_work, care, email=None, email_verified=None)
    assert who(at_work, browser) == "amina"


def test_the_person_is_told_of_a_binding_and_the_log_has_it(at_work: Office, care) -> None:
    signs_in(at_work, care)
    [added] = at_work.log.stream(account_of("amina"))
    assert isinstance(added, SignInAdded)
    assert (added.how, added.provider, added.added_by) == (How.PROVIDER, "care", "amina")
    news = at_work.register.account.news("amina", str)
    assert "was added to your account" in news[0].sentence
    signs_in(at_work, care)
    assert len(at_work.log.stream(account_of("amina"))) == 1


def test_an_address_is_the_same_in_capitals(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care, email=" Amina@Example.ORG ")
    assert who(at_work, browser) == "amina"


def test_an_address_may_come_from_the_page_of_the_user(at_work: Office, care) -> None:
    care.userinfo = {"sub": "248289761001", "email": "ben@example.org", "email_verified": True}
    browser, _ = signs_in(at_work, care, email=None, email_verified=None)
    assert who(at_work, browser) == "ben"


def test_the_user_whose_page_it_is_has_to_be_the_same(at_work: Office, care) -> None:
    care.userinfo = {"sub": "another", "email": "ben@example.org", "email_verified": True}
    browser, answer = signs_in(at_work, care, email=None, email_verified=None)
    assert (answer.status_code, browser.session) == (403, None)


def test_entra_is_known_by_tenant_and_object(here: Office) -> None:
    tenant = {"tid": "9122040d", "xms_edov": True, "email_verified": None}
    with saying(path="/9122040d/v2.0") as entra:
        open_to(here, entra.provider())
        signs_in(here, entra, oid="1", **tenant)
        browser, _ = signs_in(here, entra, oid="1", sub="of another application", **tenant)
        assert who(here, browser) == "amina"
        _, answer = signs_in(here, entra, oid="2", **tenant)
        assert answer.status_code == 403


def test_entra_says_otherwise_that_an_address_is_verified(here: Office) -> None:
    with saying(path="/9122040d/v2.0") as entra:
        open_to(here, entra.provider())
        of_entra = {"tid": "9122040d", "oid": "1", "email_verified": None}
        _, answer = signs_in(here, entra, xms_edov=False, **of_entra)
        assert answer.status_code == 403
        _, answer = signs_in(here, entra, xms_edov="1", **of_entra)
        assert answer.status_code == 303


def test_two_tabs_may_be_at_the_provider_at_once(at_work: Office, care) -> None:
    browser = Traveller(at_work.app)
    asked = [browser.sets_out(), browser.sets_out()]
    for each in reversed(asked):
        code = care.gives(right_claims(care, each["nonce"], at_work.clock.shows))
        assert browser.comes_back(state=each["state"], code=code, iss=care.issuer).status_code == 303


def test_a_browser_keeps_only_a_few_ways(at_work: Office, care) -> None:
    browser = Traveller(at_work.app)
    for _ in range(9):
        browser.sets_out()
    assert len(browser.cookies) == 6


def test_a_new_session_takes_the_place_of_the_one_before(at_work: Office, care) -> None:
    browser, _ = signs_in(at_work, care)
    before = browser.session
    signs_in(at_work, care, browser)
    assert browser.session != before
    assert Traveller(at_work.app, before).get("/").headers["location"] == "/sign-in"


def test_what_the_browser_tells_the_provider(at_work: Office, care) -> None:
    asked = Traveller(at_work.app).sets_out()
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == "http://register.test/sign-in/with/care/callback"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid email"
    assert "max_age" not in asked


def test_on_https_the_cookie_is_for_this_host_alone(at_work: Office, care) -> None:
    from web.app import create_app

    home = "https://register.test"
    app = create_app(at_work.register, address=home, providers={"care": care.provider()})
    answer = Traveller(app).call("POST", "/sign-in/with/care", headers={"origin": home})
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-register-way-")
    for each in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert each in cookie


# Who does not


def refused(here: Office, answer: httpx.Response, browser: Traveller, says: str) -> None:
    assert answer.status_code == 403, answer.text
    assert browser.session is None
    assert says in words(answer)
    assert "<h1" in answer.text
    assert "example.org" not in answer.text


NOBODY: dict[str, dict[str, Any]] = {
    "a stranger": {"email": "somebody@example.org"},
    "an unverified address": {"email_verified": False},
    "an address nobody vouches for": {"email_verified": None},
    "no address": {"email": None},
    "an empty address": {"email": ""},
    "an address that is none": {"email": ["amina@example.org"]},
}


@pytest.mark.parametrize("told", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("times", TIMES)
def test_whoever_is_unknown_is_told_so_without_names(
    at_work: Office, care, told: dict[str, Any], times: int
) -> None:
    before = what_is_stored(at_work.register)
    for _ in range(times):
        browser, answer = signs_in(at_work, care, **told)
        refused(at_work, answer, browser, UNKNOWN)
    assert what_is_stored(at_work.register) == before


def test_an_address_says_nothing_where_the_provider_is_not_trusted_with_it(
    at_work: Office, care
) -> None:
    open_to(at_work, care.provider(trust_email=False))
    browser, answer = signs_in(at_work, care)
    refused(at_work, answer, browser, UNKNOWN)


@pytest.mark.parametrize("times", TIMES)
def test_nobody_is_bound_a_second_time_by_an_address(at_work: Office, care, times: int) -> None:
    signs_in(at_work, care)
    before = what_is_stored(at_work.register)
    for each in range(times):
        browser, answer = signs_in(at_work, care, sub=f"another {each}")
        refused(at_work, answer, browser, "already signs in there with another account")
    assert what_is_stored(at_work.register) == before


def test_two_people_with_one_address_are_neither(at_work: Office, care) -> None:
    from register.directory.files import Files
    from tests.cast import CASES, cast_files  # noqa: F401
    from tests.renaming import with_address

    with_address(at_work.register, "gus", "amina@example.org")
    before = what_is_stored(at_work.register)
    browser, answer = signs_in(at_work, care)
    refused(at_work, answer, browser, "More than one person here has the email address")
    assert what_is_stored(at_work.register) == before


def test_whoever_has_left_is_known_by_nothing(at_work: Office, care) -> None:
    from tests.renaming import leaves

    signs_in(at_work, care)
    leaves(at_work.register, "amina")
    browser, answer = signs_in(at_work, care)
    refused(at_work, answer, browser, UNKNOWN)


# Forged answers


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
    from tests.providers import SECRET

    return care.signed_by_hand(claims, {"alg": "HS256"}, SECRET.encode())


def _by_another_key(care: SayingProvider, claims: dict[str, Any]) -> str:
    return SayingProvider.signed(_stranger(care), claims)


def _stranger(care: SayingProvider) -> Any:
    from joserfc.jwk import ECKey

    class Stranger:
        key = ECKey.generate_key("P-256", {"kid": care.key.kid})

    return Stranger


def _changed(care: SayingProvider, claims: dict[str, Any]) -> str:
    import base64
    import json

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
        refused(at_work, browser.comes_back(**answer), browser, "Nobody was signed in")
    assert what_is_stored(at_work.register) == before


@pytest.mark.parametrize("times", TIMES)
def test_a_state_of_another_browser_is_refused(at_work: Office, care, times: int) -> None:
    for _ in range(times):
        mine, theirs = Traveller(at_work.app), Traveller(at_work.app)
        asked = theirs.sets_out()
        mine.sets_out()
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = mine.comes_back(state=asked["state"], code=code, iss=care.issuer)
        refused(at_work, answer, mine, "did not begin in this browser")


def test_a_cookie_that_was_changed_or_renamed_is_refused(at_work: Office, care) -> None:
    for spoil in (lambda each: each[:-2] + ("00" if each[-2:] != "00" else "11"), lambda _: "zz"):
        browser = Traveller(at_work.app)
        asked = browser.sets_out()
        browser.cookies = {name: spoil(each) for name, each in browser.cookies.items()}
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
        refused(at_work, answer, browser, "did not begin in this browser")


@pytest.mark.parametrize("times", TIMES)
def test_an_answer_is_taken_once(at_work: Office, care, times: int) -> None:
    for _ in range(times):
        browser = Traveller(at_work.app)
        asked, kept = browser.sets_out(), dict(browser.cookies)
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = {"state": asked["state"], "code": code, "iss": care.issuer}
        assert browser.comes_back(**answer).status_code == 303
        before = what_is_stored(at_work.register)
        thief = Traveller(at_work.app)
        thief.cookies = kept
        refused(at_work, thief.comes_back(**answer), thief, "has been used already")
        assert what_is_stored(at_work.register) == before


def test_an_answer_that_comes_after_ten_minutes_is_refused(at_work: Office, care) -> None:
    browser = Traveller(at_work.app)
    asked = browser.sets_out()
    at_work.clock.goes_on(timedelta(minutes=10))
    code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
    answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
    refused(at_work, answer, browser, "more than ten minutes ago")


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
                refused(at_work, answer, browser, "Nobody was signed in")
        assert what_is_stored(at_work.register) == before


def test_another_issuer_is_refused_by_a_provider_that_needs_not_say_it(
    at_work: Office, care
) -> None:
    care.metadata = {"authorization_response_iss_parameter_supported": None}
    for issuer, status in ((None, 303), ("https://another.example.org", 403)):
        browser = Traveller(at_work.app)
        asked = browser.sets_out()
        code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
        answer = browser.comes_back(state=asked["state"], code=code, iss=issuer)
        assert answer.status_code == status


def test_a_key_that_is_new_is_asked_for(at_work: Office, care) -> None:
    from joserfc.jwk import ECKey

    signs_in(at_work, care)
    care.key = ECKey.generate_key("P-256", {"kid": "a new one", "use": "sig"})
    [known] = at_work.app.state.providers.values()
    known._keys_at -= 60
    _, answer = signs_in(at_work, care)
    assert answer.status_code == 303


def test_whoever_signs_in_too_weakly_is_told_how(at_work: Office, care) -> None:
    open_to(at_work, care.provider(acr=("AAL2_OR_AAL3_ANY", "AAL3_ANY")))
    browser = Traveller(at_work.app)
    assert browser.sets_out()["acr_values"] == "AAL2_OR_AAL3_ANY AAL3_ANY"
    for acr in ("AAL1_USERPASS", None):
        browser, answer = signs_in(at_work, care, acr=acr)
        refused(at_work, answer, browser, "not strong enough")
    _, answer = signs_in(at_work, care, acr="AAL3_ANY")
    assert answer.status_code == 303
