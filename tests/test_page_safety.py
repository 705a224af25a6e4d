"""Who may open which page, what no other site can make a browser send, and when a session ends."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.routing import Route

from tests.browser import COOKIE, HOME, Browser, Office, office
from tests.cast import NOW, told
from tests.pictures import picture
from tests.server import PEOPLE
from web.app import create_app
from web.resources import Resource
from web.urls import PAGES

WORKERS = {"amina", "gus", "ben", "carol", "eve", "femi", "dana"}
ABOVE = {"ben", "carol", "femi", "dana"}
EVERYBODY = set(PEOPLE)
AMINAS, GUSS = {"amina", "ben", "carol", "dev"}, {"gus", "ben", "carol", "dev"}
DEV, ADA, BEN = {"dev"}, {"ada"}, {"ben"}
POLICY = "/policies/residential-short-breaks/2026-04-01"

WHO_MAY: dict[str, set[str]] = {
    "/": EVERYBODY,
    "/mine": WORKERS,
    "/should-i-declare": WORKERS,
    "/declare": WORKERS,
    "/declare/gift": WORKERS,
    "/declare/prior-acquaintance": WORKERS,
    "/declarations/{gift}": AMINAS,
    "/declarations/{gift}?as_at={declared}": AMINAS,
    "/declarations/{known}": GUSS,
    "/declarations/{gift}/sent": {"amina"},
    "/declarations/{gift}/information": {"amina"},
    "/declarations/{gift}/correction": {"amina"},
    "/declarations/{gift}/withdrawal": {"amina"},
    "/declarations/{gift}/photographs": {"amina"},
    "/declarations/{gift}/photographs/{photograph}": AMINAS,
    "/declarations/{gift}/photographs/{photograph}/thumbnail": AMINAS,
    "/declarations/{gift}/photographs/{photograph}/view": AMINAS,
    "/declarations/{gift}/decision": {"carol"},
    "/declarations/{gift}/information-request": {"carol"},
    "/declarations/{met}/acknowledgement": BEN,
    "/declarations/{friendship}/answer": BEN,
    "/declarations/{friendship}/information-request": BEN,
    "/declarations/{returned}/actions/{action}": {"amina"},
    "/inbox": ABOVE,
    "/team": ABOVE,
    "/exclusions": ABOVE | DEV,
    "/exclusions/{known}/lift": BEN,
    "/register": DEV,
    "/register?as_at={before}": DEV,
    "/register.csv": DEV,
    "/register/people": DEV,
    "/register/compare": DEV,
    "/entries": DEV,
    "/entries/1": DEV,
    POLICY: DEV | ADA,
    "/people": ADA,
    "/people/upload": ADA,
}
"""Everybody of the cast who is shown each page; nobody else is."""

FOR_ANYBODY = (
    "/accessibility",
    "/install",
    "/manifest.webmanifest",
    "/offline",
    "/offline/declare",
    "/offline/declare/{kind}",
    "/outbox",
    "/service-worker.js",
    "/sign-in",
    "/sign-in/{code}",
)
"""What holds nothing of anybody."""

SENT: dict[str, str | None] = {
    "/sign-in": None,
    "/sign-in/{code}": None,
    "/sign-out": "amina",
    "/seen": "amina",
    "/should-i-declare": "amina",
    "/declare/{kind}": "amina",
    "/declare/{kind}/send": "amina",
    "/declarations/{id}/information": "amina",
    "/declarations/{id}/correction": "amina",
    "/declarations/{id}/withdrawal": "amina",
    "/declarations/{id}/photographs": "amina",
    "/declarations/{id}/acknowledgement": "ben",
    "/declarations/{id}/decision": "carol",
    "/declarations/{id}/answer": "ben",
    "/declarations/{id}/information-request": "ben",
    "/declarations/{id}/actions/{action}": "amina",
    "/team": "ben",
    "/exclusions/{id}/lift": "ben",
    "/register": "dev",
    "/register.csv": "dev",
    "/people/upload": "ada",
    "/people/upload/confirm": "ada",
}
"""Every form's address, and somebody who may send it."""

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


