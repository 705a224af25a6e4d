"""Passkeys: who adds them, who signs in with them, and what the server refuses of an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from register.access import passkeys as rules
from register.access.challenges import OVER
from register.access.means import How
from register.access.passkeys import COPIED, NO_NAME, NOT_KNOWN, NOT_PROVED, NOT_READ
from tests.authenticators import Authenticator
from tests.browser import COOKIE, HOME, Browser, Office, words
from tests.cast import left
from tests.sessions import verified
from web.edge.allowances import Strangers

HOST = "register.test"
ADDING, SIGNING_IN = "/account/passkeys", "/sign-in/passkey"


def device(**otherwise: Any) -> Authenticator:
    return Authenticator(**{"host": HOST, "origin": HOME, **otherwise})


def added(browser: Browser, phone: Authenticator, name: str = "My phone"):
    options = browser.get(f"{ADDING}/options").json()
    answer = json.dumps(phone.made(options))
    return browser.post(ADDING, {"name": name, "signed": answer})


def options(here: Office) -> dict[str, Any]:
    return Browser(here.app, None).get(f"{SIGNING_IN}/options").json()


def sign_in(here: Office, answer: object):
    here.app.state.strangers = Strangers()  # its places are bound to the loop of one visit
    said = answer if isinstance(answer, str) else json.dumps(answer)
    return Browser(here.app, None).post(SIGNING_IN, {"signed": said})


def refused(answer, why: str) -> None:
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert why in words(answer)


@pytest.fixture
def phone(here: Office) -> Authenticator:
    """Amina's, with a passkey of hers."""
    owned = device()
    assert added(here.browser("amina"), owned).status_code == 303
    return owned


# Signing in


