"""A way to sign in that is removed, by its owner or an administrator: what came of it ends."""

from __future__ import annotations

import json

import pytest
from argon2 import PasswordHasher

from tests.authenticators import Authenticator
from tests.browser import COOKIE, HOME, Browser, Office, words
from tests.providers import signs_in

PASSWORD = "anchor velvet puddle sonnet"
PASSKEYS = "/account/passkeys"


@pytest.fixture(autouse=True)
def hashed_in_no_time(here: Office) -> None:
    here.register.passwords.hasher = PasswordHasher(1, 8, 1)


def with_passkey(here: Office, person: str, name: str) -> Authenticator:
    device, browser = Authenticator("register.test", HOME), here.browser(person)
    options = browser.get(f"{PASSKEYS}/options").json()
    answer = json.dumps(device.made(options))
    assert browser.post(PASSKEYS, {"name": name, "signed": answer}).status_code == 303
    return device


def used(here: Office, device: Authenticator) -> Browser:
    anybody = here.browser(None)
    answer = json.dumps(device.used(anybody.get("/sign-in/passkey/options").json()))
    return _in(here, anybody.post("/sign-in/passkey", {"signed": answer}))


def by_password(here: Office, email: str = "amina@example.org") -> Browser:
    form = {"email": email, "password": PASSWORD}
    return _in(here, here.browser(None).post("/sign-in/password", form))


def _in(here: Office, answer) -> Browser:
    assert answer.status_code == 303, answer.text
    return Browser(here.app, answer.cookies[COOKIE])


def is_in(browser: Browser) -> bool:
    return browser.get("/").status_code == 200


def told(here: Office, person: str) -> str:
    return here.register.account.news(person, str)[0].sentence


def id_of(here: Office, person: str, name: str) -> str:
    return next(each.id for each in here.register.passkeys.of(person) if each.name == name)


# By its owner


def test_the_other_sessions_that_a_passkey_began_end(here: Office) -> None:
    phone, desk = (with_passkey(here, "amina", each) for each in ("Phone", "Desk"))
    with_phone, also, with_desk = used(here, phone), used(here, phone), used(here, desk)
    with_phone.post(f"{PASSKEYS}/remove", {"id": id_of(here, "amina", "Phone")})
    assert [is_in(each) for each in (with_phone, also, with_desk)] == [True, False, True]


def test_so_do_those_in_which_it_proved_who_they_are(here: Office) -> None:
    phone, desk = (with_passkey(here, "amina", each) for each in ("Phone", "Desk"))
    other, here_and_now = used(here, desk), used(here, desk)
    signed = json.dumps(phone.used(other.get("/sign-in/again/options").json()))
    other = _in(here, other.post("/sign-in/again/passkey", {"signed": signed, "then": "/"}))
    signed = json.dumps(desk.used(other.get("/sign-in/again/options").json()))
    other = _in(here, other.post("/sign-in/again/passkey", {"signed": signed, "then": "/"}))
    here_and_now.post(f"{PASSKEYS}/remove", {"id": id_of(here, "amina", "Phone")})
    assert [is_in(each) for each in (other, here_and_now)] == [False, True]


def test_the_other_sessions_that_the_password_began_end(here: Office) -> None:
    phone = with_passkey(here, "amina", "Phone")
    here.register.passwords.set("amina", PASSWORD, [])
    first, second, with_phone = by_password(here), by_password(here), used(here, phone)
    first.post("/account/password/remove")
    assert [is_in(each) for each in (first, second, with_phone)] == [True, False, True]


def test_the_other_sessions_that_a_provider_began_end(at_work: Office, care) -> None:
    phone = with_passkey(at_work, "amina", "Phone")
    (first, _), (second, _) = (signs_in(at_work, care) for _ in range(2))
    with_phone = used(at_work, phone)
    first.post("/account/providers/remove", id="care")
    assert [each.get("/").status_code for each in (first, second)] == [200, 303]
    assert is_in(with_phone)


# By an administrator


def test_an_administrator_sees_every_way_and_when_it_was_used_and_no_secret(
    at_work: Office, care
) -> None:
    phone = with_passkey(at_work, "amina", "Old phone")
    at_work.register.passwords.set("amina", PASSWORD, [])
    signs_in(at_work, care)
    page = at_work.browser("ada").get("/people/amina/sign-in")
    said = words(page)
    assert "Old phone A passkey, added 16 November 2026" in said
    assert "not used yet" in said
    assert "A password With the work e-mail address. Set 16 November 2026" in said
    assert "Care Login Added 16 November 2026" in said
    used(at_work, phone)
    assert "last used" in words(at_work.browser("ada").get("/people/amina/sign-in"))
    assert "argon2" not in page.text
    assert PASSWORD not in page.text


@pytest.mark.parametrize("how", ["passkey", "password"])
def test_an_administrator_removes_it_and_they_are_out_and_told(here: Office, how: str) -> None:
    phone, desk = (with_passkey(here, "amina", each) for each in ("Phone", "Desk"))
    here.register.passwords.set("amina", PASSWORD, [])
    browsers = [used(here, phone), used(here, desk), by_password(here)]
    which = id_of(here, "amina", "Phone") if how == "passkey" else ""
    ada = here.browser("ada")
    for _ in range(2):
        answer = ada.post("/people/amina/sign-in", {"how": how, "id": which})
        assert answer.headers["location"] == "/people/amina/sign-in?done=removed"
    assert not any(map(is_in, browsers))
    assert "was removed from your account, by ada" in told(here, "amina")
    left = {each.name for each in here.register.passkeys.of("amina")}
    assert left == ({"Desk"} if how == "passkey" else {"Phone", "Desk"})
    assert here.register.passwords.has_one("amina") is (how == "passkey")
    assert is_in(ada)


def test_what_is_no_way_is_refused_in_words(here: Office) -> None:
    assert here.browser("ada").post("/people/amina/sign-in", {"how": "else"}).status_code == 400


@pytest.mark.parametrize("person", ["amina", "carol", "dana", "dev"])
def test_nobody_else_removes_it(here: Office, person: str) -> None:
    here.register.passwords.set("ben", PASSWORD, [])
    answer = here.browser(person).post("/people/ben/sign-in", {"how": "password"})
    assert answer.status_code in (403, 404)
    assert here.register.passwords.has_one("ben")


def test_a_passkey_of_somebody_else_is_not_removed_by_its_id(here: Office) -> None:
    with_passkey(here, "amina", "Phone")
    form = {"how": "passkey", "id": id_of(here, "amina", "Phone")}
    here.browser("ada").post("/people/ben/sign-in", form)
    assert len(here.register.passkeys.of("amina")) == 1
