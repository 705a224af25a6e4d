"""Signing in by a link, how long a session lasts, and how little strangers can send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.browser import COOKIE, HOME, Browser, Office
from tests.sessions import verified
from web.app import create_app

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
    here.app = create_app(here.register, address=home)
    answer = signed_in_by(here, here.register.signing_in.invite("amina"), home)
    [cookie] = answer.headers.get_list("set-cookie")
    value, *flags = cookie.split("; ")
    name = f"__Host-{COOKIE}" if is_secure else COOKIE
    assert re.fullmatch(rf"{name}=[A-Za-z0-9_-]{{43}}\.[A-Za-z0-9_-]{{43}}", value)
    lasts = f"max-age={30 * 24 * 3600}"
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
    session = verified(here.register, "amina")
    other = verified(here.register, "amina")
    answer = Browser(here.app, session).post("/sign-out", {"wipe": "storage"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert not is_signed_in(here, session)
    assert is_signed_in(here, other)


def test_only_hashes_of_sessions_and_links_are_stored(here: Office, tmp_path: Path) -> None:
    code = here.register.signing_in.invite("amina")
    session = verified(here.register, "amina")
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
