"""The worker is accused of something, or the police are part of it (003 3.0 F): the line manager
alone reads it, and records what it means for the worker's duties."""

from __future__ import annotations

from datetime import timedelta

import pytest

from register.acts.acknowledging import Acknowledgement, acknowledge
from register.acts.declaring import declare
from register.acts.handing_over import hand_over
from register.acts.reopening import reopen
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.errors import InvalidError, NotFoundError
from register.ruling.ruling import in_plain
from register.standing.seeing import readers
from tests.cast import CAST, IN_FORCE, SHORT_BREAKS, TODAY, amended, cast, left, moved, told
from tests.spec import declared, did, given

KIND = "own-conduct"
NOTE = {"note": "Talked", "actions": []}


def test_it_goes_to_the_line_manager_immediately():
    given(declared(KIND, by="amina")).then_state(
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        cited=("residential-short-breaks", IN_FORCE, "3.0 F", True),
        service="elm-house",
        service_user=None,
    )
    two_days_ago = TODAY - timedelta(days=2)
    given(declared(KIND, by="amina", happened_on=two_days_ago)).then_state(late=True)


def test_the_other_policy_does_not_ask_for_it():
    given(declared(KIND, by="eve", happened_on="2026-10-01")).then_state(
        tells=["line_manager:femi"],
        cited=("supported-living", IN_FORCE, "not in this policy", False),
        late=False,
    )
    given(declared(KIND, by="eve")).when(acknowledge, by="femi", body=NOTE).then_state(
        status="closed"
    )


@pytest.mark.parametrize(("by", "manager"), [("amina", "ben"), ("eve", "femi")])
def test_the_worker_and_the_line_manager_read_it_and_nobody_else(by, manager):
    assert set(readers(given(declared(KIND, by=by)).state, CAST)) == {by, manager}


def test_the_line_manager_says_what_it_means_for_the_duties():
    story = given(declared(KIND, by="amina"))
    story.when(acknowledge, by="ben", body=NOTE).then_refused(
        InvalidError, field="duties_considered"
    )
    said = {**NOTE, "duties_considered": "She does not drive at work"}
    after = story.when(acknowledge, by="ben", body=said).then_state(status="closed").state
    assert after.acknowledged is not None
    assert after.acknowledged.duties_considered == "She does not drive at work"


def test_whoever_settled_it_reads_it_on_and_nobody_who_comes_after_them():
    said = {**NOTE, "duties_considered": "None"}
    state = given(declared(KIND, by="amina"), did(acknowledge, "ben", said)).state
    assert set(readers(state, CAST)) == {"amina", "ben"}
    assert set(readers(state, cast(moved("amina", under="gus")))) == {"amina", "ben"}
    assert set(readers(state, cast(left("ben")))) == {"amina"}


def test_whoever_settled_it_can_hand_it_over_later():
    said = {**NOTE, "duties_considered": "None"}
    story = given(declared(KIND, by="amina"), did(acknowledge, "ben", said))
    to_hr = {"to": "hr", "reference": "HR-12", "note": None}
    after = story.when(hand_over, by="ben", body=to_hr).then_state(status="closed").state
    assert [each.by for each in after.handed_over] == ["ben"]
    story.when(hand_over, by="carol", body=to_hr).then_refused(NotFoundError)


def test_once_it_is_opened_again_whoever_acts_now_reads_it_alone():
    said = {**NOTE, "duties_considered": "None"}
    state = given(
        declared(KIND, by="amina"),
        did(acknowledge, "ben", said),
        did(reopen, "ben", {"reason": "There is a court date"}),
    ).state
    assert set(readers(state, cast(moved("amina", under="gus")))) == {"amina", "gus"}


MISTAKE = {"reason": "It was somebody else"}
TAKEN_BACK = (
    did(withdraw, "amina", MISTAKE),
    did(review, "ben", {"stands": False, "reason": "So it was"}),
)
OPENED = did(reopen, "ben", {"reason": "It was her after all"})


def test_whoever_agreed_to_its_withdrawal_reads_it_on_and_once_it_waits_again_whoever_acts():
    withdrawn = given(declared(KIND, by="amina"), *TAKEN_BACK).state
    assert (withdrawn.status, set(readers(withdrawn, CAST))) == ("withdrawn", {"amina", "ben"})
    waits = given(declared(KIND, by="amina"), *TAKEN_BACK, OPENED).state
    assert set(readers(waits, cast(moved("amina", under="gus")))) == {"amina", "gus"}


def test_whoever_opens_again_what_was_closed_at_once_and_withdrawn_reads_it_on(tmp_path):
    """What they wrote stands in it, and they can still ask somebody to look at it."""
    was = """then = "acknowledgement"
acts = "line_manager"
deadline = "immediately"
clause = "3.0 F"
"""
    policies = amended(tmp_path, SHORT_BREAKS, was, 'then = "closed"\nclause = "3.0 F"\n')
    at_once = given(declared(KIND, by="amina"), policies=policies).state
    assert (at_once.status, set(readers(at_once, CAST))) == ("closed", {"amina"})
    story = given(declared(KIND, by="amina"), *TAKEN_BACK, OPENED, policies=policies)
    assert (story.state.status, set(readers(story.state, CAST))) == ("closed", {"amina", "ben"})
    asked = story.when(reopen, by="ben", body={"reason": "Somebody has to look at it"})
    asked.then_state(status="awaiting_acknowledgement")


def test_the_form_asks_for_the_post_and_for_those_whom_it_touches():
    asked = str(Acknowledgement.model_fields["duties_considered"].title)
    for each in ("post", "organisation", "colleagues", "service users", "public"):
        assert each in asked


def test_to_the_director_it_does_not_exist():
    story = given(declared(KIND, by="amina"))
    story.when(acknowledge, by="carol", body={}).then_refused(NotFoundError)


@pytest.mark.parametrize(
    ("matter", "flags"),
    [
        ("allegation", ()),
        ("police_enquiry", ("pending",)),
        ("caution", ()),
        ("pending_prosecution", ("pending",)),
        ("conviction", ("conviction",)),
    ],
)
@pytest.mark.parametrize("by", ["amina", "eve"])
def test_its_flags_are_sealed_with_its_words(by, matter, flags):
    state = given(declared(KIND, by=by, matter=matter)).state
    assert state.ruling.flags == flags
    assert in_plain(state.ruling).flags == ()


@pytest.mark.parametrize("next_date", ["2099-01-31", "2026-01-31", None])
def test_the_next_date_may_be_to_come(next_date):
    state = given(declared(KIND, by="amina", next_date=next_date)).state
    assert state.details is not None
    assert state.details["next_date"] == next_date


def test_the_day_on_which_it_was_learned_of_is_not_to_come():
    body = {**told(KIND, "amina"), "happened_on": str(TODAY + timedelta(days=2))}
    with pytest.raises(InvalidError) as refusal:
        given(did(declare, "amina", body))
    assert [each.field for each in refusal.value.errors] == ["happened_on"]


def test_it_names_no_service_user():
    body = {**told(KIND, "amina"), "service_user": "SU-1042"}
    with pytest.raises(InvalidError) as refusal:
        given(did(declare, "amina", body))
    assert [each.field for each in refusal.value.errors] == ["service_user"]