class World:
    """The cast, with a declaration in each state that a page is about."""

    def __init__(self, here: Office) -> None:
        self.here = here
        returned = here.declare("amina", service_user="SU-1077")
        self.ids: dict[str, Any] = {
            "before": here.log.last_position(),
            "gift": here.declare("amina"),
            "declared": here.log.last_position(),
            "returned": returned,
            "met": here.declare("gus", "out-of-hours-encounter"),
            "friendship": here.declare("gus", "post-service-friendship"),
            "known": here.declare("gus", "prior-acquaintance"),
        }
        decision = {"outcome": "return", "reason": "Above a token"}
        decided = here.register.decide("carol", str(returned), decision)
        self.ids["action"] = decided.actions[0].id
        self.ids["photograph"] = uuid4()
        gift, photograph = str(self.ids["gift"]), str(self.ids["photograph"])
        here.register.add_photograph("amina", gift, photograph, picture())

    def path(self, pattern: str) -> str:
        return pattern.format(**self.ids)

    def sent_to(self, pattern: str) -> str:
        """The address of a form, about a declaration that it is for."""
        about = {
            "acknowledgement": "met",
            "answer": "friendship",
            "information-request": "met",
            "lift": "known",
        }.get(pattern.rsplit("/", 1)[-1], "returned" if "{action}" in pattern else "gift")
        code = self.here.register.signing_in.invite("gus") if "{code}" in pattern else ""
        return pattern.format(**self.ids, id=self.ids[about], kind="gift", code=code)


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    with office(folder) as here:
        yield World(here)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Nothing is changed in it."""
    with world_in(tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def resources(here: Office) -> list[Resource]:
    found = [route.app for route in here.app.routes if isinstance(route, Route)]
    return [each for each in found if isinstance(each, Resource)]


# Who may


def test_the_table_tells_of_every_page(world: World) -> None:
    told = {re.sub(r"\?.*", "", pattern) for pattern in WHO_MAY}
    pages = {page.path for page in PAGES if page.method == "GET"}
    untold = [each for each in pages if not any(_is_of(each, pattern) for pattern in told)]
    assert sorted(untold) == sorted(FOR_ANYBODY)


def _is_of(page: str, pattern: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", page), pattern) is not None


@pytest.mark.parametrize("pattern", WHO_MAY)
def test_a_page_is_shown_to_whom_the_table_says(world: World, pattern: str) -> None:
    answers = {each: world.here.browser(each).get(world.path(pattern)) for each in PEOPLE}
    shown = {each for each, answer in answers.items() if answer.status_code in (200, 303)}
    refused = {each: answers[each].status_code for each in answers if each not in shown}
    assert shown == WHO_MAY[pattern]
    assert set(refused.values()) <= {403, 404}


@pytest.mark.parametrize("pattern", WHO_MAY)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(world: World, pattern: str) -> None:
    for session in (None, "made-up"):
        answer = Browser(world.here.app, session).get(world.path(pattern))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.content == b""


# What other sites can make a browser send


def test_the_list_of_forms_is_the_applications_own(world: World) -> None:
    pages = {page.path for page in PAGES}
    unsafe = {
        (method, each.path)
        for each in resources(world.here)
        for method in each.endpoints
        if method not in ("GET", "HEAD") and each.path in pages
    }
    assert unsafe == {("POST", path) for path in SENT}


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
        if pattern == "/sign-in":
            assert taken.status_code == 404  # only the demo has it
        else:
            assert taken.status_code in (200, 303, 400, 409, 422), taken.text


def test_the_api_takes_a_session_only_from_a_page_of_the_register(world: World) -> None:
    browser, log = world.here.browser("amina"), world.here.log
    own = {"origin": HOME, "sec-fetch-site": "same-origin"}
    before, unsafe = log.last_position(), 0
    api = [each for each in resources(world.here) if each.path.startswith("/api/")]
    for each in api:
        for method in set(each.operations) - {"GET"}:
            path = each.path.format(**world.ids, id=world.ids["gift"])
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


# Headers

SECURITY = re.compile(
    r"default-src 'none'; script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='; style-src 'self'; "
    r"img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    r"worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def assert_safe(answer: httpx.Response) -> None:
    is_picture = answer.headers.get("content-type") == "image/jpeg"
    policy = r"default-src 'none'" if is_picture else SECURITY
    assert re.fullmatch(policy, answer.headers["content-security-policy"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("pattern", WHO_MAY)
def test_what_is_personal_is_stored_by_no_cache(world: World, pattern: str) -> None:
    who = min(WHO_MAY[pattern])
    answer = world.here.browser(who).get(world.path(pattern))
    assert_safe(answer)
    if answer.status_code == 200:
        assert answer.headers["cache-control"] == "no-store"


def test_every_other_answer_carries_the_headers_too(world: World) -> None:
    anybody, dev = Browser(world.here.app, None), world.here.browser("dev")
    static = re.findall(r'"(/static/[^"]+)"', anybody.get("/sign-in").text)
    assert static
    for path in ("/sign-in", "/nothing-here", "/healthz", "/api/declarations", "/", *static):
        assert_safe(anybody.get(path))
    refused = dev.get("/people")
    assert refused.status_code == 403
    assert refused.headers["cache-control"] == "no-store"
    assert_safe(refused)
    assert_safe(dev.post("/register", headers={"origin": None}))


def test_no_page_needs_more_than_the_policy_allows(world: World) -> None:
    """No style and no handler in an attribute, and no script but the template's own."""
    for pattern, who in WHO_MAY.items():
        text = world.here.browser(min(who)).get(world.path(pattern)).text
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text), pattern
        assert len(re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)) <= 1, pattern


