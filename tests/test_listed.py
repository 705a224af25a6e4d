"""What the directory knows of a service user is beside the answers, for whoever acts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from register.kinds import all_kinds, answers_in
from tests.browser import Office, words
from tests.cast import details

FRIENDSHIP = "post-service-friendship"
RECEIVED, ENDED = date(2026, 5, 4), date(2026, 3, 2)
KNOWN = "In the directory: SU-1077"


@pytest.mark.parametrize(
    ("said", "ended_on", "expected"),
    [
        ({}, ENDED, ()),
        ({"service_ended_on": None}, ENDED, ()),
        ({"service_ended_on": "2026-03-09"}, ENDED, ("service_ended_on",)),
        ({"still_receiving_service": True}, ENDED, ("still_receiving_service",)),
        ({}, None, ("service_ended_on", "still_receiving_service")),
        ({}, date(2026, 6, 1), ("service_ended_on", "still_receiving_service")),
    ],
)
def test_a_friendship_differs_where_its_answers_are_not_what_is_known(
    said: dict[str, Any], ended_on: date | None, expected: tuple[str, ...]
) -> None:
    answers = answers_in(FRIENDSHIP, details(FRIENDSHIP, **said))
    assert all_kinds()[FRIENDSHIP].differs(answers, ended_on, RECEIVED) == expected


def test_whoever_acts_sees_it_on_the_page_and_on_the_form(here: Office) -> None:
    said = {"service_user": "SU-1077", "service_ended_on": "2026-03-09"}
    friendship = here.declare("amina", FRIENDSHIP, **said)
    for page in ("", "/answer"):
        shown = words(here.browser("ben").get(f"/declarations/{friendship}{page}"))
        assert f"{KNOWN} (R. T.), at Elm House until 2 March 2026." in shown
        assert "answer: When did their service end?" in shown
        assert "another service" not in shown


def test_neither_the_worker_nor_an_auditor_sees_it(here: Office) -> None:
    friendship = here.declare("amina", FRIENDSHIP, service_user="SU-1077")
    for person in ("amina", "dev"):
        page = words(here.browser(person).get(f"/declarations/{friendship}"))
        assert "SU-1077" in page
        assert KNOWN not in page


def test_what_the_directory_does_not_know_is_not_shown(here: Office) -> None:
    gift = here.declare("amina", service_user="SU-9999")
    assert "In the directory" not in words(here.browser("carol").get(f"/declarations/{gift}"))
