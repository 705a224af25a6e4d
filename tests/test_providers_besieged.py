"""A stranger comes back from a provider with made-up answers: others sign in there meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest

from register.access.tries import BY_AN_ADDRESS, FROM_A_KNOWN_DEVICE, At, Whence
from register.errors import TooManyError
from tests.browser import Office, words
from tests.providers import SayingProvider, Traveller, signs_in
from tests.test_providers_away import AWAY, impatient
from web.pages.access import providers
from web.pages.access.oidc.asking import AwayError
from web.pages.access.oidc.knowing import AT_ONCE, FROM_ONE_ADDRESS, Known

STRANGER = "203.0.113.9"


def known(here: Office) -> Known:
    found: Known = here.app.state.providers["care"]
    return found


def with_made_up(here: Office, code: str = "made-up", cookies: dict[str, str] | None = None):
    """Somebody sets out, and comes back with a code that is nobody's."""
    browser = Traveller(here.app)
    browser.cookies |= cookies or {}
    asked = browser.sets_out()
    return browser.comes_back(state=asked["state"], code=code, iss=known(here).provider.issuer)


def assert_others_sign_in(here: Office, care: SayingProvider) -> None:
    assert not known(here).is_away
    _, answer = signs_in(here, care)
    assert answer.status_code == 303, words(answer)


# What it stumbles over


@pytest.mark.parametrize("code", ["x" * 5000, "a\0b", "caf\u00e9", "a\nb", "\u202e", " \x7f"])
def test_a_code_that_no_provider_sends_is_not_passed_on(at_work: Office, care, code: str) -> None:
    answer = with_made_up(at_work, code)
    assert (answer.status_code, AWAY in words(answer)) == (403, False)
    assert "/token" not in care.asked
    assert_others_sign_in(at_work, care)


def _drops(_path: str, _form: object) -> tuple[int, object]:
    raise ConnectionAbortedError


STUMBLES: dict[str, tuple[Callable[[SayingProvider], object], int]] = {
    "a page of its firewall": (lambda care: setattr(care, "raw", b"<html>Forbidden</html>"), 403),
    "a list": (lambda care: setattr(care, "raw", b"[]"), 403),
    "very much": (lambda care: setattr(care, "raw", b"x" * 600_000), 403),
    "an error of its own": (lambda care: setattr(care, "says", lambda *_: (500, {})), 503),
    "that it is busy": (lambda care: setattr(care, "says", lambda *_: (503, "later")), 503),
    "nothing, and hangs up": (lambda care: setattr(care, "says", _drops), 503),
    "nothing for long": (lambda care: setattr(care, "answers_in", 0.5), 503),
}


@pytest.mark.parametrize(("stumbles", "status"), STUMBLES.values(), ids=STUMBLES)
def test_what_it_answers_to_one_keeps_nobody_else_out(
    here: Office, care, stumbles: Callable[[SayingProvider], object], status: int
) -> None:
    impatient(here, care)
    browser = Traveller(here.app)
    asked = browser.sets_out()
    says, raw, answers_in = care.says, care.raw, care.answers_in
    stumbles(care)
    answer = browser.comes_back(state=asked["state"], code="odd", iss=care.issuer)
    assert (answer.status_code, AWAY in words(answer)) == (status, status == 503)
    care.says, care.raw, care.answers_in = says, raw, answers_in
    assert_others_sign_in(here, care)


def test_nor_does_what_it_says_of_one(at_work: Office, care) -> None:
    says = care.says
    care.says = lambda path, form: (403, {}) if path == "/userinfo" else says(path, form)
    _, answer = signs_in(at_work, care, email=None)
    assert (answer.status_code, AWAY in words(answer)) == (403, False)
    assert_others_sign_in(at_work, care)


def test_one_that_cannot_be_reached_is_away_for_all(here: Office, care) -> None:
    """What somebody brought is not even sent yet."""
    impatient(here, care)
    browser = Traveller(here.app)
    asked = browser.sets_out()
    care.close()
    answer = browser.comes_back(state=asked["state"], code="code", iss=care.issuer)
    assert answer.status_code == 503
    assert known(here).is_away


# Many at once


def test_whoever_finds_no_place_waits_a_moment_for_one(at_work: Office, care) -> None:
    with ExitStack() as asking:
        for _ in range(AT_ONCE):
            asking.enter_context(known(at_work).asked())
        threading.Timer(0.1, asking.pop_all().close).start()
        assert_others_sign_in(at_work, care)


def test_one_address_leaves_places_to_others(at_work: Office, care) -> None:
    with ExitStack() as asking:
        for _ in range(FROM_ONE_ADDRESS):
            asking.enter_context(known(at_work).asked(STRANGER))
        began = time.monotonic()
        with pytest.raises(AwayError, match="does not answer"), known(at_work).asked(STRANGER):
            pass
        assert time.monotonic() - began < 0.5
        assert_others_sign_in(at_work, care)
    with known(at_work).asked(STRANGER):
        """There is room again."""


# Many after each other


@pytest.fixture
def stranger(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """All who come do so from one address."""
    usual = providers.whence
    monkeypatch.setattr(providers, "whence", lambda given: replace(usual(given), address=STRANGER))
    return at_work


def many(here: Office, person: str | None, whence: Whence, count: int) -> None:
    for _ in range(count):
        here.register.tries.begin(person, whence, At.PROVIDER)


def test_made_up_codes_are_counted_by_address_before_the_provider_is_asked(
    stranger: Office, care
) -> None:
    many(stranger, None, Whence(STRANGER), BY_AN_ADDRESS - 1)
    assert with_made_up(stranger).status_code == 403
    asked = care.asked.count("/token")
    answer = with_made_up(stranger)
    assert (answer.status_code, "too many tries" in words(answer)) == (429, True)
    assert int(answer.headers["retry-after"]) > 3000
    assert care.asked.count("/token") == asked


def test_whoever_signed_in_on_a_device_before_does_so_from_that_address(
    stranger: Office, care
) -> None:
    browser, answer = signs_in(stranger, care)
    assert answer.status_code == 303
    many(stranger, None, Whence(STRANGER), BY_AN_ADDRESS)
    assert signs_in(stranger, care)[1].status_code == 429
    assert signs_in(stranger, care, browser)[1].status_code == 303
    own = {name: kept for name, kept in browser.cookies.items() if "device" in name}
    codes = [with_made_up(stranger, cookies=own).status_code for _ in range(11)]
    assert codes == [403] * FROM_A_KNOWN_DEVICE + [429]


def test_neither_a_sign_in_nor_a_provider_that_is_away_is_a_try(stranger: Office, care) -> None:
    many(stranger, None, Whence(STRANGER), BY_AN_ADDRESS - 1)
    for _ in range(2):
        assert signs_in(stranger, care)[1].status_code == 303
    says, care.says = care.says, lambda *_: (500, {})
    for _ in range(2):
        assert with_made_up(stranger).status_code == 503
    care.says = says
    assert signs_in(stranger, care)[1].status_code == 303


def test_these_are_no_tries_with_a_password(at_work: Office) -> None:
    many(at_work, None, Whence(STRANGER), BY_AN_ADDRESS)
    with pytest.raises(TooManyError):
        at_work.register.tries.begin(None, Whence(STRANGER), At.PROVIDER)
    assert at_work.register.tries.begin("amina", Whence(STRANGER))
