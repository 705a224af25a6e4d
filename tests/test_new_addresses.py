"""The e-mail address of somebody who is more than a worker changes by two people: whoever has it at
a provider that is trusted with addresses comes in as them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.directory import ChangeProposed, PersonRenamed, PersonWords
from register.directory.cache import names_at
from register.directory.files import Files
from register.directory.loading import Load
from register.errors import ForbiddenError
from register.register import Register
from tests.browser import Office, words
from tests.cast import A_DAY, TODAY
from tests.changing_the_directory import alter, give
from tests.providers import refused, signs_in

NEW = "new@example.org"
MORE_THAN_WORKERS = ["ben", "carol", "dana", "dev", "ada"]


def address(register: Register, person: str) -> str:
    known = names_at(register.log)[person]
    return known.email if known else ""


def said(
    register: Register, by: str | None, person: str, email: str = NEW, name: str = "Robin"
) -> Load:
    """A file says somebody's name and address."""
    known = register.read.directory().people[person]
    people = [(known, PersonWords(name, email))]
    return register.load(Files(people=people, names_people=False), by=by)


def only(load: Load) -> str:
    (proposal,) = load.waiting
    return str(proposal.id)


@pytest.mark.parametrize("person", MORE_THAN_WORKERS)
def test_by_one_person_it_stays_as_it_is(here: Office, person: str) -> None:
    before = address(here.register, person)
    only(said(here.register, "ada", person))
    assert address(here.register, person) == before
    assert here.register.read.name(person) == "Robin"  # a name is made at once


@pytest.mark.parametrize("person", MORE_THAN_WORKERS)
def test_by_two_people_it_changes(here: Office, person: str) -> None:
    give(here.register, None, "gus", "administrator")
    here.register.approve("gus", only(said(here.register, "ada", person)))
    assert address(here.register, person) == NEW
    *_, renamed = here.log.after()
    assert isinstance(renamed, PersonRenamed)
    assert renamed.changed_by == "ada"


def test_of_a_worker_it_changes_by_one_person(here: Office) -> None:
    assert said(here.register, "ada", "amina").waiting == []
    assert address(here.register, "amina") == NEW


def test_of_whoever_comes_to_be_more_by_the_same_load_it_waits(here: Office) -> None:
    people = here.register.read.directory().people
    before = address(here.register, "amina")
    eve = Files(
        people=[
            (people["amina"], PersonWords("Amina", NEW)),
            (replace(people["eve"], line_manager="amina"), PersonWords("Eve", "eve@example.org")),
        ],
        names_people=False,
    )
    only(here.register.load(eve, by="ada"))
    assert address(here.register, "amina") == before


def test_of_an_auditor_who_left_it_waits_too(here: Office) -> None:
    alter(here.register, None, "dev", left_on=TODAY - A_DAY)
    before = address(here.register, "dev")
    only(said(here.register, "ada", "dev"))
    assert address(here.register, "dev") == before


def test_the_command_line_needs_nobody_else(here: Office) -> None:
    said(here.register, None, "ben")
    assert address(here.register, "ben") == NEW


def test_what_was_put_in_order_meanwhile_stays(here: Office) -> None:
    change = only(said(here.register, "ada", "ben"))
    said(here.register, None, "ben", "other@example.org", "Benjamin")
    here.register.approve("dana", change)
    assert names_at(here.log)["ben"] == PersonWords("Benjamin", NEW)


def test_whoever_proposed_it_cannot_approve_it(here: Office) -> None:
    change = only(said(here.register, "ada", "ben"))
    with pytest.raises(ForbiddenError, match="You proposed this"):
        here.register.approve("ada", change)


def test_the_same_address_waits_once_and_another_beside_it(here: Office) -> None:
    first, same = only(said(here.register, "ada", "ben")), only(said(here.register, "ada", "ben"))
    assert first == same
    other = only(said(here.register, "ada", "ben", "other@example.org"))
    assert other != first
    here.register.approve("dana", other)
    assert address(here.register, "ben") == "other@example.org"


def test_the_second_person_sees_both_addresses_and_the_log_none_in_plain(here: Office) -> None:
    before = address(here.register, "ben")
    only(said(here.register, "ada", "ben"))
    page = words(here.browser("dana").get("/people/changes"))
    assert before in page
    assert NEW in page
    *_, proposed = here.log.after()
    assert isinstance(proposed, ChangeProposed)
    assert proposed.facts == {"person": "ben"}


def test_the_page_of_a_change_says_that_it_would_wait(here: Office) -> None:
    people = [(here.register.read.directory().people["ben"], PersonWords("Robin", NEW))]
    preview = here.register.preview_load(Files(people=people, names_people=False), "ada")
    made, waits = (
        [(each.what, each.after) for one in part for each in one.differences]
        for part in (preview.people, preview.waiting)
    )
    assert made == [("Name", "Robin")]
    assert waits == [("Address", NEW)]


def test_an_administrator_does_not_come_in_as_somebody_by_an_address(at_work: Office, care) -> None:
    change = only(said(at_work.register, "ada", "dev"))
    browser, answer = signs_in(at_work, care, email=NEW)
    refused(answer, browser, "Nobody here is known by this sign-in.")
    at_work.register.approve("dana", change)
    browser, answer = signs_in(at_work, care, email=NEW)
    assert answer.status_code == 303
