"""A worker tells the register what happened: who may, which day, and once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from events.declarations import DeclarationMade, FactsWords, Told
from events.ids import own_id
from events.names import Because
from register.acts.declaring import chosen_id, declare
from register.errors import ConflictError, ForbiddenError, InvalidError
from tests.cast import (
    A_DAY,
    A_MINUTE,
    NOW,
    POLICIES,
    TODAY,
    cast,
    days_ago,
    gift,
    london,
    moved,
    told,
)
from tests.spec import ID, Step, declared, did, erased, given, said

# What is a day that has come


def test_a_day_that_has_not_come_is_refused():
    body = told("gift", "amina", happened_on=TODAY + A_DAY)
    given().when(declare, by="amina", body=body).then_refused(
        InvalidError, field="happened_on", words="not come yet"
    )


def test_it_may_be_tomorrow_already_where_the_worker_is():
    evening = london("2026-11-16 20:00")
    step = did(declare, "amina", _in_auckland("2026-11-17"), at=evening)
    given(step).then_state(happened_on=date(2026, 11, 17), clock_ahead=False)


def test_today_is_never_later_than_anywhere_on_earth():
    """At 10:00 in London it is midnight at UTC+14, and no clock makes it later than that."""
    body = told("gift", "amina", happened_on="2026-11-18", captured_at="2026-11-18T09:00:00+13:00")
    given().when(declare, by="amina", body=body).then_refused(InvalidError, field="happened_on")
    easternmost = {**body, "happened_on": "2026-11-17"}
    given(did(declare, "amina", easternmost)).then_state(happened_on=date(2026, 11, 17))
    earlier = london("2026-11-16 09:59")
    given().when(declare, by="amina", body=easternmost, at=earlier).then_refused(
        InvalidError, field="happened_on"
    )


def test_london_s_day_counts_where_the_device_is_behind():
    half_past_midnight = london("2026-11-16 00:30")
    body = told("gift", "amina", captured_at="2026-11-15T19:30:00-05:00", happened_on=TODAY)
    given(did(declare, "amina", body, at=half_past_midnight)).then_state(happened_on=TODAY)


def _in_auckland(day: str) -> dict[str, object]:
    return told("gift", "amina", happened_on=day, captured_at=f"{day}T09:00:00+13:00")


# Who may declare, and what


@pytest.mark.parametrize("person", ["dev", "ada"])
def test_only_workers_declare(person):
    body = told("gift", "amina")
    given().when(declare, by=person, body=body).then_refused(ForbiddenError, words="Only workers")


@pytest.mark.parametrize("person", ["dev", "ada"])
def test_who_may_not_declare_is_told_so_before_what_is_wrong_with_it(person):
    given().when(declare, by=person, body={}).then_refused(ForbiddenError)


def test_every_bad_field_is_told_at_once():
    body = {
        **told("gift", "amina", service_user="M K", happened_on="2026-02-30"),
        "details": gift(worth="-5", form="money", wings=2),
        "captured_at": "yesterday",
        "photograph": None,
    }
    refusal = given().when(declare, by="amina", body=body).then_refused(InvalidError)
    assert {error.field for error in refusal.errors} == {
        "happened_on",
        "captured_at",
        "service_user",
        "details.worth",
        "details.form",
        "details.wings",
        "photograph",
    }


def test_a_kind_that_there_is_not_is_refused_with_what_else_is_wrong():
    body = {**told("gift", "amina", happened_on=TODAY + A_DAY), "kind": "loan"}
    refusal = given().when(declare, by="amina", body=body).then_refused(InvalidError)
    assert [error.field for error in refusal.errors] == ["kind", "happened_on"]


@pytest.mark.parametrize("kind", [None, 7, [], {}, "", "Gift"])
def test_a_kind_is_one_of_those_there_are(kind):
    body = {**told("gift", "amina"), "kind": kind}
    given().when(declare, by="amina", body=body).then_refused(InvalidError, field="kind")


def test_only_what_may_be_null_may_be_left_out():
    refusal = given().when(declare, by="amina", body={"kind": "gift"}).then_refused(InvalidError)
    missing = {"happened_on", "captured_at", "service_user", "details"}
    assert {error.field for error in refusal.errors} == missing
    body = told("gift", "amina")
    del body["late_reason"], body["details"]["worth"]
    given(did(declare, "amina", body)).then_state(late_reason=None)


@pytest.mark.parametrize("reference", ["SU-1042", "su/10.42", "a", "9" * 40, "RV-007", "NOBODY-1"])
def test_a_reference_is_checked_for_its_form_only(reference):
    given(declared("gift", by="amina", service_user=reference)).then_state(service_user=reference)


def test_what_was_said_is_kept_under_seal_and_the_rest_is_plain():
    body = told("gift", "amina", late_reason="Not late")
    given().when(declare, by="amina", body=body).then(
        said(
            DeclarationMade,
            kind="gift",
            worker="amina",
            service="elm-house",
            happened_on=TODAY,
            captured_at=NOW,
            received_at=NOW,
            words=FactsWords("SU-1042", gift(), "Not late"),
        )
    )


def test_the_facts_stand_where_the_first_entry_is():
    state = given(declared("gift", by="amina")).state
    assert (state.facts_version, state.position, state.version) == (1, 10, 1)


# The same again, and ids


def _again(**more: object) -> Step:
    return declared("gift", by="amina", **more)


def test_the_same_said_again_says_nothing():
    body = told("gift", "amina")
    given(_again()).when(declare, by="amina", body=body).then_nothing_is_said()


def test_the_same_said_again_days_later_says_nothing_though_it_would_be_late_by_then():
    body = told("gift", "amina")
    later = NOW + 30 * A_DAY
    given(_again()).when(declare, by="amina", body=body, at=later).then_nothing_is_said()


def test_the_same_is_the_same_however_it_is_written():
    body = told("gift", "amina", item="Two\nlines")
    same = told("gift", "amina", item="Two\r\nlines", captured_at="2026-11-16T11:00:00.000+01:00")
    del same["late_reason"]
    story = given(did(declare, "amina", body))
    story.when(declare, by="amina", body=same).then_nothing_is_said()


def test_the_same_said_again_under_a_new_manager_says_nothing():
    body = told("gift", "amina")
    new_lines = cast(moved("amina", under="gus"))
    given(_again()).when(declare, by="amina", body=body, directory=new_lines).then_nothing_is_said()


@pytest.mark.parametrize(
    "change",
    [
        {"item": "Another frame"},
        {"worth": "60"},
        {"happened_on": days_ago(1)},
        {"captured_at": NOW + A_MINUTE},
        {"service_user": "SU-1077"},
        {"late_reason": "Late after all"},
    ],
)
def test_an_id_holds_one_declaration_only(change):
    body = told("gift", "amina", **change)
    given(_again()).when(declare, by="amina", body=body).then_refused(ConflictError)


def test_an_id_that_another_person_used_is_taken_and_shows_nothing_of_theirs():
    body = told("gift", "gus")
    refusal = given(_again()).when(declare, by="gus", body=body).then_refused(ConflictError)
    assert str(refusal) == "This id is taken; use a new one."


def test_a_bad_shape_comes_before_an_id_that_is_taken():
    given(_again()).when(declare, by="gus", body={}).then_refused(InvalidError)


def test_erased_words_leave_the_facts():
    given(erased(_again())).then_state(
        service_user=None, details=None, status="awaiting_decision", happened_on=TODAY
    )


@pytest.mark.parametrize(
    "text", ["", "7", "5f0c3a520f3e4e559d0e1a6c6f7a2b10", f"{{{ID}}}", f"urn:uuid:{ID}"]
)
def test_an_id_is_a_uuid_in_its_usual_form(text):
    with pytest.raises(InvalidError, match="36 characters"):
        chosen_id(text)


def test_an_id_may_be_any_uuid_but_one_of_our_own():
    assert chosen_id("5F0C3A52-0F3E-4E55-9D0E-1A6C6F7A2B10").version == 4
    assert chosen_id(str(UUID(int=0))) == UUID(int=0)
    with pytest.raises(InvalidError, match="version 8 is our own"):
        chosen_id(str(own_id("alert", 1)))


def test_whoever_was_told_is_known_to_have_been():
    state = given(declared("gift", by="amina"), policies=POLICIES).state
    assert state.told == {"ben", "carol"}
    assert state.ruling.tells == (
        Told("service_director", "carol", Because.NAMED),
        Told("line_manager", "ben", Because.NAMED),
    )
