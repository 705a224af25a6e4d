"""Where nothing is done about a concern for five working days, its worker is shown what ways
remain, in the order of 000."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from register.acts.acknowledging import acknowledge
from register.acts.annotating import add_note
from register.acts.informing import inform
from register.acts.requesting import ask
from register.policy import Policies
from register.ruling.ruling import policy_of_receipt
from register.ruling.ways import is_left_alone, ways_that_remain
from tests.browser import Office, here, words
from tests.cast import CAST, POLICIES, SHORT_BREAKS, amended, cast, directed, london
from tests.spec import Story, declared, did, given

__all__ = ["here"]
KIND = "colleague-concern"
MONDAY = london("2026-11-16 10:00")
NEXT_FRIDAY, NEXT_MONDAY = london("2026-11-20 18:00"), london("2026-11-23 08:00")
TUESDAY, NEXT_TUESDAY = london("2026-11-17 10:00"), london("2026-11-24 08:00")
SAID = {
    "note": "I will look",
    "actions": [{"what": "Talk to both", "by": "carol", "due_on": "2099-01-31"}],
}
TITLE = "Nothing was done about this for 5 working days"


def alone(story: Story, now: datetime, policies: Policies = POLICIES) -> bool:
    policy = policy_of_receipt(policies, story.state, CAST)
    return is_left_alone(story.state, policy, now)


def concern() -> Story:
    return given(declared(KIND, by="amina", at=MONDAY))


def test_after_five_working_days_in_which_nothing_was_done():
    assert not alone(concern(), NEXT_FRIDAY)
    assert alone(concern(), NEXT_MONDAY)


def test_the_pack_says_how_many(tmp_path: Path):
    two = amended(tmp_path, SHORT_BREAKS, "patience = 5", "patience = 2")
    assert alone(concern(), london("2026-11-18 10:00"), two)
    assert not alone(concern(), TUESDAY, two)


def test_without_a_policy_it_is_five_as_well():
    before = given(declared(KIND, by="amina", at=london("2026-03-02 10:00")))
    assert not alone(before, london("2026-03-08 10:00"))
    assert alone(before, london("2026-03-09 10:00"))


@pytest.mark.parametrize(
    "step",
    [
        did(acknowledge, "carol", SAID, at=TUESDAY),
        did(add_note, "carol", {"text": "I rang HR"}, at=TUESDAY),
    ],
)
def test_it_counts_from_what_somebody_last_did(step):
    story = given(declared(KIND, by="amina", at=MONDAY), step)
    assert not alone(story, NEXT_MONDAY)
    assert alone(story, NEXT_TUESDAY)


def test_what_the_worker_adds_by_themselves_is_not_something_done():
    more = did(inform, "amina", {"text": "He did it again"}, at=TUESDAY)
    assert alone(given(declared(KIND, by="amina", at=MONDAY), more), NEXT_MONDAY)


def test_while_the_worker_is_asked_it_waits_for_them():
    first = declared(KIND, by="amina", at=MONDAY)
    asked = did(ask, "carol", {"text": "When was it?"}, at=MONDAY)
    assert not alone(given(first, asked), NEXT_TUESDAY)
    answered = did(inform, "amina", {"text": "On Sunday"}, at=TUESDAY)
    assert not alone(given(first, asked, answered), NEXT_MONDAY)
    assert alone(given(first, asked, answered), NEXT_TUESDAY)


def test_another_kind_shows_none():
    assert not alone(given(declared("gift", by="amina", at=MONDAY)), NEXT_MONDAY)


# Which, and in which order


def test_first_the_organisation_s_own_then_the_regulator_then_the_professional_body():
    elm_house = CAST.services["elm-house"]
    policy = policy_of_receipt(POLICIES, concern().state, CAST)
    first, second, third = ways_that_remain(elm_house, policy)
    assert [first.to, second.to, third.to] == ["whistleblowing", "regulator", "professional_body"]
    assert "Care Quality Commission or Ofsted" in second.where
    assert third.where == "Social Work England"


def test_the_directory_says_where_the_policy_is_and_who_regulates_the_service():
    said = directed("elm-house", by="carol")
    known = cast(_with_ways(said)).services["elm-house"]
    policy = policy_of_receipt(POLICIES, concern().state, CAST)
    assert [each.where for each in ways_that_remain(known, policy)] == [
        "In the blue folder",
        "Ofsted",
        "Social Work England",
    ]


def _with_ways(event):
    return replace(event, whistleblowing="In the blue folder", regulator="Ofsted")


# On pages


def shown(here: Office, person: str, concern: str) -> str:
    return words(here.browser(person).get(f"/declarations/{concern}"))


def test_the_worker_is_shown_them_on_its_page_and_nobody_else(here: Office):
    here.clock.shows = MONDAY
    here.register.change_directory([_with_ways(directed("elm-house", by="carol"))])
    concern = str(here.declare("amina", KIND))
    assert TITLE not in shown(here, "amina", concern)
    here.clock.shows = NEXT_MONDAY
    page = shown(here, "amina", concern)
    places = [page.index(each) for each in (TITLE, "In the blue folder", "Ofsted", "Social Work")]
    assert places == sorted(places)
    assert TITLE not in shown(here, "carol", concern)
    assert "Note that you took it further" not in shown(here, "carol", concern)


def test_the_ways_stand_on_the_page_of_taking_it_further_at_any_time(here: Office):
    concern = str(here.declare("amina", KIND))
    page = words(here.browser("amina").get(f"/declarations/{concern}/taken-further"))
    assert "whistleblowing policy" in page
    assert page.index("the regulator of the service") < page.index("Social Work England")
    assert "General Social Care Council" not in page


# Once it is sent


def test_once_it_is_sent_the_worker_is_asked_whether_they_have_all_of_it(here: Office):
    concern = str(here.declare("amina", KIND))
    page = here.browser("amina").get(f"/declarations/{concern}/sent")
    assert "Does Carol have everything that you know?" in words(page)
    assert f'href="/declarations/{concern}/information"' in page.text
    gift = str(here.declare("amina"))
    assert "everything that you know" not in words(
        here.browser("amina").get(f"/declarations/{gift}/sent")
    )


# Somebody at risk now


CALL = "On call 01632 960114"


@pytest.mark.parametrize("person", ["amina", "carol"])
def test_whom_to_call_comes_before_anything_else_while_somebody_is_at_risk(
    here: Office, person: str
):
    here.register.change_directory([replace(directed("elm-house", by="carol"), contacts=(CALL,))])
    concern = str(here.declare("amina", KIND, at_risk_now=True))
    page = here.browser(person).get(f"/declarations/{concern}").text
    assert page.index("Somebody is at risk now.") < page.index("<h1")
    assert page.index("01632 960114") < page.index("<h1")
    if person == "amina":
        sent = here.browser(person).get(f"/declarations/{concern}/sent").text
        assert sent.index("01632 960114") < sent.index("It is in the register")


def test_the_form_says_whom_to_call_before_anything_else(here: Office):
    here.register.change_directory([replace(directed("elm-house", by="carol"), contacts=(CALL,))])
    page = here.browser("amina").get(f"/declare/{KIND}").text
    assert page.index("01632 960114") < page.index("<h1")
    assert "01632 960114" not in here.browser("amina").get("/declare/gift").text


def test_nobody_at_risk_calls_nobody(here: Office):
    concern = str(here.declare("amina", KIND))
    assert "Somebody is at risk now" not in shown(here, "amina", concern)
