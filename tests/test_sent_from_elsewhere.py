"""What another site makes a browser send is not taken; behind a proxy neither."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.browser import HOME, Browser, Office
from tests.cast import told
from tests.sessions import verified
from tests.worlds import World, resources, world_in
from web.app import create_app
from web.urls import PAGES

SENT: dict[str, str | None] = {
    "/sign-in": None,
    "/sign-in/{code}": None,
    "/sign-in/with/{name}": None,
    "/sign-in/passkey": None,
    "/sign-in/password": None,
    "/sign-in/again": "amina",
    "/sign-in/again/passkey": "amina",
    "/sign-in/again/password": "amina",
    "/account/passkeys": "amina",
    "/account/passkeys/remove": "amina",
    "/account/password": "amina",
    "/account/password/remove": "amina",
    "/sign-out": "amina",
    "/seen": "amina",
    "/should-i-declare": "amina",
    "/declare/{kind}": "amina",
    "/declare/{kind}/send": "amina",
    "/declarations/{id}/information": "amina",
    "/declarations/{id}/correction": "amina",
    "/declarations/{id}/withdrawal": "amina",
    "/declarations/{id}/confirmation": "gus",
    "/on-behalf/{worker}/{kind}": "ben",
    "/on-behalf/{worker}/{kind}/send": "ben",
    "/declarations/{id}/photographs": "amina",
    "/declarations/{id}/acknowledgement": "ben",
    "/declarations/{id}/decision": "carol",
    "/declarations/{id}/answer": "ben",
    "/declarations/{id}/information-request": "ben",
    "/declarations/{id}/review": "carol",
    "/declarations/{id}/reopening": "carol",
    "/declarations/{id}/hand-over": "carol",
    "/declarations/{id}/note": "carol",
    "/declarations/{id}/taken-further": "gus",
    "/declarations/{id}/actions/{action}/completion": "amina",
    "/news": "ben",
    "/team": "ben",
    "/service-user": "ben",
    "/exclusions/{id}/lift": "ben",
    "/register": "dev",
    "/register/people": "dev",
    "/register/proof": "dev",
    "/looks": "dev",
    "/exclusions": "dev",
    "/account/providers/remove": "amina",
    "/account/seen": "amina",
    "/account/sessions": "amina",
    "/account/tokens": "amina",
    "/account/notices": "amina",
    "/people/outbox": "ada",
    "/account/tokens/end": "amina",
    "/people/{person}/sessions": "ada",
    "/people/{person}/tokens": "ada",
    "/people/{person}/sign-in": "ada",
    "/account/link": "amina",
    "/people/slips": "ada",
    "/people/{person}/link": "ada",
    "/erasures/ask": "ada",
    "/erasures/{erasure}": "ada",
    "/cover": "ben",
    "/cover/{cover}/end": "ben",
    "/people/{person}/cover": "ada",
    "/people": "ada",
    "/people/new": "ada",
    "/people/of/{person}": "ada",
    "/people/services/new": "ada",
    "/people/services/of/{service}": "ada",
    "/people/changes/{change}": "ada",
    "/people/upload": "ada",
    "/people/upload/confirm": "ada",
    "/holds": "carol",
    "/requests": "otto",
    "/requests/{request}/disclosures": "otto",
    "/requests/{request}/bundle": "otto",
    "/requests/{request}/answer": "otto",
    "/complaints": "otto",
    "/complaints/{complaint}": "otto",
    "/holds/{hold}/lift": "carol",
}
"""Every form's address, and somebody who may send it."""
WITHOUT_SUCH = {"/sign-in", "/sign-in/with/{name}"}
"""Only the demo has the first; and there is no provider here."""
FROM_PROVIDERS = {"/sign-in/with/{name}/logout"}
"""What no browser sends: a signature proves whose it is."""


ELSEWHERE: list[dict[str, str]] = [
    {},
    {"origin": ""},
    {"origin": "null"},
    {"origin": "nonsense"},
    {"origin": "https://evil.example"},
    {"origin": "http://other.register.test"},
    {"origin": "http://register.test.evil.example"},
    {"origin": "http://register.test:8080"},
    {"origin": "https://register.test"},
    {"origin": f"{HOME}/"},
    {"origin": f"{HOME}, https://evil.example"},
    {"sec-fetch-site": "same-origin"},
    {"referer": f"{HOME}/"},
    {"origin": HOME, "sec-fetch-site": "cross-site"},
    {"origin": HOME, "sec-fetch-site": "same-site"},
    {"origin": HOME, "sec-fetch-site": "none"},
]
"""What comes with a request that no page of the register sent."""


# What other sites can make a browser send


def test_the_list_of_forms_is_the_applications_own(world: World) -> None:
    pages = {page.path for page in PAGES}
    unsafe = {
        (method, each.path)
        for each in resources(world.here)
        for method in each.endpoints
        if method not in ("GET", "HEAD") and each.path in pages
    }
    assert unsafe == {("POST", path) for path in {*SENT, *FROM_PROVIDERS}}
    free = {page.path for page in PAGES if getattr(page, "is_from_provider", False)}
    assert free == FROM_PROVIDERS