def test_a_passkey_says_by_itself_who_it_is(here: Office, phone: Authenticator) -> None:
    answer = sign_in(here, phone.used(options(here)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    session = here.register.signing_in.session(answer.cookies[COOKIE])
    assert (session.person, session.how) == ("amina", How.PASSKEY)
    assert session.verified_at == here.clock.shows
    assert here.register.tries.knows(answer.cookies["register-device"], "amina")
    assert here.register.passkeys.of("amina")[0].used_at == here.clock.shows


def test_a_passkey_that_does_not_count_is_as_good(here: Office) -> None:
    phone = device(counts=False)
    added(here.browser("amina"), phone)
    for _ in range(2):
        assert sign_in(here, phone.used(options(here))).status_code == 303


def test_the_options_say_nothing_of_anybody(here: Office, phone: Authenticator) -> None:
    said = options(here)
    assert (said["rpId"], said["userVerification"]) == (HOST, "required")
    assert said["allowCredentials"] == []
    made = here.browser("amina").get(f"{ADDING}/options").json()
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert [each["id"] for each in made["excludeCredentials"]] == [bytes_to_base64url(phone.id)]
    assert b"amina" not in base64url_to_bytes(made["user"]["id"])


def altered(answer: dict[str, Any], part: str, change) -> dict[str, Any]:
    response = dict(answer["response"])
    response[part] = bytes_to_base64url(change(base64url_to_bytes(response[part])))
    return {**answer, "response": response}


def said_otherwise(answer: dict[str, Any], **said: str) -> dict[str, Any]:
    return altered(
        answer, "clientDataJSON", lambda old: json.dumps({**json.loads(old), **said}).encode()
    )


def test_an_altered_signature_is_refused(here: Office, phone: Authenticator) -> None:
    answer = altered(
        phone.used(options(here)), "signature", lambda old: old[:-1] + bytes([old[-1] ^ 1])
    )
    refused(sign_in(here, answer), NOT_PROVED)


def test_what_was_signed_for_another_challenge_is_refused(
    here: Office, phone: Authenticator
) -> None:
    another = options(here)["challenge"]
    refused(sign_in(here, said_otherwise(phone.used(options(here)), challenge=another)), NOT_PROVED)


def test_a_challenge_that_the_register_did_not_make_is_refused(
    here: Office, phone: Authenticator
) -> None:
    for challenge in ("", "AAAA", bytes_to_base64url(bytes(56)), "%%%"):
        answer = sign_in(here, phone.used({"challenge": challenge}))
        assert answer.status_code == 422
        assert any(each in words(answer) for each in (OVER, NOT_READ))


def test_what_another_site_asked_for_is_refused(here: Office, phone: Authenticator) -> None:
    elsewhere = replace(phone, origin="https://register.example.net")
    refused(sign_in(here, elsewhere.used(options(here))), NOT_PROVED)
    elsewhere = replace(phone, host="register.example.net")
    refused(sign_in(here, elsewhere.used(options(here))), NOT_PROVED)


def test_a_device_that_did_not_make_sure_whose_it_is_is_refused(
    here: Office, phone: Authenticator
) -> None:
    refused(sign_in(here, replace(phone, verifies=False).used(options(here))), NOT_PROVED)


def test_an_answer_is_taken_once(here: Office, phone: Authenticator) -> None:
    without = device(counts=False)
    added(here.browser("amina"), without)
    answer = without.used(options(here))
    assert sign_in(here, answer).status_code == 303
    refused(sign_in(here, answer), OVER)


@pytest.mark.parametrize(("seconds", "status"), [(299, 303), (302, 422)])
def test_an_answer_is_taken_for_five_minutes(
    here: Office, phone: Authenticator, seconds: int, status: int
) -> None:
    answer = phone.used(options(here))
    here.clock.goes_on(timedelta(seconds=seconds))
    assert sign_in(here, answer).status_code == status


def test_a_copy_of_a_passkey_is_noticed(here: Office, phone: Authenticator) -> None:
    copy = replace(phone)
    assert sign_in(here, phone.used(options(here))).status_code == 303
    refused(sign_in(here, copy.used(options(here))), COPIED)


def test_another_key_with_the_same_name_is_refused(here: Office, phone: Authenticator) -> None:
    refused(sign_in(here, device(id=phone.id, counter=9).used(options(here))), NOT_PROVED)


def test_a_passkey_that_nobody_added_is_not_known(here: Office) -> None:
    refused(sign_in(here, device().used(options(here))), NOT_KNOWN)


def test_whoever_has_left_does_not_get_in(here: Office, phone: Authenticator) -> None:
    here.register.change_directory([left("amina")])
    refused(sign_in(here, phone.used(options(here))), NOT_KNOWN)


JUNK = [
    *("", "{", "[]", "null", "1", '"x"', "[" * 5000, '{"response": 1}', '{"response": {}}'),
    '{"response": {"clientDataJSON": 5}}',
    '{"response": {"clientDataJSON": "\u00e9"}}',
    '{"rawId": [], "response": {"clientDataJSON": "e30"}}',
    '{"id": 1e999, "response": {"clientDataJSON": "W10"}}',
]


def test_what_is_no_answer_is_refused_in_words(here: Office) -> None:
    for junk in JUNK:
        answer = sign_in(here, junk)
        assert answer.status_code == 422
        assert any(each in words(answer) for each in (NOT_READ, OVER))


def test_an_answer_with_a_broken_part_is_refused_in_words(
    here: Office, phone: Authenticator
) -> None:
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for broken in ("", "AAAA", 7, None, "\u2028"):
            answer = phone.used(options(here))
            answer["response"][part] = broken
            assert sign_in(here, answer).status_code == 422


# One's own


def test_the_person_is_told_of_each_that_is_added_and_removed(
    here: Office, phone: Authenticator
) -> None:
    browser = here.browser("amina")
    assert added(browser, device(), "Old  tablet ").status_code == 303
    assert [each.name for each in here.register.passkeys.of("amina")] == ["My phone", "Old tablet"]
    page = browser.get(ADDING)
    assert "Old tablet" in words(page)
    assert "Not used yet" in words(page)
    old = here.register.passkeys.of("amina")[1].id
    assert browser.post(f"{ADDING}/remove", {"id": old}).status_code == 303
    assert [each.name for each in here.register.passkeys.of("amina")] == ["My phone"]
    told = [each.sentence for each in here.register.account.news("amina", str)]
    assert told[0] == "A passkey “Old tablet” was removed from your account, by you."
    assert told[1] == "A passkey “Old tablet” was added to your account, by you."


def test_a_passkey_that_was_removed_signs_nobody_in(here: Office, phone: Authenticator) -> None:
    own = here.register.passkeys.of("amina")[0].id
    assert here.browser("ben").post(f"{ADDING}/remove", {"id": own}).status_code == 422
    here.browser("amina").post(f"{ADDING}/remove", {"id": own})
    refused(sign_in(here, phone.used(options(here))), NOT_KNOWN)


def test_a_passkey_has_a_name(here: Office) -> None:
    for name in ("", "   ", "x" * 61, "a\u0007b"):
        answer = added(here.browser("amina"), device(), name)
        assert answer.status_code == 422
        assert NO_NAME in words(answer)
    assert here.register.passkeys.of("amina") == []


def test_the_name_is_sealed(here: Office, phone: Authenticator) -> None:
    with here.log.database.read() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM passkeys").mappings()
    assert b"My phone" not in b"".join(each for each in row.values() if isinstance(each, bytes))


def test_nobody_adds_a_passkey_that_was_made_for_another_session(here: Office) -> None:
    answer = json.dumps(device().made(here.browser("amina").get(f"{ADDING}/options").json()))
    said = here.browser("ben").post(ADDING, {"name": "Mine", "signed": answer})
    assert (said.status_code, OVER in words(said)) == (422, True)


def test_a_passkey_is_added_once(here: Office, phone: Authenticator) -> None:
    again = added(here.browser("ben"), phone)
    assert (again.status_code, "was added before" in words(again)) == (422, True)


def test_nobody_has_more_than_so_many(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 2)
    browser = here.browser("amina")
    codes = [added(browser, device()).status_code for _ in range(3)]
    assert codes == [303, 303, 422]


def test_a_device_that_does_not_make_sure_whose_it_is_is_not_added(here: Office) -> None:
    answer = added(here.browser("amina"), device(verifies=False))
    assert (answer.status_code, NOT_PROVED in words(answer)) == (422, True)


def test_the_first_is_added_after_coming_in_by_a_link(here: Office) -> None:
    browser = Browser(here.app, here.register.signing_in.begin("amina", How.LINK))
    answer = added(browser, device())
    assert "The passkey is added." in words(browser.get(answer.headers["location"]))
    assert browser.get(ADDING).headers["location"].startswith("/sign-in/again?")


def test_passkeys_are_not_offered_where_there_is_no_name(here: Office) -> None:
    browser = Browser(here.app, None)
    at_numbers = browser.call("GET", "http://127.0.0.1/sign-in")
    here.app.state.origin = None
    at_numbers = browser.call("GET", "http://127.0.0.1/sign-in")
    assert "passkey" not in words(at_numbers)
    assert browser.call("GET", f"http://127.0.0.1{SIGNING_IN}/options").status_code == 404
    assert "With a passkey" in words(browser.call("GET", "http://localhost/sign-in"))


def test_the_page_without_scripts_says_what_a_passkey_needs(here: Office) -> None:
    shown = words(Browser(here.app, None).get("/sign-in"))
    assert "A passkey needs JavaScript, and a browser that knows passkeys." in shown


def test_a_stale_session_may_not_add_one(here: Office) -> None:
    session = verified(here.register, "amina")
    here.clock.goes_on(timedelta(minutes=6))
    browser = Browser(here.app, session)
    assert browser.get(ADDING).headers["location"] == "/sign-in/again?then=%2Faccount%2Fpasskeys"
    posted = browser.post(ADDING, {"name": "x", "signed": "{}"})
    assert posted.headers["location"] == "/sign-in/again?then=%2Faccount%2Fpasskeys"
