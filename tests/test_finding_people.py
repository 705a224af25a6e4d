"""People, and exclusions from key working, are found as declarations are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.browser import Browser, Office, links, office, words
from tests.cast import moved

LISTS = {"/people": "ada", "/register/people": "dev", "/exclusions": "dev"}


@dataclass(frozen=True)
class Place:
    office: Office
    before_moving: int
    """The position after which Gus came under Carol."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with office(tmp_path_factory.mktemp("place")) as here:
        for by, reference in (("gus", "SU-1042"), ("amina", "SU-1077"), ("eve", "RV-007")):
            here.declare(by, "prior-acquaintance", service_user=reference)
            here.clock.goes_on(timedelta(days=1))
        before = here.log.last_position()
        here.register.change_directory([moved("gus", under="carol")])
        yield Place(here, before)


@pytest.fixture
def excluded(place: Place) -> Office:
    return place.office


@pytest.fixture
def ada(excluded: Office) -> Browser:
    return excluded.browser("ada")


def ids(page: object) -> list[str]:
    """The ids of the people, in the order of the list."""
    return re.findall(r'data-label="Id">([^<]*)<', page.text)  # type: ignore[attr-defined]


def looked_for(browser: Browser, path: str, **said: str) -> object:
    address = browser.post(path, said).headers["location"]
    assert said.get("text", "nothing") not in address
    return browser.get(address)


# People


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "yusuf"}, ["amina"]),
        ({"text": "AMINA"}, ["amina"]),
        ({"text": "nobody like this"}, []),
        ({"role": "auditor"}, ["dev"]),
        ({"role": "service_director", "service": "elm-house"}, ["carol"]),
        ({"here": "no"}, []),
    ],
)
def test_people_are_found_by_name_role_and_service(
    excluded: Office, asked: dict[str, str], expected: list[str]
) -> None:
    for path, person in (("/people", "ada"), ("/register/people", "dev")):
        assert ids(looked_for(excluded.browser(person), path, **asked)) == expected


def test_people_come_in_the_order_that_is_asked_for(ada: Browser) -> None:
    by_id = ids(ada.get("/people", by="id"))
    assert by_id == sorted(by_id)
    by_name = re.findall(r'data-label="Name">([^<]*)<', ada.get("/people").text)
    assert by_name == sorted(by_name, key=str.casefold)
    assert len(by_name) == len(by_id)


def test_an_auditor_finds_people_as_they_were(place: Place) -> None:
    dev, before = place.office.browser("dev"), place.before_moving
    assert "Gus Hale gus worker Elm House Ben Okoro" in words(
        dev.get("/register/people", as_at=str(before), role="worker")
    )
    assert "Gus Hale gus worker Elm House Carol Price" in words(
        dev.get("/register/people", role="worker")
    )


def test_addresses_are_the_administrators(excluded: Office, ada: Browser) -> None:
    assert "amina@" in ada.get("/people").text
    assert "amina@" not in excluded.browser("dev").get("/register/people").text


def test_a_long_list_of_people_is_paged(ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = ids(ada.get("/people"))
    monkeypatch.setattr("web.forms.finding.ON_A_PAGE", 4)
    found: list[str] = []
    address: str | None = "/people"
    while address is not None:
        page = ada.get(address)
        found += ids(page)
        address = next((each for each in links(page) if "after=" in each), None)
    assert found == everybody


# Exclusions


def lines(page: object) -> list[str]:
    """The worker and the service user of each line."""
    found = re.findall(
        r'data-label="Worker">([^<]*)</th>\s*<td[^>]*>([^<]*)<',
        page.text,  # type: ignore[attr-defined]
    )
    return [f"{worker.split()[0]} {reference}" for worker, reference in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Gus SU-1042", "Amina SU-1077", "Eve RV-007"]),
        ({"by": "name"}, ["Amina SU-1077", "Eve RV-007", "Gus SU-1042"]),
        ({"by": "reference"}, ["Eve RV-007", "Gus SU-1042", "Amina SU-1077"]),
        ({"text": "su1077"}, ["Amina SU-1077"]),
        ({"text": "gus"}, ["Gus SU-1042"]),
        ({"text": "RV-999"}, []),
        ({"worker": "eve"}, ["Eve RV-007"]),
        ({"service": "elm-house"}, ["Gus SU-1042", "Amina SU-1077"]),
    ],
)
def test_exclusions_are_found_and_sorted(
    excluded: Office, asked: dict[str, str], expected: list[str]
) -> None:
    assert lines(looked_for(excluded.browser("dev"), "/exclusions", **asked)) == expected


def test_nobody_finds_an_exclusion_that_they_may_not_see(excluded: Office) -> None:
    femi = excluded.browser("femi")
    assert lines(looked_for(femi, "/exclusions", text="SU-1042")) == []
    assert femi.get("/exclusions", worker="gus").status_code == 422


def test_the_page_says_what_it_lists(excluded: Office) -> None:
    page = excluded.browser("ben").get("/exclusions")
    assert "<title>Workers who must not be key worker for someone" in re.sub(
        r"<title>\s*", "<title>", page.text
    )


# What cannot be taken


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/people", "role service here by sought"),
        ("/register/people", "role service here by sought as_at as_at_day"),
        ("/exclusions", "worker service by sought"),
    ],
)
def test_a_bad_filter_is_refused_in_words(excluded: Office, path: str, fields: str) -> None:
    browser = excluded.browser(LISTS[path])
    for field in fields.split():
        for bad in ("\x00", "'; --", "<b>", "x" * 3000, "é"):
            answer = browser.get(path, **{field: bad})
            assert answer.status_code == 422, (field, bad)
            assert "There is a problem" in answer.text
            assert "<b>" not in answer.text
