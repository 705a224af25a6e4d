"""What the log's lines tell of whoever is kept out, and that they never tell who it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.browser import Browser, Office

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
