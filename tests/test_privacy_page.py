"""What is kept about one, in plain words: for anybody, and for somebody at their own service."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from events.names import SeenBy
from register.policy import Policies
from register.ruling.readers import who_reads
from tests.browser import Office, links, office, words
from tests.cast import (
    CAST,
    POLICIES,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    amended,
    joined,
    shipped_text,
    write_pack,
)
from tests.server import Installation

READS_ALL = (SeenBy.LINE_MANAGER, SeenBy.SERVICE_DIRECTOR, SeenBy.AUDITOR)


def test_anybody_reads_it_and_every_page_leads_there(here: Office) -> None:
    anybody = here.browser(None)
    assert "/privacy" in links(anybody.get("/sign-in"))
    assert "/privacy/mine" in links(here.browser("amina").get("/"))
    assert anybody.get("/privacy").status_code == 200
    assert "Ask your administrator." in words(anybody.get("/privacy"))
    assert anybody.get("/privacy/mine").headers["location"].startswith("/sign-in")


def test_a_worker_reads_by_name_who_sees_what_they_declare(here: Office) -> None:
    name = here.register.read.name
    said = words(here.browser("amina").get("/privacy/mine"))
    assert f"your line manager, {name('ben')}, and the managers above" in said
    assert f"the service director, {name('carol')}" in said
    assert "“Somebody I know from outside work”" in said
    assert name("femi") not in said
    own = words(here.browser("eve").get("/privacy/mine"))
    assert name("femi") in own
    assert name("ben") not in own


def test_whoever_works_at_two_services_reads_of_both(here: Office) -> None:
    both = joined("mo", under="ben", services=("elm-house", "riverside"))
    here.register.change_directory([both])
    said = words(here.browser("mo").get("/privacy/mine"))
    assert "At Elm House" in said
    assert "At Riverside" in said


@pytest.mark.parametrize("person", ["dev", "ada", "carol"])
def test_everybody_has_it_whatever_they_are(here: Office, person: str) -> None:
    assert here.browser(person).get("/privacy/mine").status_code == 200


def test_who_reads_comes_from_the_pack(tmp_path: Path) -> None:
    elm_house = CAST.services["elm-house"]
    few, everything = sorted(who_reads(POLICIES, elm_house, TODAY), key=lambda each: each.seen_by)
    assert (few.seen_by, everything.seen_by) == ((SeenBy.ACTING,), READS_ALL)
    narrowed = re.sub(
        r"(\[kinds\.personal-number\.cases\.[a-z-]+\]\n)",
        r'\1seen_by = ["line_manager"]' "\n",
        shipped_text(SHORT_BREAKS),
    )
    write_pack(tmp_path, SHORT_BREAKS, narrowed)
    write_pack(tmp_path, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    found = who_reads(Policies(tmp_path), elm_house, TODAY)
    (number,) = [each for each in found if each.seen_by == (SeenBy.LINE_MANAGER,)]
    assert len(number.kinds) == 1


def test_where_whoever_acts_is_alone_to_see_it_the_page_says_so(tmp_path: Path) -> None:
    was = "[kinds.gift.cases.received]\n"
    policies = amended(tmp_path, SHORT_BREAKS, was, f'{was}seen_by = ["acting"]\n')
    found = who_reads(policies, CAST.services["elm-house"], TODAY)
    (gifts,) = [each for each in found if SeenBy.ACTING in each.seen_by]
    assert "A gift: anything else that you took" in gifts.kinds


def test_whom_to_ask_comes_from_the_settings(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("sqlite", REGISTER_PRIVACY_CONTACT="Jo in the office")
    with installation.serving() as server:
        assert "Ask Jo in the office." in server.as_nobody().get("/privacy").text


LONGEST_SENTENCE, LONGEST_ON_AVERAGE = 20, 12
"""In words: what somebody can read who reads little English."""


def test_the_sentences_are_short(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        page = here.browser(None).get("/privacy").text
    main = page[page.index("<main") : page.index("</main>")]
    parts = re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", main)
    said = re.sub(r"<[^>]+>", " ", ". ".join(parts))
    sentences = [each.split() for each in re.split(r"[.:;?]\s", said) if each.strip(" .")]
    assert max(map(len, sentences)) <= LONGEST_SENTENCE
    assert sum(map(len, sentences)) / len(sentences) <= LONGEST_ON_AVERAGE
