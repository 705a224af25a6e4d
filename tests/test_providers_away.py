"""A provider that is down, slow or talks nonsense: the page says so, and the other ways go on."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, suppress

import pytest

from tests.browser import Office, words
from tests.providers import SayingProvider, Traveller, open_to, right_claims, saying, signs_in
from web.pages.access.oidc import knowing
from web.pages.access.oidc.asking import Asking, AwayError
from web.pages.access.oidc.knowing import Known

AWAY = "Care Login does not answer just now"


def impatient(here: Office, *all_of: SayingProvider, deadline: float = 0.3) -> None:
    """The register waits for these providers for less time than it would."""
    open_to(here)
    for each in all_of:
        provider = each.provider(label="Care Login" if each.name == "care" else "Other Login")
        asking = Asking(provider.label, is_near=True, deadline=deadline)
        here.app.state.providers[each.name] = Known(provider, asking)


def test_one_that_is_down_is_said_to_be(at_work: Office, care) -> None:
    care.close()
    browser = Traveller(at_work.app)
    answer = browser.post("/sign-in/with/care")
    assert answer.status_code == 503
    assert AWAY in words(answer)
    assert browser.cookies == {}
    page = browser.get("/sign-in")
    assert page.status_code == 200
    assert "did not answer a moment ago" in words(page)


def test_one_that_is_slow_is_waited_for_no_longer_than_the_deadline(here: Office, care) -> None:
    care.answers_in = 5
    impatient(here, care)
    began = time.monotonic()
    answer = Traveller(here.app).post("/sign-in/with/care")
    assert (answer.status_code, AWAY in words(answer)) == (503, True)
    assert time.monotonic() - began < 2
    began = time.monotonic()
    Traveller(here.app).post("/sign-in/with/care")  # it is not asked again at once
    assert time.monotonic() - began < 0.25


def test_one_that_drips_is_waited_for_no_longer(here: Office, care) -> None:
    """Each byte comes in time, and the whole never does."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def drip() -> None:
        with suppress(OSError):
            taken, _ = listening.accept()
            with taken:
                for each in b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 100:
                    taken.sendall(bytes([each]))
                    time.sleep(0.05)

    dripping = threading.Thread(target=drip)
    dripping.start()
    began = time.monotonic()
    with pytest.raises(AwayError) as why:
        Asking("Care Login", is_near=True, deadline=0.3).get(f"http://127.0.0.1:{port}/")
    assert why.value.why == "slow"
    assert time.monotonic() - began < 2
    dripping.join()
    listening.close()


NONSENSE = {
    "no JSON": b"<html>We are down</html>",
    "a list": b"[]",
    "nothing": b"",
    "no text": b"\xff\xfe\x00",
    "very deep": b"[" * 100_000,
    "very long": b'{"issuer": "' + b"x" * 600_000 + b'"}',
    "nothing of itself": b"{}",
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_one_that_talks_nonsense_is_as_one_that_is_down(at_work: Office, care, said: bytes) -> None:
    care.raw = said
    answer = Traveller(at_work.app).post("/sign-in/with/care")
    assert (answer.status_code, AWAY in words(answer)) == (503, True)


OF_ITSELF = {
    "another issuer": {"issuer": "https://another.example.org"},
    "no address for tokens": {"token_endpoint": None},
    "an address that is not safe": {"token_endpoint": "http://login.example.org/token"},
    "an address that is none": {"authorization_endpoint": ["https://login.example.org"]},
    "only ways that the register has not": {
        "token_endpoint_auth_methods_supported": ["private_key_jwt"]
    },
    "algorithms that are none": {"id_token_signing_alg_values_supported": [7]},
}


@pytest.mark.parametrize("told", OF_ITSELF.values(), ids=OF_ITSELF)
def test_one_that_says_something_else_of_itself_is_not_used(at_work: Office, care, told) -> None:
    care.metadata = told
    answer = Traveller(at_work.app).post("/sign-in/with/care")
    assert (answer.status_code, AWAY in words(answer)) == (503, True)


def test_the_other_provider_and_the_link_go_on_meanwhile(here: Office, care) -> None:
    with saying("other") as other:
        care.answers_in = 3
        impatient(here, care, other, deadline=1.5)
        waiting = [
            threading.Thread(target=Traveller(here.app).post, args=["/sign-in/with/care"])
            for _ in range(4)
        ]
        for each in waiting:
            each.start()
        began = time.monotonic()
        assert Traveller(here.app).get("/sign-in").status_code == 200
        code = here.register.signing_in.invite("amina")
        assert Traveller(here.app).post(f"/sign-in/{code}").status_code == 303
        _, answer = signs_in(here, other)
        assert answer.status_code == 303
        assert time.monotonic() - began < 1.2
        for each in waiting:
            each.join()


def test_only_a_few_wait_for_one_provider_at_once(
    here: Office, care, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowing, "PATIENCE", 0.05)
    impatient(here, care)
    [known] = here.app.state.providers.values()
    with ExitStack() as waiting:
        for _ in range(8):
            waiting.enter_context(known.asked())
        answer = Traveller(here.app).post("/sign-in/with/care")
        assert (answer.status_code, AWAY in words(answer)) == (503, True)
    assert Traveller(here.app).post("/sign-in/with/care").status_code == 200


def test_one_that_goes_away_meanwhile_leaves_the_way_open(here: Office, care) -> None:
    impatient(here, care)
    browser = Traveller(here.app)
    asked = browser.sets_out()
    code = care.gives(right_claims(care, asked["nonce"], here.clock.shows))
    [known] = here.app.state.providers.values()
    known._away_at = time.monotonic()
    answer = {"state": asked["state"], "code": code, "iss": care.issuer}
    assert browser.comes_back(**answer).status_code == 503
    known._away_at = float("-inf")
    assert browser.comes_back(**answer).status_code == 303
