"""Passwords: what is taken for one, who gets in with it, and what a stranger learns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from events.log.log import Log
from register.access import passwords as rules
from register.access.means import How
from register.access.passwords import BUSY, COMMON, NOT_RIGHT, TOO_LONG, TOO_SHORT, Passwords
from register.access.tries import FROM_ONE_ADDRESS, FROM_UNKNOWN_DEVICES, Tries, Whence
from register.errors import InvalidError, RegisterError, TooManyError, UnavailableError
from tests.browser import COOKIE, Browser, Office, words
from tests.cast import KEYRING, left
from tests.sessions import verified
from web.edge.allowances import Strangers

GOOD = "violin teapot gravel seven"
AMINA = "amina@example.org"
AROUND = ["Amina Okafor", "Elm House", "Riverside"]
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def in_a_hurry(here: Office) -> Passwords:
    """The register's passwords, hashed in no time."""
    here.register.passwords.hasher = QUICK
    return here.register.passwords


def _changed(log: Log, change) -> None:
    with log.database.write() as connection:
        change(connection)


# What is taken for one


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "I like long walks",
        "trouble under otter",
        "日本語のとても長いパスワードです十五",
        "x" + "pelican cardigan rust " * 20,
        "          pelican cardigan          ",
    ],
)
def test_fifteen_characters_that_nobody_would_guess_are_taken(password: str) -> None:
    rules.check(password, AROUND)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", TOO_SHORT),
        ("kX9$vQ2!mZ7&pL", TOO_SHORT),
        ("pelican cardigan rust " * 50, TOO_LONG),
        ("passwordpassword", COMMON),
        ("Password12345678!", COMMON),
        ("aaaaaaaaaaaaaaa", COMMON),
        ("abcabcabcabcabcabc", COMMON),
        ("qwertyuiopasdfgh", COMMON),
        ("Manchester United", COMMON),
        ("correct horse battery staple", COMMON),
        ("CorrectHorseBatteryStaple!", COMMON),
        ("amina okafor 2026", COMMON),
        ("Amina at Elm House", COMMON),
        ("ELMHOUSEELMHOUSE", COMMON),
        ("register of declarations", COMMON),
        ("!!!!!!!!!!!!!!!!!!", COMMON),
    ],
)
def test_what_is_short_or_would_be_guessed_early_is_not(password: str, why: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        rules.check(password, AROUND)
    assert [(each.field, each.message) for each in refusal.value.errors] == [("password", why)]


def test_the_same_characters_are_the_same_however_a_keyboard_writes_them(here: Office) -> None:
    passwords = in_a_hurry(here)
    passwords.set("amina", "caf\u00e9 teapot gravel \ufb01ve", ())
    assert passwords.used(AMINA, "cafe\u0301 teapot gravel five", Whence()).person == "amina"


# What is stored


def test_the_database_has_nothing_to_guess_at(here: Office) -> None:
    here.register.passwords.set("amina", GOOD, ())
    with here.log.database.read() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM passwords").mappings()
    assert b"argon2" not in b"".join(each for each in row.values() if isinstance(each, bytes))


def test_a_hash_made_otherwise_is_made_anew_at_the_next_sign_in(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    passwords = here.register.passwords
    passwords.hasher = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    assert passwords.used(AMINA, GOOD, Whence()).person == "amina"
    stored = passwords._stored("amina")
    assert stored is not None
    assert "t=2" in stored.hashed
    assert passwords.used(AMINA, GOOD, Whence()).person == "amina"


# Who gets in


def sign_in(here: Office, email: str, password: str, cookies: dict[str, str] | None = None):
    here.app.state.strangers = Strangers()  # its places are bound to the loop of one visit
    browser = Browser(here.app, None)
    browser._cookies = cookies or {}
    return browser.post("/sign-in/password", {"email": email, "password": password})


def test_a_work_address_and_its_password_sign_in(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    answer = sign_in(here, " Amina@Example.org", GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    session = here.register.signing_in.session(answer.cookies[COOKIE])
    assert (session.person, session.how) == ("amina", How.PASSWORD)
    assert session.verified_at == here.clock.shows
    assert here.register.tries.knows(answer.cookies["register-device"], "amina")


def test_the_same_is_said_whatever_is_wrong(here: Office) -> None:
    passwords = in_a_hurry(here)
    passwords.set("amina", GOOD, ())
    for email, password in [
        (AMINA, "violin teapot gravel eight"),
        ("ben@example.org", GOOD),
        ("nobody@example.org", GOOD),
        ("", ""),
        (AMINA, ""),
        (AMINA, "x" * 5000),
        ("x" * 5000, "\ud800"),
    ]:
        answer = sign_in(here, email, password.encode(errors="replace").decode())
        assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
        assert NOT_RIGHT in words(answer)


class Counting(PasswordHasher):
    """Counts how often a password is compared with a hash."""

    compared = 0

    def verify(self, *given: str | bytes) -> bool:
        self.compared += 1
        return super().verify(*given)


@pytest.mark.parametrize("email", [AMINA, "ben@example.org", "nobody@example.org"])
def test_a_stranger_cannot_tell_who_is_known_by_the_time_it_takes(here: Office, email: str) -> None:
    passwords = in_a_hurry(here)
    passwords.set("amina", GOOD, ())
    passwords.hasher = hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.raises(InvalidError):
        passwords.used(email, "wrong", Whence())
    assert hasher.compared == 1


def test_whoever_has_left_does_not_get_in(here: Office) -> None:
    in_a_hurry(here).set("eve", GOOD, ())
    here.register.change_directory([left("eve")])
    assert NOT_RIGHT in words(sign_in(here, "eve@example.org", GOOD))


def test_where_there_are_no_passwords_nobody_gets_in_with_one(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    here.register.passwords.is_on = False
    assert sign_in(here, AMINA, GOOD).status_code == 404
    assert "password" not in words(Browser(here.app, None).get("/sign-in"))
    assert here.browser("amina").get("/account/password").status_code == 404


# Brute force


def test_tries_are_counted_and_the_person_gets_in_on_a_device_of_their_own(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    own = dict(sign_in(here, AMINA, GOOD).cookies)
    codes = [sign_in(here, AMINA, f"wrong {number}").status_code for number in range(12)]
    assert codes == [422] * FROM_ONE_ADDRESS + [429] * 2
    too_many = sign_in(here, AMINA, GOOD)
    assert too_many.status_code == 429
    assert int(too_many.headers["retry-after"]) > 3000
    assert "on a device on which you did before" in words(too_many)
    known = {"register-device": own["register-device"]}
    assert sign_in(here, AMINA, GOOD, known).status_code == 303


def test_somebody_unknown_has_as_few_tries_as_somebody_known(here: Office) -> None:
    in_a_hurry(here)
    codes = [sign_in(here, "nobody@example.org", "wrong").status_code for _ in range(12)]
    assert codes == [422] * FROM_ONE_ADDRESS + [429] * 2


def test_only_a_few_are_hashed_at_the_same_time(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PATIENCE", 0.01)
    passwords = in_a_hurry(here)
    with ExitStack() as busy:
        for _ in range(rules.HASHED_AT_ONCE):
            busy.enter_context(passwords._turn())
        with pytest.raises(UnavailableError, match=BUSY):
            passwords.used(AMINA, GOOD, Whence())
        answer = sign_in(here, AMINA, GOOD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert here.register.tries.begin("amina", Whence())


@pytest.fixture
def three(postgres_url: str) -> Iterator[list[Passwords]]:
    """Three on one database, each with connections of its own, as processes have."""
    with ExitStack() as undo:
        made = []
        for _ in range(3):
            log = Log(postgres_url, KEYRING)
            undo.callback(log.close)
            tries = Tries(log.database, log.keyring, log.right_now)
            named = {AMINA: "amina"}.get
            told = (named, lambda event, change, log=log: _changed(log, change))
            made.append(
                Passwords(log.database, log.keyring, log.right_now, tries, *told, hasher=QUICK)
            )
        yield made


def test_a_brute_force_over_three_processes_gets_no_more_tries(three: list[Passwords]) -> None:
    three[0].set("amina", GOOD, ())

    def guess(number: int) -> str:
        whence = Whence(f"203.0.113.{number % 40}")
        try:
            three[number % 3].used(AMINA, f"wrong {number}", whence)
        except RegisterError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(9) as threads:
        said = list(threads.map(guess, range(120)))
    assert (said.count("invalid"), said.count("too_many")) == (FROM_UNKNOWN_DEVICES, 70)
    with pytest.raises(TooManyError):
        three[1].used(AMINA, GOOD, Whence("203.0.113.200"))
    own = Whence("203.0.113.1", three[2]._tries.known("", "amina"))
    assert three[1].used(AMINA, GOOD, own).person == "amina"


# One's own


def by_link(here: Office, person: str) -> Browser:
    return Browser(here.app, here.register.signing_in.begin(person, How.LINK))


def chosen(browser: Browser, password: str, again: str | None = None):
    return browser.post("/account/password", {"password": password, "again": again or password})


def test_the_first_one_is_set_after_coming_in_by_a_link(here: Office) -> None:
    in_a_hurry(here)
    browser = by_link(here, "amina")
    assert browser.get("/account/password").status_code == 200
    after = browser.get(chosen(browser, GOOD).headers["location"])
    assert "The password is set." in words(after)
    assert sign_in(here, AMINA, GOOD).status_code == 303
    [news] = here.register.account.news("amina", str)
    assert news.sentence == "A password was added to your account, by you."


def test_a_quarter_of_an_hour_later_a_link_is_not_enough(here: Office) -> None:
    browser = by_link(here, "amina")
    here.clock.goes_on(timedelta(minutes=16))
    answer = chosen(browser, GOOD)
    assert answer.headers["location"].startswith("/sign-in/again?")
    assert not here.register.passwords.has_one("amina")


def test_whoever_has_a_way_needs_more_than_a_link_to_change_it(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    answer = chosen(by_link(here, "amina"), "trouble under otter")
    assert answer.headers["location"].startswith("/sign-in/again?")
    assert here.register.passwords.used(AMINA, GOOD, Whence()).person == "amina"


def test_changing_it_ends_the_other_sessions(here: Office) -> None:
    in_a_hurry(here)
    other = verified(here.register, "amina")
    browser = here.browser("amina")
    assert chosen(browser, GOOD).status_code == 303
    assert Browser(here.app, other).get("/").headers["location"] == "/sign-in"
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "short", TOO_SHORT),
        ("Amina at Elm House", "Amina at Elm House", COMMON),
        (GOOD, "violin teapot gravel", "The two are not the same"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_never_shown_again(
    here: Office, password: str, again: str, why: str
) -> None:
    answer = chosen(here.browser("amina"), password, again)
    assert answer.status_code == 422
    assert why in words(answer)
    assert password not in answer.text.replace(why, "")
    assert not here.register.passwords.has_one("amina")


def test_it_can_be_removed(here: Office) -> None:
    in_a_hurry(here).set("amina", GOOD, ())
    answer = here.browser("amina").post("/account/password/remove")
    assert answer.headers["location"] == "/account/password?done=removed"
    assert NOT_RIGHT in words(sign_in(here, AMINA, GOOD))
    assert here.browser("amina").post("/account/password/remove").status_code == 422