@pytest.mark.parametrize("pattern", SENT)
def test_a_form_is_taken_only_from_a_page_of_the_register(tmp_path: Path, pattern: str) -> None:
    with world_in(tmp_path) as world:
        log, browser = world.here.log, world.here.browser(SENT[pattern])
        path, before = world.sent_to(pattern), world.here.log.last_position()
        for headers in ELSEWHERE:
            answer = browser.call("POST", path, headers=headers)
            assert answer.status_code == 403, headers
            assert "set-cookie" not in answer.headers
            assert "not sent from the register" in answer.text
        assert log.last_position() == before
        taken = browser.post(path)
        if pattern in WITHOUT_SUCH:
            assert taken.status_code == 404
        else:
            assert taken.status_code in (200, 303, 400, 409, 422), taken.text


def test_the_api_takes_a_session_only_from_a_page_of_the_register(world: World) -> None:
    browser, log = world.here.browser("amina"), world.here.log
    own = {"origin": HOME, "sec-fetch-site": "same-origin"}
    before, unsafe = log.last_position(), 0
    api = [each for each in resources(world.here) if each.path.startswith("/api/")]
    for each in api:
        for method in set(each.endpoints) - {"GET"}:
            gone = {"session": "gone", "token": "gone"}
            path = each.path.format(**world.ids, **gone, id=world.ids["gift"])
            unsafe += 1
            for headers in ELSEWHERE:
                answer = browser.call(method, path, headers=headers, json={})
                assert answer.status_code == 403, (method, path, headers)
            assert browser.call(method, path, headers=own, json={"no": 1}).status_code != 401
    assert unsafe > 8
    assert log.last_position() == before


def test_a_phone_sends_nothing_in_the_name_of_whoever_else_is_signed_in(here: Office) -> None:
    amina, path = here.browser("amina"), f"/api/declarations/{uuid4()}"
    own = {"origin": HOME, "sec-fetch-site": "same-origin"}
    body, before = told("gift", "amina", at=here.clock.shows), here.log.last_position()
    answer = amina.call("PUT", path, headers={**own, "register-person": "gus"}, json=body)
    assert (answer.status_code, here.log.last_position()) == (401, before)
    answer = amina.call("PUT", path, headers={**own, "register-person": "amina"}, json=body)
    assert answer.status_code == 201


def test_what_the_api_says_by_a_session_is_stored_by_no_cache(world: World) -> None:
    answer = world.here.browser("amina").get(world.path("/api/declarations/{gift}"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


# Behind a proxy

ADDRESS = "https://register.example.org"


def behind_a_proxy(here: Office, address: str, origin: str) -> httpx.Response:
    """As the register is asked by a proxy that speaks TLS for it, and tells it nothing of that."""
    app = create_app(here.register, address=address)
    session = verified(here.register, "amina")
    return Browser(app, session).post("/sign-out", headers={"origin": origin})


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/", f"{ADDRESS}:443", ADDRESS.upper()])
def test_behind_a_proxy_forms_come_from_the_address_people_use(here: Office, address: str) -> None:
    answer = behind_a_proxy(here, address, ADDRESS)
    assert answer.status_code == 303
    assert "; Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "origin", [HOME, "http://register.example.org", f"{ADDRESS}:8443", "https://elsewhere.test"]
)
def test_behind_a_proxy_forms_come_from_nowhere_else(here: Office, origin: str) -> None:
    assert behind_a_proxy(here, ADDRESS, origin).status_code == 403


def test_an_address_with_a_port_of_its_own_is_another(here: Office) -> None:
    address = "http://127.0.0.1:8000"
    answer = behind_a_proxy(here, address, address)
    assert answer.status_code == 303
    assert "Secure" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(("address", "is_https"), [(ADDRESS, True), (HOME, False), (None, False)])
def test_where_people_come_by_https_browsers_come_by_nothing_else(
    here: Office, address: str | None, is_https: bool
) -> None:
    app = create_app(here.register, address=address)
    for path in ("/sign-in", "/healthz", "/nowhere", "/static/nothing"):
        told = Browser(app, None).get(path).headers.get("strict-transport-security")
        assert told == ("max-age=31536000" if is_https else None)


# Without an address


def left_from(here: Office, home: str) -> httpx.Response:
    """Somebody signs out, on a page that says it is the register's."""
    app = create_app(here.register)
    browser = Browser(app, verified(here.register, "amina"))
    return browser.call("POST", f"{home}/sign-out", headers={"origin": home})


@pytest.mark.parametrize(
    "home",
    [
        "http://127.0.0.1:8000",
        "http://127.8.9.1",
        "http://localhost:8000",
        "http://register.localhost",
        "http://[::1]:8000",
    ],
)
def test_without_an_address_this_machine_is_believed(here: Office, home: str) -> None:
    assert left_from(here, home).status_code == 303


@pytest.mark.parametrize(
    "home",
    [
        "http://register.test",
        "http://192.0.2.1:8000",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://evil.example",
        "http://[2001:db8::1]",
    ],
)
def test_and_no_other_host_whatever_its_name_leads_to(here: Office, home: str) -> None:
    refused = left_from(here, home)
    assert refused.status_code == 403
    assert "REGISTER_ADDRESS" in refused.text
