"""What the log's lines tell of whoever is kept out, and that they never tell who it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from events.names import How
from tests.browser import COOKIE, HOME, Browser, Office
from tests.server import as_no_server
from web import serving

Lines = Sequence[Any]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with capture_logs() as captured:
        yield captured


@pytest.mark.parametrize(
    ("path", "template", "status", "code"),
    [
        ("/people", "/people", 403, "forbidden"),
        ("/declarations/{gift}", "/declarations/{id}", 404, "not_found"),
        ("/api/entries", "/api/entries", 403, "forbidden"),
        ("/api/declarations/{gift}?as_at=then", "/api/declarations/{id}", 422, "invalid"),
    ],
)
def test_what_is_refused_to_somebody_is_a_line_with_its_code(
    here: Office, lines: Lines, path: str, template: str, status: int, code: str
) -> None:
    gift = here.declare("amina")
    here.browser("gus").get(path.format(gift=gift))
    assert told(lines) == [(template, status, code)]
    assert_nobody_is_named(lines, "gus", "amina", gift)


def test_whoever_is_not_known_is_a_line_as_well(here: Office, lines: Lines) -> None:
    stranger = Browser(here.app, "made-up")
    stranger.get("/mine")
    stranger.call("GET", "/api/alerts", headers={"Authorization": "Bearer made-up"})
    expected = [("/mine", 303, "unauthenticated"), ("/api/alerts", 401, "unauthenticated")]
    assert told(lines) == expected
    assert_nobody_is_named(lines, "made-up")


def test_a_form_from_elsewhere_is_a_line(here: Office, lines: Lines) -> None:
    here.browser("amina").post("/declare/gift", headers={"origin": "https://elsewhere.test"})
    assert told(lines) == [("/declare/{kind}", 403, "forbidden")]


@pytest.mark.parametrize("path", ["/.env", "/static/x.js", "/people/../amina", "/amina?q=gus"])
def test_whoever_looks_for_what_is_not_there_is_a_line_without_the_address(
    here: Office, lines: Lines, path: str
) -> None:
    assert Browser(here.app, None).get(path).status_code == 404
    assert told(lines) == [("nowhere", 404, "not_found")]
    assert_nobody_is_named(lines, "amina", "gus", ".env")


def told(lines: Lines) -> list[tuple[str, int, str]]:
    """The path, the status and the code of each answer."""
    answered = (each for each in lines if each["event"] == "answered")
    return [(each["path"], each["status"], each["refused"]) for each in answered]


def assert_nobody_is_named(lines: Lines, *names: object) -> None:
    written = json.dumps(lines)
    assert [each for each in names if str(each) in written] == []


WORDS = "what Amina wrote"


@pytest.mark.parametrize("path", ["/mine", "/api/alerts"])
def test_what_fails_is_a_line_with_the_place_and_nobody_is_told_more(
    here: Office, lines: Lines, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(WORDS)

    amina = here.browser("amina")
    monkeypatch.setattr(here.register.read, "directory", fails)
    answer = amina.get(path)
    assert answer.status_code == 500
    assert "Nothing was stored" in answer.text
    assert [each for each in (WORDS, "RuntimeError", "Traceback") if each in answer.text] == []
    [failed] = (each for each in lines if each["event"] == "failed")
    assert (failed["log_level"], failed["error"]) == ("error", "RuntimeError")
    assert any(each.startswith("fails:") for each in failed["at"])
    assert_nobody_is_named(lines, WORDS, "amina")


def test_nobody_writes_a_line_of_their_own_into_the_log(here: Office, lines: Lines) -> None:
    forged = '\n{"event":"answered","status":200}'
    stranger = Browser(here.app, None)
    stranger.call("GET", f"/{quote(forged)}", headers={"user-agent": forged.replace("\n", " ")})
    stranger.call("POST", f"/sign-in/{quote(forged)}", headers={"origin": HOME})
    assert [each["path"] for each in lines] == ["nowhere", "/sign-in/{code}"]


# Signing in


def of_signing_in(lines: Lines) -> list[tuple[str, object]]:
    """What is told of sessions, each with how it began or how many there were."""
    events = ("signed in", "proved again", "sessions ended")
    told = (each for each in lines if each["event"] in events)
    return [(each["event"], each.get("how", each.get("sessions"))) for each in told]


def test_signing_in_is_a_line_with_the_way_and_signing_out_is_one(
    here: Office, lines: Lines
) -> None:
    code = here.register.signing_in.invite("amina")
    answer = Browser(here.app, None).post(f"/sign-in/{code}")
    session = answer.cookies[COOKIE]
    Browser(here.app, session).post("/sign-out")
    assert of_signing_in(lines) == [("signed in", "link"), ("sessions ended", 1)]
    assert_nobody_is_named(lines, "amina", code, session)


def test_a_sign_in_that_is_refused_is_an_answer_at_its_address(here: Office, lines: Lines) -> None:
    Browser(here.app, None).post("/sign-in/made-up")
    assert told(lines) == [("/sign-in/{code}", 404, "not_found")]
    assert of_signing_in(lines) == []


def test_to_prove_again_who_one_is_is_a_line(here: Office, lines: Lines) -> None:
    signing_in = here.register.signing_in
    session = signing_in.begin("carol", How.LINK)
    signing_in.verified(session, How.PASSKEY, here.register.now())
    assert of_signing_in(lines) == [("signed in", "link"), ("proved again", "passkey")]


def test_sessions_that_somebody_else_ends_are_a_line(here: Office, lines: Lines) -> None:
    signing_in = here.register.signing_in
    for _ in range(3):
        signing_in.begin("carol", How.LINK)
    one = signing_in.sessions_of("carol")[0].id
    signing_in.end_one("carol", one)
    signing_in.end_all("carol")
    assert of_signing_in(lines)[3:] == [("sessions ended", 1), ("sessions ended", 2)]


def test_what_a_command_prints_has_no_such_line(
    here: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    with as_no_server():
        here.register.signing_in.begin("carol", How.LINK)
        here.register.signing_in.end_all("carol")
    assert capsys.readouterr() == ("", "")


# When the server starts


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        ("http://register.example.org", True),
        ("https://register.example.org", False),
        ("http://localhost:8000", False),
        (None, False),
    ],
)
def test_a_server_that_is_reached_without_https_says_so(
    here: Office,
    lines: Lines,
    monkeypatch: pytest.MonkeyPatch,
    address: str | None,
    is_told: bool,
) -> None:
    monkeypatch.setattr(serving.signal, "signal", lambda *_: None)
    monkeypatch.setattr(serving.GuardedServer, "run", lambda _: None)
    limits = serving.Limits(10, 10, 10, 10)
    serving.serve(here.register, "127.0.0.1", 0, address=address, limits=limits)
    told = [each["what"] for each in lines if each["event"] == "shortcoming"]
    assert any("without https" in each for each in told) == is_told


def test_a_wrong_password_is_an_answer_at_its_address(here: Office, lines: Lines) -> None:
    tried = {"email": "amina@example.org", "password": "pelican cardigan rust"}
    Browser(here.app, None).post("/sign-in/password", tried)
    [answered] = (each for each in lines if each["event"] == "answered")
    assert (answered["path"], answered["status"]) == ("/sign-in/password", 422)
    assert of_signing_in(lines) == []
    assert_nobody_is_named(lines, "amina", "pelican")