# Signing in, and out


def signed_in_by(here: Office, code: str, home: str = HOME) -> httpx.Response:
    browser = Browser(here.app, None)
    return browser.call("POST", f"{home}/sign-in/{code}", headers={"origin": home})


def session_in(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.cookies[COOKIE]


def is_signed_in(here: Office, session: str) -> bool:
    return Browser(here.app, session).get("/").status_code == 200


@pytest.mark.parametrize(("home", "is_secure"), [(HOME, False), ("https://register.test", True)])
def test_the_cookie_is_for_this_site_and_for_no_script(here, home: str, is_secure: bool) -> None:
    answer = signed_in_by(here, here.register.signing_in.invite("amina"), home)
    [cookie] = answer.headers.get_list("set-cookie")
    value, *flags = cookie.split("; ")
    assert re.fullmatch(rf"{COOKIE}=[A-Za-z0-9_-]{{43}}", value)
    lasts = f"max-age={7 * 24 * 3600}"
    expected = {"httponly", "samesite=lax", "path=/", lasts, *(["secure"] if is_secure else [])}
    assert {flag.lower() for flag in flags} == expected


def test_a_link_works_once(here: Office) -> None:
    code = here.register.signing_in.invite("amina")
    assert is_signed_in(here, session_in(signed_in_by(here, code)))
    again = signed_in_by(here, code)
    assert again.status_code == 404
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(("seconds", "status"), [(0, 303), (899, 303), (900, 404), (86_400, 404)])
def test_a_link_works_for_a_quarter_of_an_hour(here: Office, seconds: int, status: int) -> None:
    code = here.register.signing_in.invite("amina")
    here.clock.goes_on(timedelta(seconds=seconds))
    assert signed_in_by(here, code).status_code == status


def test_looking_at_a_link_uses_nothing_up(here: Office) -> None:
    code = here.register.signing_in.invite("amina")
    for method in ("GET", "HEAD", "GET"):
        seen = Browser(here.app, None).call(method, f"/sign-in/{code}")
        assert seen.status_code == 200
        assert "set-cookie" not in seen.headers
    assert signed_in_by(here, code).status_code == 303


def test_a_link_that_never_was_looks_like_any_other(here: Office) -> None:
    code = here.register.signing_in.invite("amina")
    pages = [Browser(here.app, None).get(f"/sign-in/{each}").text for each in (code, "made-up")]
    assert pages[0] == pages[1]
    assert signed_in_by(here, "made-up").status_code == 404


def test_a_new_link_ends_the_one_before(here: Office) -> None:
    first, second = (here.register.signing_in.invite("amina") for _ in range(2))
    assert signed_in_by(here, first).status_code == 404
    assert signed_in_by(here, second).status_code == 303


def test_a_session_ends_at_sign_out_also_for_whoever_kept_its_cookie(here: Office) -> None:
    session = here.register.signing_in.begin("amina")
    other = here.register.signing_in.begin("amina")
    answer = Browser(here.app, session).post("/sign-out", {"wipe": "storage"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert not is_signed_in(here, session)
    assert is_signed_in(here, other)


def test_a_session_ends_when_it_was_not_used_for_twelve_hours(here: Office) -> None:
    session = here.register.signing_in.begin("amina")
    for _ in range(2):
        here.clock.goes_on(timedelta(hours=12, seconds=-1))
        assert is_signed_in(here, session)
    here.clock.goes_on(timedelta(hours=12))
    assert not is_signed_in(here, session)


def test_a_page_that_refreshes_itself_does_not_keep_its_session(here: Office) -> None:
    session = here.register.signing_in.begin("ben")
    browser = Browser(here.app, session)
    for _ in range(11):
        here.clock.goes_on(timedelta(hours=1))
        refreshed = browser.call("GET", "/inbox", headers={"hx-request": "true"})
        assert refreshed.status_code == 200
    here.clock.goes_on(timedelta(hours=1))
    ended = browser.call("GET", "/inbox", headers={"hx-request": "true"})
    assert (ended.status_code, ended.headers["hx-redirect"]) == (401, "/sign-in")
    assert not is_signed_in(here, session)


def test_a_session_ends_after_seven_days_however_much_it_was_used(here: Office) -> None:
    session = here.register.signing_in.begin("amina")
    for _ in range(7 * 3):
        assert is_signed_in(here, session)
        here.clock.goes_on(timedelta(hours=8))
    here.clock.shows = NOW + timedelta(days=7, seconds=-1)
    assert is_signed_in(here, session)
    here.clock.shows = NOW + timedelta(days=7)
    assert not is_signed_in(here, session)


def test_only_hashes_of_sessions_and_links_are_stored(here: Office, tmp_path: Path) -> None:
    code = here.register.signing_in.invite("amina")
    session = here.register.signing_in.begin("amina")
    stored = b"".join(each.read_bytes() for each in tmp_path.glob("register.sqlite*"))
    assert b"amina" in stored
    assert code.encode() not in stored
    assert session.encode() not in stored


# What strangers send


FORM = {"content-type": "application/x-www-form-urlencoded"}


class Counted:
    """A form that goes on for as long as it is read."""

    kilobytes = 0

    async def chunks(self, most: int) -> AsyncIterator[bytes]:
        while self.kilobytes < most:
            self.kilobytes += 1
            yield b"person=" + b"x" * 1017


@pytest.mark.parametrize("session", [None, "made-up"])
def test_of_whoever_is_not_signed_in_no_form_is_read(here: Office, session: str | None) -> None:
    form = Counted()
    stranger = Browser(here.app, session)
    answer = stranger.post("/declare/gift", content=form.chunks(500), headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert form.kilobytes == 0


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/some-code", "/sign-out"])
def test_before_somebody_is_known_only_a_small_form_is_read(here: Office, path: str) -> None:
    form = Counted()
    answer = here.browser(None).post(path, content=form.chunks(500), headers=FORM)
    assert answer.status_code == 413
    assert "no more than 16 KiB" in answer.text
    assert form.kilobytes == 17


# Behind a proxy

ADDRESS = "https://register.example.org"


def behind_a_proxy(here: Office, address: str, origin: str) -> httpx.Response:
    """As the register is asked by a proxy that speaks TLS for it, and tells it nothing of that."""
    app = create_app(here.register, address=address)
    session = here.register.signing_in.begin("amina")
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
