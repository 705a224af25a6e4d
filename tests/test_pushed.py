"""A phone shows that something waits, and leads to the register and nowhere else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.phones import Phones

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOWN = """navigator.serviceWorker.ready.then((found) => found.getNotifications())
  .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))"""


def pushed(page: Page, data: str) -> None:
    """Have the browser take a push, as its push service would."""
    session = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"])
    )
    session.send("ServiceWorker.enable")
    give_up_at = time.monotonic() + 10
    while not found:
        assert time.monotonic() < give_up_at, "there is no service worker"
        page.wait_for_timeout(50)
    origin = found[0]["scopeURL"].rstrip("/")
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[0]["registrationId"], "data": data},
    )


def shown(page: Page, count: int = 1) -> list[dict[str, Any]]:
    give_up_at = time.monotonic() + 10
    while len(found := page.evaluate(SHOWN)) != count:
        assert time.monotonic() < give_up_at, found
        page.wait_for_timeout(50)
    return list(found)


def test_a_push_is_shown_once_and_a_later_one_takes_its_place(phones: Phones) -> None:
    page = phones.ready("carol")
    page.context.grant_permissions(["notifications"], origin=phones.url)
    for body in ("Something waits.", "2 things wait."):
        said = {
            "title": "Declarations register",
            "body": body,
            "tag": "t",
            "navigate": "/inbox",
            "data": {"message": body},
        }
        pushed(page, json.dumps({"web_push": 8030, "notification": said}))
        shown(page)
    (found,) = shown(page)
    give_up_at = time.monotonic() + 10
    while found["body"] != "2 things wait.":
        assert time.monotonic() < give_up_at, found
        (found,) = shown(page)
    assert found["data"] == {"navigate": "/inbox", "message": "2 things wait."}


@pytest.mark.parametrize("data", ["", "no json", "[]", '{"notification": 7}'])
def test_a_push_that_cannot_be_read_says_that_something_waits(phones: Phones, data: str) -> None:
    page = phones.ready("carol")
    page.context.grant_permissions(["notifications"], origin=phones.url)
    pushed(page, data)
    (found,) = shown(page)
    assert found["body"] == "Something waits for you in the register."
