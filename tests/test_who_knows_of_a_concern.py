"""Of a concern about a colleague, and of somebody's own conduct, nobody knows but the worker and
whoever acts: for all others it is in no page, call, list or count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Office, office, words
from tests.cast import audits, directed, joined, moved

CONCERN, CONDUCT = "colleague-concern", "own-conduct"
SEEN, WHAT = "He meets her at her flat on his days off", "Questioned after a road accident"
CAST = ("amina", "gus", "ben", "carol", "eve", "femi", "dana", "dev", "ada")
PAGES = (
    *("/", "/mine", "/inbox", "/team", "/register", "/register.csv", "/how-soon", "/year", "/news"),
    *("/looks", "/looked", "/entries", "/people/outbox", "/how-soon/overdue", "/exclusions"),
    *("/api/alerts", "/api/declarations", "/api/workers/amina/declarations", "/api/looks"),
)


@dataclass(frozen=True)
class Told:
    here: Office
    id: str
    kind: str
    words: str
    knows: set[str]


@pytest.fixture(scope="module", params=["gus", "ben", "carol", "dev", None])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """A concern of Amina's about one of the cast; then, her own conduct."""
    with office(tmp_path_factory.mktemp("concern")) as here:
        here.declare("amina")  # so that lists are not empty
        subject = request.param
        if subject is None:
            told_of = here.declare("amina", CONDUCT)
            yield Told(here, str(told_of), CONDUCT, WHAT, {"amina", "ben"})
        else:
            about = {"subject": subject, "at_risk_now": True, "manager_told": "silent"}
            told_of = here.declare("amina", CONCERN, **about)
            acts = "dana" if subject == "carol" else "carol"
            yield Told(here, str(told_of), CONCERN, SEEN, {"amina", acts})


def test_nobody_else_finds_it_anywhere(told: Told) -> None:
    for person in CAST:
        browser = told.here.browser(person)
        status = browser.get(f"/api/declarations/{told.id}").status_code
        assert status == (200 if person in told.knows else 404), person
        if person in told.knows:
            continue
        for page in PAGES:
            shown = browser.get(page)
            assert told.id not in shown.text, (person, page)
            assert told.words not in shown.text, (person, page)
            assert told.kind not in shown.text.replace(f'value="{told.kind}"', ""), (person, page)


@pytest.mark.parametrize("person", ["gus", "ben", "eve", "dev", "ada"])
def test_nothing_that_is_asked_of_it_differs_from_what_is_not_there(
    told: Told, person: str
) -> None:
    if person in told.knows:
        return
    browser = told.here.browser(person)
    for part in ("", "/history", "?as_at=1"):
        there = browser.get(f"/api/declarations/{told.id}{part}")
        gone = browser.get(f"/api/declarations/{NOT_THERE}{part}")
        assert (there.status_code, there.text.replace(told.id, NOT_THERE)) == (404, gone.text)
    for act in ("acknowledgement", "note", "taken-further", "correction", "hand-over"):
        headers = {"origin": "http://register.test", "sec-fetch-site": "same-origin"}
        answers = [
            browser.call("POST", f"/api/declarations/{each}/{act}", json={}, headers=headers)
            for each in (told.id, NOT_THERE)
        ]
        assert [each.status_code for each in answers] == [404, 404], act
        assert answers[0].text.replace(told.id, NOT_THERE) == answers[1].text


NOT_THERE = "9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a99"


@pytest.mark.parametrize("kind", [CONCERN, CONDUCT])
def test_a_list_that_is_asked_for_the_kind_by_name_is_empty(told: Told, kind: str) -> None:
    for person in ("gus", "eve", "dev"):
        found = told.here.browser(person).get(f"/api/declarations?kind={kind}")
        assert (found.status_code, found.json()["items"]) == (200, []), person


def test_who_becomes_director_manager_or_cover_and_is_its_subject_learns_nothing(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as here:
        concern = str(here.declare("amina", CONCERN, subject="gus"))
        changes: list[Any] = [moved("amina", under="gus"), directed("elm-house", by="gus")]
        here.register.change_directory([*changes, audits("gus")])
        for page in ("/inbox", "/team", "/register", "/api/alerts", "/api/declarations"):
            assert concern not in here.browser("gus").get(page).text, page
        assert here.browser("gus").get(f"/declarations/{concern}").status_code == 404


def test_the_auditor_of_what_few_may_know_reads_all_and_the_worker_sees_that(
    tmp_path: Path,
) -> None:
    with office(tmp_path) as here:
        here.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
        concern, conduct = here.declare("amina", CONCERN), here.declare("amina", CONDUCT)
        for declaration, said in ((concern, SEEN), (conduct, WHAT)):
            assert said in words(here.browser("rhea").get(f"/declarations/{declaration}"))
            looked = here.browser("amina").get(f"/declarations/{declaration}/looked").text
            assert "rhea" in looked
