"""The policy is a page for everyone who works under it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser import Office, links, office, words
from tests.cast import IN_FORCE, SHORT_BREAKS, SUPPORTED_LIVING, amended, joined, london

SHORT = f"/policies/{SHORT_BREAKS}/{IN_FORCE}"
SUPPORTED = f"/policies/{SUPPORTED_LIVING}/{IN_FORCE}"


@pytest.mark.parametrize(
    ("person", "address"),
    [("amina", SHORT), ("ben", SHORT), ("carol", SHORT), ("eve", SUPPORTED), ("dana", SUPPORTED)],
)
def test_everyone_finds_the_policy_of_their_own_service(
    here: Office, person: str, address: str
) -> None:
    browser = here.browser(person)
    assert "/policy" in links(browser.get("/"))
    assert browser.get("/policy").headers["location"] == address
    assert browser.get(address).status_code == 200


def test_a_worker_reads_the_clauses_and_what_is_house(here: Office) -> None:
    said = words(here.browser("amina").get(SHORT))
    assert "5.0 F: Plan no contact of any sort" in said
    assert "House rule: The policy asks nobody to tell of a token" in said
    assert "A house rule is your organisation" in said
    assert "9.0 E: Whoever does not keep to this policy may be disciplined" in said
    assert "Read it together with: Employee Code of Conduct" in said


def test_a_worker_finds_the_clauses_and_what_follows_under_each_kind(here: Office) -> None:
    page = here.browser("amina").get(SHORT)
    assert "#gift" in links(page)
    gift = page.text.partition('id="gift"')[2].partition("<h3")[0]
    assert "6.0 G:" in gift
    assert "5.0 J:" not in gift
    assert "<details" in gift
    else_said = words(page).partition("All else")[2]
    assert "9.0 E:" in else_said
    assert "6.0 G:" not in words(page).rpartition("All else")[2]


def test_whose_time_is_meant_is_said(here: Office) -> None:
    said = words(here.browser("amina").get(SHORT))
    assert "“You tell it” is your own time;" in said
    assert "is that of whoever must act." in said


def test_every_case_is_in_words_that_a_worker_knows(here: Office) -> None:
    for person, address in (("amina", SHORT), ("eve", SUPPORTED)):
        page = here.browser(person).get(address)
        heads = re.findall(r'data-label="When it is">([^<]*)<', page.text)
        assert heads
        assert not [each for each in heads if re.search("Gate|Crossed|Token|-|_", each)]
    said = words(here.browser("amina").get(SHORT))
    assert "Anything else that you took: known before" in said
    assert "They still receive a service, or are still vulnerable" in said


def test_whoever_works_at_several_services_chooses(here: Office) -> None:
    here.register.change_directory([joined("zoe", services=("elm-house", "riverside"))])
    page = here.browser("zoe").get("/policy")
    assert {SHORT, SUPPORTED} <= set(links(page))


def test_whoever_has_no_service_sees_the_policy_of_every_one(here: Office) -> None:
    here.register.change_directory([joined("zoe", under="ben", services=())])
    page = here.browser("zoe").get("/policy")
    assert {SHORT, SUPPORTED} <= set(links(page))


def test_before_a_policy_is_in_force_the_page_says_so(tmp_path: Path) -> None:
    with office(tmp_path, now=london("2026-02-02 10:00")) as here:
        said = words(here.browser("amina").get("/policy"))
    assert "Elm House No policy is in force here yet." in said


def test_the_full_text_is_linked_where_the_pack_says_where_it_is(here: Office, tmp_path) -> None:
    assert "Ask your line manager for the full text." in words(here.browser("amina").get(SHORT))
    text, code = "https://council.example/policy.pdf", "https://council.example/code.pdf"
    now = f'document = "{text}"\nread_with = [\n    {{ title = "Code", document = "{code}" }},'
    here.register.policies = amended(tmp_path, SHORT_BREAKS, "read_with = [", now)
    page = here.browser("amina").get(SHORT)
    assert {text, code} <= set(links(page))
    assert "Ask your line manager for the full text." not in words(page)
