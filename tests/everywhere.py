"""Somebody who looks at everything that there is to see: every page that leads on from the home
page, every call that asks, each declaration now and as it was."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from tests.gifts import path
from tests.server import Server
from web.requests.session import COOKIE
from web.urls import OPERATIONS

ALIKE = 2
"""How many pages of one sort are opened, as are those of entries; of declarations all."""
NOT_OPENED = ("/static", "/changed", "/sign-in", "/log/tile", "/api")
Seen = dict[str, bytes]


def everything(server: Server, person: str, declarations: list[str], before: int = 0) -> Seen:
    """What somebody is answered by address; `before` is a position as at which they look too."""
    seen = dict(_called(server.as_(person), declarations, before))
    secret = server.installation.session(person)
    with httpx.Client(base_url=server.url, cookies={COOKIE: secret}, timeout=30) as browser:
        seen |= _walked(browser, [f"/declarations/{each}" for each in declarations])
    return seen


def _called(
    client: httpx.Client, declarations: list[str], before: int
) -> Iterator[tuple[str, bytes]]:
    calls = [each.path for each in OPERATIONS if each.method == "GET"]
    plain = [each for each in calls if "{" not in each]
    named = [each for each in calls if each.startswith("/api/declarations/{id}")]
    addresses = [*plain, "/api/entries?limit=200"]
    for each in declarations:
        addresses += [one.replace("{id}", each) for one in named if one.count("{") == 1]
        addresses += [f"{path(each)}?as_at={before}"] if before else []
    for address in addresses:
        yield address, _answered(client.get(address))
    after = 0
    while page := client.get("/api/entries", params={"limit": 200, "after": after}).json():
        if not (items := page.get("items")):
            break
        yield f"/api/entries after {after}", str(items).encode()
        after = items[-1]["position"]


def _walked(browser: httpx.Client, first: list[str]) -> Seen:
    seen: Seen = {}
    sorts: Counter[str] = Counter()
    waiting = ["/", "/entries", "/erasures", "/register.csv", "/register/print", *first]
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        answer = browser.get(address)
        seen[address] = _answered(answer)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for link in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text):
            to = html.unescape(link)
            if to.startswith(NOT_OPENED) or to in seen:
                continue
            sorts[_sort(to)] += 1
            if sorts[_sort(to)] <= ALIKE:
                waiting.append(to)
    return seen


def _sort(address: str) -> str:
    """The same for pages that differ in what they are about alone."""
    where = urlsplit(address)
    sort = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", where.path)
    return f"{sort}?{re.sub(r'=[^&]*', '', where.query)}"


def _answered(answer: httpx.Response) -> bytes:
    assert answer.status_code < 500, answer.url
    return str(answer.headers).encode() + answer.content
