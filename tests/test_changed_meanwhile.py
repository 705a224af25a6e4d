"""A way in that is changed or removed between the look at it and the session that would begin: no
session begins, and nothing of what was before comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from argon2 import PasswordHasher

from register.access.passkeys import NOT_KNOWN
from register.access.passwords import NOT_RIGHT
from register.access.tries import Whence
from register.errors import InvalidError
from tests.authenticators import Authenticator
from tests.browser import COOKIE, HOME, Browser, Office, words
from tests.cast import A_DAY
from tests.providers import Traveller, right_claims, signs_in
from tests.sessions import verified
from tests.test_ways_removed import PASSKEYS, PASSWORD, id_of, with_passkey

NEW = "trouble under otter seven"
QUICK, OTHERWISE = (PasswordHasher(cost, 8, 1) for cost in (1, 2))


@pytest.fixture(autouse=True)
def hashed_in_no_time(here: Office) -> None:
    here.register.passwords.hasher = QUICK


@dataclass
class Meanwhile:
    """Does something once what somebody proved is checked, and before it is used."""

    here: Office
    patch: pytest.MonkeyPatch

    def before(self, begins: str, change: Callable[[], object]) -> None:
        there = getattr(self.here.register.signing_in, begins)

        def after_that(*given: object, **named: object) -> str:
            self.patch.undo()
            change()
            return there(*given, **named)

        self.patch.setattr(self.here.register.signing_in, begins, after_that)


@pytest.fixture
def meanwhile(here: Office) -> Meanwhile:
    return Meanwhile(here, pytest.MonkeyPatch())


def with_password(here: Office, cookies: dict[str, str] | None = None) -> httpx.Response:
    browser = Browser(here.app, None)
    browser._cookies = cookies or {}
    form = {"email": "amina@example.org", "password": PASSWORD}
    return browser.post("/sign-in/password", form)


def assert_nobody_came_in(here: Office, answer: httpx.Response, status: int, said: str) -> None:
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)
    assert said in words(answer)
    assert here.register.signing_in.sessions_of("amina") == []


# A password


def change(here: Office) -> None:
    here.register.passwords.set("amina", NEW, ())


def remove(here: Office) -> None:
    here.register.passwords.remove("ada", "amina")


@pytest.mark.parametrize("done", [change, remove])
def test_the_old_password_gets_in_no_more_while_it_is_changed_or_removed(
    here: Office, meanwhile: Meanwhile, done: Callable[[Office], None]
) -> None:
    here.register.passwords.set("amina", PASSWORD, ())
    meanwhile.before("begin", lambda: done(here))
    assert_nobody_came_in(here, with_password(here), 422, NOT_RIGHT)


def test_it_is_no_fresh_sign_in_either(here: Office, meanwhile: Meanwhile) -> None:
    """The session itself goes on, as the password was changed in it."""
    amina = here.browser("amina")
    here.register.passwords.set("amina", PASSWORD, (), _session(here))
    here.clock.goes_on(A_DAY / 240)
    session = _session(here)
    meanwhile.before("verified", lambda: here.register.passwords.set("amina", NEW, (), session))
    answer = amina.post("/sign-in/again/password", {"password": PASSWORD, "then": "/mine"})
    assert (answer.status_code, NOT_RIGHT in words(answer)) == (422, True)
    assert amina.get("/account/password").headers["location"].startswith("/sign-in/again?")


def _session(here: Office) -> str:
    return here.register.signing_in.sessions_of("amina")[0].id


class Upgrading(PasswordHasher):
    """Finds that a hash is to be made anew; meanwhile something is done."""

    change: Callable[[], object]

    def check_needs_rehash(self, hashed: str | bytes) -> bool:
        self.change()
        return True


@pytest.mark.parametrize("done", [change, remove])
def test_the_old_password_is_not_written_over_the_new_one(
    here: Office, done: Callable[[Office], None]
) -> None:
    passwords = here.register.passwords
    passwords.set("amina", PASSWORD, ())
    passwords.hasher = upgrading = Upgrading(1, 8, 1)
    upgrading.change = lambda: done(here)
    assert_nobody_came_in(here, with_password(here), 422, NOT_RIGHT)
    upgrading.change = lambda: None
    with pytest.raises(InvalidError):
        passwords.used("amina@example.org", PASSWORD, Whence())
    if done is change:
        assert passwords.used("amina@example.org", NEW, Whence()).person == "amina"


def test_a_hash_that_is_made_anew_meanwhile_keeps_nobody_out(
    here: Office, meanwhile: Meanwhile
) -> None:
    passwords = here.register.passwords
    passwords.set("amina", PASSWORD, ())
    passwords.hasher = OTHERWISE
    meanwhile.before("begin", lambda: with_password(here))
    assert with_password(here).status_code == 303
    assert with_password(here).status_code == 303


class Hashing(PasswordHasher):
    """While it makes a hash for the first time, something is done."""

    change: Callable[[], object] | None = None

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        change, self.change = self.change, None
        if change is not None:
            change()
        return super().hash(password, salt=salt)


def test_a_password_is_set_in_no_session_that_has_just_ended(here: Office) -> None:
    """Whoever knew the old one, and is fresh in a session of their own, does not set it again."""
    thief, passwords = here.browser("amina"), here.register.passwords
    passwords.hasher = hashing = Hashing(1, 8, 1)
    hashing.change = lambda: change(here)
    answer = thief.post("/account/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["location"] == "/sign-in"
    assert passwords.used("amina@example.org", NEW, Whence()).person == "amina"


# A passkey


def remove_passkey(here: Office) -> None:
    here.register.passkeys.remove("ada", "amina", id_of(here, "amina", "Phone"))


def test_a_passkey_gets_in_no_more_while_it_is_removed(here: Office, meanwhile: Meanwhile) -> None:
    phone, anybody = with_passkey(here, "amina", "Phone"), here.browser(None)
    answer = json.dumps(phone.used(anybody.get("/sign-in/passkey/options").json()))
    meanwhile.before("begin", lambda: remove_passkey(here))
    signed = anybody.post("/sign-in/passkey", {"signed": answer})
    assert_nobody_came_in(here, signed, 422, NOT_KNOWN)


def test_a_passkey_is_added_in_no_session_that_has_just_ended(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would outlast what ended the session."""
    amina, added = here.browser("amina"), here.register.passkeys.add

    def ended_first(*given: str) -> None:
        here.register.signing_in.end_all("amina")
        added(*given)

    monkeypatch.setattr(here.register.passkeys, "add", ended_first)
    options = amina.get(f"{PASSKEYS}/options").json()
    made = json.dumps(Authenticator("register.test", HOME).made(options))
    answer = amina.post(PASSKEYS, {"name": "Phone", "signed": made})
    assert answer.headers["location"] == "/sign-in"
    assert here.register.passkeys.of("amina") == []


