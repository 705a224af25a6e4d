"""How long a session lasts, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from register.errors import UnauthenticatedError
from tests.browser import Browser, Office
from tests.cast import A_DAY, A_MINUTE, NOW
from tests.sessions import verified
from web.urls import PAGES

AN_HOUR = timedelta(hours=1)
ABOVE_OR_BESIDE = ["ben", "carol", "dev", "ada"]
"""A line manager, a service director, an auditor and an administrator."""


def goes_on(here: Office, session: str) -> bool:
    try:
        here.register.signing_in.session(session)
    except UnauthenticatedError:
        return False
    return True


@pytest.mark.parametrize("person", ABOVE_OR_BESIDE)
def test_without_use_a_session_of_others_than_workers_ends_after_half_an_hour(
    here: Office, person: str
) -> None:
    session = verified(here.register, person)
    for _ in range(2):
        here.clock.goes_on(29 * A_MINUTE)
        assert goes_on(here, session)
    here.clock.goes_on(30 * A_MINUTE)
    assert not goes_on(here, session)


@pytest.mark.parametrize("person", ABOVE_OR_BESIDE)
def test_however_much_it_is_used_it_ends_after_twelve_hours(here: Office, person: str) -> None:
    session = verified(here.register, person)
    for _ in range(12 * 3 - 1):
        here.clock.goes_on(20 * A_MINUTE)
        assert goes_on(here, session)
    here.clock.shows = NOW + 12 * AN_HOUR
    assert not goes_on(here, session)


def test_a_workers_session_lasts_thirty_days(here: Office) -> None:
    session = verified(here.register, "amina")
    here.clock.shows = NOW + 30 * A_DAY - A_MINUTE
    assert goes_on(here, session)
    here.clock.shows = NOW + 30 * A_DAY
    assert not goes_on(here, session)


def test_no_other_page_is_read_without_using_its_session(here: Office) -> None:
    session = verified(here.register, "carol")
    browser = Browser(here.app, session)
    for _ in range(3):
        here.clock.goes_on(29 * A_MINUTE)
        asked = browser.call("GET", "/team", headers={"hx-request": "true"})
        assert asked.status_code == 200
    pages = {each.path for each in PAGES if getattr(each, "refreshes", False)}
    assert pages == {"/", "/inbox", "/declarations/{id}", "/register/proof/{job}"}


def test_a_page_that_refreshes_itself_does_not_keep_its_session(here: Office) -> None:
    session = verified(here.register, "ben")
    browser = Browser(here.app, session)
    for _ in range(29):
        here.clock.goes_on(A_MINUTE)
        refreshed = browser.call("GET", "/inbox", headers={"hx-request": "true"})
        assert refreshed.status_code == 200
    here.clock.goes_on(A_MINUTE)
    ended = browser.call("GET", "/inbox", headers={"hx-request": "true"})
    assert (ended.status_code, ended.headers["hx-redirect"]) == (401, "/sign-in")
    assert not goes_on(here, session)
