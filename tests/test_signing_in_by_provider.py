"""Signing in at a provider (OIDC): who comes in by it, and who does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from events.access import SignInAdded, account_of
from register.access.means import How
from tests.browser import Office
from tests.providers import (
    CLIENT,
    TIMES,
    Traveller,
    open_to,
    refused,
    right_claims,
    saying,
    signs_in,
    what_is_stored,
)
from tests.renaming import leaves, with_address
from web.app import create_app
from web.pages.access.oidc import knowing

UNKNOWN = "Nobody here is known by this sign-in. Ask the administrator."


def who(here: Office, browser: Traveller) -> str:
    assert browser.session is not None
    return here.register.signing_in.session(browser.session).person


# Who comes in


def test_the_page_shows_the_providers_that_there_are(at_work: Office, care) -> None:
    assert "Sign in with Care Login" in Traveller(at_work.app).get("/sign-in").text
    open_to(at_work)
    assert "Sign in with Care Login" not in Traveller(at_work.app).get("/sign-in").text


def test_the_first_time_a_verified_address_says_who_it_is(at_work: Office, care) -> None:
    browser, answer = signs_in(at_work, care)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert who(at_work, browser) == "amina"
    assert browser.get("/").status_code == 200
    kept = {"register-session", "register-device"}
    assert set(browser.cookies) == kept  # what the browser kept meanwhile is gone


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


@pytest.mark.parametrize("email", ["\uff41mina@example.org", "am\u0131na@example.org"])
def test_an_address_that_only_looks_the_same_is_another(at_work: Office, care, email: str) -> None:
    browser, answer = signs_in(at_work, care, email=email)
    refused(answer, browser, UNKNOWN)


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
        assert (
            browser.comes_back(state=each["state"], code=code, iss=care.issuer).status_code == 303
        )


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


def test_what_the_provider_gives_stays_on_the_server_and_is_not_kept(
    here: Office, care, tmp_path: Path
) -> None:
    open_to(here, care.provider())
    given: list[str] = []

    def sign(claims: dict[str, Any]) -> str:
        given.append(care.signed(claims))
        return given[-1]

    care.sign = sign
    _, answer = signs_in(here, care)
    assert answer.status_code == 303
    [token] = given
    stored = b"".join(each.read_bytes() for each in tmp_path.glob("register.sqlite*"))
    said = f"{answer.headers}{answer.text}"
    for part in token.split("."):
        assert part not in said
        assert part.encode() not in stored


def test_on_https_the_cookie_is_for_this_host_alone(at_work: Office, care) -> None:
    home = "https://register.test"
    app = create_app(at_work.register, address=home, providers={"care": care.provider()})
    answer = Traveller(app).call("POST", "/sign-in/with/care", headers={"origin": home})
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-register-way-")
    for each in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert each in cookie


# Who does not


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
        refused(answer, browser, UNKNOWN)
    assert what_is_stored(at_work.register) == before


def test_an_address_says_nothing_where_the_provider_is_not_trusted_with_it(
    at_work: Office, care
) -> None:
    open_to(at_work, care.provider(trust_email=False))
    browser, answer = signs_in(at_work, care)
    refused(answer, browser, UNKNOWN)


@pytest.mark.parametrize("times", TIMES)
def test_nobody_is_bound_a_second_time_by_an_address(at_work: Office, care, times: int) -> None:
    signs_in(at_work, care)
    before = what_is_stored(at_work.register)
    for each in range(times):
        browser, answer = signs_in(at_work, care, sub=f"another {each}")
        refused(answer, browser, "already signs in with another account")
    assert what_is_stored(at_work.register) == before


def test_two_people_with_one_address_are_neither(at_work: Office, care) -> None:
    with_address(at_work.register, "gus", "amina@example.org")
    before = what_is_stored(at_work.register)
    browser, answer = signs_in(at_work, care)
    refused(answer, browser, "More than one person here has the email address")
    assert what_is_stored(at_work.register) == before


def test_whoever_has_left_is_known_by_nothing(at_work: Office, care) -> None:
    signs_in(at_work, care)
    leaves(at_work.register, "amina")
    browser, answer = signs_in(at_work, care)
    refused(answer, browser, UNKNOWN)


def test_whoever_signs_in_too_weakly_is_told_how(at_work: Office, care) -> None:
    open_to(at_work, care.provider(acr=("AAL2_OR_AAL3_ANY", "AAL3_ANY")))
    browser = Traveller(at_work.app)
    assert browser.sets_out()["acr_values"] == "AAL2_OR_AAL3_ANY AAL3_ANY"
    for acr in ("AAL1_USERPASS", None):
        browser, answer = signs_in(at_work, care, acr=acr)
        refused(answer, browser, "not strong enough")
    _, answer = signs_in(at_work, care, acr="AAL3_ANY")
    assert answer.status_code == 303


def test_a_key_that_is_new_is_asked_for_but_not_too_often(
    at_work: Office, care, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs_in(at_work, care)
    care.key = ECKey.generate_key("P-256", {"kid": "a new one", "use": "sig"})
    for _ in range(3):
        browser, answer = signs_in(at_work, care)
        refused(answer, browser, "Nobody was signed in")
    assert care.asked.count("/keys") == 1
    monkeypatch.setattr(knowing, "KEYS_AGAIN", 0.0)
    _, answer = signs_in(at_work, care)
    assert answer.status_code == 303
    assert care.asked.count("/keys") == 2