# A provider


def unbind(here: Office) -> None:
    here.register.bindings.unbind("ada", "amina", "care")


def test_a_provider_lets_nobody_in_while_it_is_unbound(
    at_work: Office, care, meanwhile: Meanwhile
) -> None:
    signs_in(at_work, care)
    at_work.register.signing_in.end_all("amina")
    meanwhile.before("begin", lambda: unbind(at_work))
    _, answer = signs_in(at_work, care)
    assert answer.status_code == 403
    assert COOKIE not in answer.cookies
    assert at_work.register.signing_in.sessions_of("amina") == []


def test_nobody_is_bound_in_a_session_that_has_just_ended(
    at_work: Office, care, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = at_work.register.bindings.bind_oneself

    def ended_first(*given) -> None:
        at_work.register.signing_in.end_all("amina")
        bound(*given)

    monkeypatch.setattr(at_work.register.bindings, "bind_oneself", ended_first)
    browser = Traveller(at_work.app, verified(at_work.register, "amina"))
    asked = browser.sets_out(why="bind")
    code = care.gives(right_claims(care, asked["nonce"], at_work.clock.shows))
    answer = browser.comes_back(state=asked["state"], code=code, iss=care.issuer)
    assert answer.headers["location"] == "/sign-in"
    assert at_work.register.bindings.of("amina") == []
