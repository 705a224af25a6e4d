"""Passkeys in a real Chromium with an authenticator of its own: on a phone's screen, and what the
server refuses of what a browser really answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from register.access.challenges import OVER
from register.access.passkeys import NOT_PROVED
from tests.chromium import Windows
from tests.looks import violations
from tests.server import Server
from web.requests.session import COOKIE

WITHIN = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
AT_LENGTH = range(20)


class WithName(Windows):
    """Windows on the server by its name: a passkey goes with no address of numbers."""

    @property
    def url(self) -> str:
        return self.server.url.replace("127.0.0.1", "localhost")


class Phone:
    """A phone with one passkey of a person, who is signed out again."""

    def __init__(self, windows: WithName, person: str) -> None:
        self.windows = windows
        self.page: Page = windows.open(person)
        self.cdp: CDPSession = self.page.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        self.device = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": WITHIN})

    def add_passkey(self, name: str) -> None:
        self.page.goto("/account/passkeys")
        self.page.get_by_label("What do you call this device?").fill(name)
        self.page.get_by_role("button", name="Add a passkey").click()
        self.page.get_by_text("The passkey is added").wait_for()

    def sign_out(self) -> None:
        self.page.context.clear_cookies(name=COOKIE)
        self.page.goto("/sign-in")

    def sign_in(self) -> None:
        self.page.get_by_role("button", name="Sign in with a passkey").click()

    def answer(self) -> dict[str, Any]:
        """What the browser would send to sign in; it is kept from sending it."""
        found: list[str] = []

        def keep(route: Route) -> None:
            found.append(parse_qs(route.request.post_data or "")["signed"][0])
            route.fulfill(status=204)

        self.page.route("**/sign-in/passkey", keep)
        with self.page.expect_request("**/sign-in/passkey"):
            self.sign_in()
        self.page.wait_for_timeout(1)  # lets the route above be heard
        self.page.unroute("**/sign-in/passkey")
        return json.loads(found[0])

    def answer_unverified(self) -> dict[str, Any]:
        """What a browser answers that was not asked to make sure whose the device is."""
        told = {**self.device, "isUserVerified": False}
        self.cdp.send("WebAuthn.setUserVerified", told)
        try:
            return self.page.evaluate(UNVERIFIED)
        finally:
            self.cdp.send("WebAuthn.setUserVerified", {**told, "isUserVerified": True})

    def post(self, answer: dict[str, Any]) -> httpx.Response:
        url = self.windows.url
        sent = {"signed": json.dumps(answer)}
        return httpx.post(f"{url}/sign-in/passkey", data=sent, headers={"Origin": url})


UNVERIFIED = """async () => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const options = await (await fetch("/sign-in/passkey/options")).json();
  const publicKey = { challenge: bytes(options.challenge), userVerification: "discouraged" };
  return (await navigator.credentials.get({ publicKey })).toJSON();
}"""


@pytest.fixture(scope="module")
def phone(chromium: Browser, visited: Server) -> Iterator[Phone]:
    opened = WithName(chromium, visited)
    owned = Phone(opened, "amina")
    owned.add_passkey("My phone")
    owned.sign_out()
    yield owned
    opened.close()


def test_a_passkey_is_added_and_signs_in_on_a_phone(phone: Phone) -> None:
    page = phone.page
    assert violations(page) == []
    phone.sign_in()
    page.get_by_role("button", name="Sign out").wait_for()
    page.goto("/account/passkeys")
    assert page.get_by_text("Last used").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This device has a passkey of yours already.").wait_for()
    phone.sign_out()


def test_without_scripts_the_page_says_what_a_passkey_needs(phone: Phone) -> None:
    page = phone.windows.open(None, scripts=False)
    page.goto("/sign-in")
    assert page.get_by_text("A passkey needs JavaScript").is_visible()
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert page.get_by_role("button", name="Sign in", exact=True).is_visible()


def test_a_password_is_shown_on_demand(phone: Phone) -> None:
    page = phone.page
    field = page.get_by_label("Password", exact=True)
    field.fill("violin teapot gravel seven")
    page.get_by_role("button", name="Show the password").click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide the password").click()
    assert field.get_attribute("type") == "password"


# What the server refuses of a real answer


def _client(answer: dict[str, Any], **said: str) -> dict[str, Any]:
    response = dict(answer["response"])
    told = {**json.loads(base64url_to_bytes(response["clientDataJSON"])), **said}
    response["clientDataJSON"] = bytes_to_base64url(json.dumps(told).encode())
    return {**answer, "response": response}


def signature(phone: Phone) -> dict[str, Any]:
    answer = phone.answer()
    signed = bytearray(base64url_to_bytes(answer["response"]["signature"]))
    signed[-1] ^= 1
    answer["response"]["signature"] = bytes_to_base64url(bytes(signed))
    return answer


def challenge(phone: Phone) -> dict[str, Any]:
    another = httpx.get(f"{phone.windows.url}/sign-in/passkey/options").json()["challenge"]
    return _client(phone.answer(), challenge=another)


def origin(phone: Phone) -> dict[str, Any]:
    return _client(phone.answer(), origin="https://register.example.net")


def replayed(phone: Phone) -> dict[str, Any]:
    answer = phone.answer()
    assert phone.post(answer).status_code == 303
    return answer


FORGED: dict[Callable[[Phone], dict[str, Any]], str] = {
    signature: NOT_PROVED,
    challenge: NOT_PROVED,
    origin: NOT_PROVED,
    Phone.answer_unverified: NOT_PROVED,
    replayed: OVER,
}


def _is_refused(phone: Phone, forged: Callable[[Phone], dict[str, Any]]) -> None:
    answer = phone.post(forged(phone))
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert FORGED[forged] in answer.text


def test_the_server_refuses_what_was_altered_and_what_came_before(phone: Phone) -> None:
    for forged in FORGED:
        _is_refused(phone, forged)
    assert phone.post(phone.answer()).status_code == 303


@pytest.mark.long
@pytest.mark.parametrize("forged", FORGED)
def test_the_server_refuses_it_every_time(
    phone: Phone, forged: Callable[[Phone], dict[str, Any]]
) -> None:
    for _ in AT_LENGTH:
        _is_refused(phone, forged)
