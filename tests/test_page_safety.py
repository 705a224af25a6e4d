"""Who may open which page, and what headers keep it safe."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.browser import Browser
from tests.server import PEOPLE as THE_CAST
from tests.worlds import World
from web.urls import PAGES

OTTO = {"otto"}
PEOPLE = [*THE_CAST, *OTTO]
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
    "/declarations/{gift}/receipt": AMINAS,
    "/declarations/{gift}/information": {"amina"},
    "/declarations/{gift}/correction": {"amina"},
    "/declarations/{gift}/withdrawal": {"amina"},
    "/declarations/{entered}/confirmation": {"gus"},
    "/declarations/{concern}/taken-further": {"gus"},
    "/on-behalf": ABOVE,
    "/on-behalf/amina": {"ben", "carol"},
    "/on-behalf/amina/gift": {"ben", "carol"},
    "/declarations/{gift}/photographs": {"amina"},
    "/declarations/{gift}/photographs/{photograph}": AMINAS,
    "/declarations/{gift}/photographs/{photograph}/thumbnail": AMINAS,
    "/declarations/{gift}/photographs/{photograph}/view": AMINAS,
    "/declarations/{gift}/decision": {"carol"},
    "/declarations/{gift}/information-request": {"carol"},
    "/declarations/{taken_back}/review": {"carol"},
    "/declarations/{returned}/reopening": {"carol"},
    "/declarations/{gift}/hand-over": {"carol"},
    "/declarations/{met}/note": {"ben", "carol"},
    "/declarations/{met}/acknowledgement": BEN,
    "/declarations/{friendship}/answer": BEN,
    "/declarations/{friendship}/information-request": BEN,
    "/declarations/{returned}/actions/{action}/completion": {"amina"},
    "/account/providers": EVERYBODY,
    "/sign-in/again": EVERYBODY,
    "/sign-in/again/options": EVERYBODY,
    "/account/passkeys": EVERYBODY,
    "/account/passkeys/options": EVERYBODY,
    "/account/password": EVERYBODY,
    "/inbox": ABOVE,
    "/news": EVERYBODY - ADA - OTTO,
    "/team": ABOVE,
    "/service-user": ABOVE | DEV,
    "/year": {"carol", "dana"},
    "/how-soon": {"carol", "dana"} | DEV,
    "/how-soon/overdue": {"carol", "dana"} | DEV,
    "/exclusions": ABOVE | DEV,
    "/exclusions/{known}/lift": {"ben", "carol"},
    "/register": DEV,
    "/register?as_at={before}": DEV,
    "/register/print": DEV,
    "/register.csv": DEV,
    "/register/people": DEV,
    "/register/compare": DEV,
    "/register/proof": DEV,
    "/register/proof/{job}": DEV,
    "/register/proof/{job}/bundle": DEV,
    "/entries": DEV,
    "/entries/1": DEV,
    "/erasures": ABOVE | ADA | OTTO,
    "/erasures/ask": ABOVE | ADA | OTTO,
    "/erasures/{erasure}": ADA | OTTO,
    "/declarations/{gift}/looked": {"amina"},
    "/looked": EVERYBODY - ADA - DEV - OTTO,
    "/looks": DEV,
    "/looks.ndjson": DEV,
    "/policy": EVERYBODY - ADA - OTTO,
    POLICY: EVERYBODY,
    "/privacy/mine": EVERYBODY,
    "/account/link": EVERYBODY,
    "/people/ben/link": ADA,
    "/people/slips": ADA,
    "/account": EVERYBODY,
    "/account/tokens": EVERYBODY,
    "/account/notices": EVERYBODY,
    "/people/amina/sessions": ADA,
    "/people/amina/tokens": ADA,
    "/cover": ABOVE,
    "/people/ben/cover": ADA,
    "/people": ADA,
    "/people/amina/sign-in": ADA,
    "/people/new": ADA,
    "/people/of/amina": ADA,
    "/people/services/new": ADA,
    "/people/services/of/riverside": ADA,
    "/people/lines": ADA,
    "/people/lines/carol": ADA,
    "/people/changes": ADA | {"carol", "dana"},
    "/people/reachable": ADA,
    "/people/outbox": ADA,
    "/people/upload": ADA,
    "/protection": OTTO,
    "/requests": OTTO,
    "/requests/{request}": OTTO,
    "/complaints": OTTO,
    "/complaints/{complaint}": OTTO,
    "/holds": {"carol", "dana"} | OTTO,
    "/holds/{hold}/lift": {"carol"} | OTTO,
}
"""Everybody of the cast who is shown each page; nobody else is."""


FOR_ANYBODY = (
    "/accessibility",
    "/changed",
    "/install",
    "/manifest.webmanifest",
    "/offline",
    "/offline/declare",
    "/offline/declare/{kind}",
    "/outbox",
    "/privacy",
    "/receipts",
    "/service-worker.js",
    "/sign-in",
    "/sign-in/with/{name}/callback",
    "/sign-in/passkey/options",
    "/sign-in/{code}",
)
"""What holds nothing of anybody. `/changed` is a stream: tests/test_live_pages.py tells whose."""


# Who may


def test_the_table_tells_of_every_page(world: World) -> None:
    told = {re.sub(r"\?.*", "", pattern) for pattern in WHO_MAY}
    pages = {page.path for page in PAGES if page.method == "GET"}
    untold = [
        each
        for each in pages
        if each in FOR_ANYBODY or not any(_is_of(each, pattern) for pattern in told)
    ]
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
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("pattern", WHO_MAY)
def test_what_is_personal_is_stored_by_no_cache(world: World, pattern: str) -> None:
    who = min(WHO_MAY[pattern])
    answer = world.here.browser(who).get(world.path(pattern))
    assert_safe(answer)
    if answer.status_code == 200:
        assert answer.headers["cache-control"] == "no-store"


def test_every_page_of_somebody_signed_in_has_the_way_out(world: World) -> None:
    without = set()
    for pattern, who in WHO_MAY.items():
        answer = world.here.browser(min(who)).get(world.path(pattern))
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if is_page and '<form method="post" action="/sign-out"' not in answer.text:
            without.add(pattern)
    assert without == set()


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


@pytest.mark.parametrize("name", ["manifest.json", "..%2fapp.py", "%00", "a" * 5000])
def test_no_file_is_served_but_those_that_pages_name(world: World, name: str) -> None:
    answer = Browser(world.here.app, None).get(f"/static/{name}")
    assert answer.status_code == 404
    assert_safe(answer)


def test_no_page_needs_more_than_the_policy_allows(world: World) -> None:
    """No style and no handler in an attribute, and no script but the template's own."""
    for pattern, who in WHO_MAY.items():
        text = world.here.browser(min(who)).get(world.path(pattern)).text
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text), pattern
        assert len(re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)) <= 1, pattern
