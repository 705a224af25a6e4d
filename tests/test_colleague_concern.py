"""A concern about a colleague (003 9.0 C, 004 Requirements): past whoever it is about, and read by
its worker and whoever acts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.declaring import declare
from register.directory.directory import Directory
from register.errors import InvalidError, NotFoundError
from register.ruling.ruling import in_plain
from register.standing.seeing import readers
from tests.cast import CAST, IN_FORCE, NOW, TODAY, cast, directed, joined, moved, told
from tests.spec import Step, declared, did, given

KIND = "colleague-concern"
ACTION = {"what": "Talk to both", "by": "carol", "due_on": "2099-01-31"}


def concern(by: str = "amina", **said: Any) -> Step:
    return declared(KIND, by=by, **said)


def told_of(story_of: Step, directory: Directory = CAST) -> list[str]:
    ruling = given(story_of, directory=directory).state.ruling
    return [f"{each.role}:{each.person}" for each in ruling.tells]


# 003


def test_it_goes_to_the_service_director_and_past_the_line_manager():
    given(concern()).then_state(
        status="awaiting_acknowledgement",
        tells=["service_director:carol"],
        cited=("residential-short-breaks", IN_FORCE, "9.0 C", True),
        late=False,
        flags=(),
    )


def test_a_concern_that_was_kept_back_for_two_days_is_late():
    two_days_ago = TODAY - timedelta(days=2)
    given(concern(happened_on=two_days_ago)).then_state(late=True)
    given(concern("eve", happened_on=two_days_ago)).then_state(late=False)


def test_its_worker_and_the_director_read_it_and_nobody_else():
    state = given(concern()).state
    assert set(readers(state, CAST)) == {"amina", "carol"}


def test_whoever_acknowledges_it_always_agrees_an_action():
    story = given(concern())
    said = {"note": "I will look", "actions": []}
    story.when(acknowledge, by="carol", body=said).then_refused(InvalidError, field="actions")
    said = {**said, "actions": [ACTION]}
    story.when(acknowledge, by="carol", body=said).then_state(status="awaiting_action")


def test_to_the_line_manager_it_does_not_exist():
    given(concern()).when(acknowledge, by="ben", body={}).then_refused(NotFoundError)


@pytest.mark.parametrize("by", ["amina", "gus"])
def test_about_the_line_manager_it_goes_to_the_director_all_the_same(by):
    assert told_of(concern(by, subject="ben")) == ["service_director:carol"]


def test_about_the_director_it_goes_to_another():
    assert told_of(concern(subject="carol")) == ["service_director:dana"]


def test_about_the_director_it_goes_to_the_reserve_before_another_director():
    with_reserve = cast(joined("rhea"), directed("elm-house", by="carol", reserve="rhea"))
    assert told_of(concern(subject="carol"), with_reserve) == ["service_director:rhea"]


def test_where_no_director_is_left_it_goes_to_the_last_resort():
    alone = cast(joined("rhea"), directed("riverside", by="carol"))
    alone = replace(alone, last_resort=("carol", "rhea"))
    assert told_of(concern(subject="carol"), alone) == ["service_director:rhea"]


# 004


def test_the_other_policy_sends_it_to_the_line_manager():
    given(concern("eve")).then_state(
        tells=["line_manager:femi"],
        cited=("supported-living", IN_FORCE, "Requirements", True),
        late=False,
    )
    said = {"note": "I will look", "actions": []}
    given(concern("eve")).when(acknowledge, by="femi", body=said).then_state(status="closed")


def test_the_other_policy_sends_what_is_about_that_manager_to_the_next_above():
    assert told_of(concern("eve", subject="femi")) == ["line_manager:dana"]


def test_where_a_policy_is_silent_the_line_manager_alone_reads_it():
    before = NOW.replace(month=1)
    story = given(concern(at=before))
    story.then_state(tells=["line_manager:ben"], restricted=True, late=False)
    assert set(readers(story.state, CAST)) == {"amina", "ben"}


# Flags


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({"at_risk_now": True}, ("at-risk",)),
        ({"manager_told": "silent"}, ("manager-silent",)),
        ({"manager_told": "acting"}, ()),
        ({"at_risk_now": True, "manager_told": "silent"}, ("at-risk", "manager-silent")),
    ],
)
def test_its_flags_are_sealed_with_its_words(said, flags):
    state = given(concern(**said)).state
    assert state.ruling.flags == flags
    assert in_plain(state.ruling).flags == ()
    assert getattr(state.past[0], "ruling").flags == ()  # noqa: B009


# Whom it is about


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"subject": "amina"}, "This is you"),
        ({"subject": "nobody-here"}, "Nobody here has the id 'nobody-here'."),
        ({"subject": None, "subject_note": None}, "Name who it is about"),
        ({"subject": None}, "Name who it is about"),
        ({"subject": ""}, "Name a person by their id."),
    ],
)
def test_whom_it_is_about_is_somebody_else_whom_the_directory_knows_or_a_note(said, words):
    body = told(KIND, "amina", **said)
    with pytest.raises(InvalidError) as refusal:
        given(did_declare(body))
    assert [each.field for each in refusal.value.errors] == ["details.subject"]
    assert words in str(refusal.value.errors[0].message)


def did_declare(body: dict[str, Any]) -> Step:
    return did(declare, "amina", body)


def test_somebody_whom_the_directory_does_not_know_is_told_of_in_a_note():
    given(concern(subject=None, subject_note="A night worker called Jo")).then_state(
        tells=["service_director:carol"], subjects=frozenset()
    )


def test_it_is_about_no_service_user_where_nobody_says_so():
    body = told(KIND, "amina")
    del body["service_user"]
    given(did_declare(body)).then_state(service="elm-house", service_user=None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"nature": []}, "details.nature"),
        ({"nature": ["relationship", "relationship"]}, "details.nature"),
        ({"nature": ["gossip"]}, "details.nature.0"),
        ({"what_seen": " "}, "details.what_seen"),
        ({"spoken_to_them": "maybe"}, "details.spoken_to_them"),
        ({"at_risk_now": None}, "details.at_risk_now"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_its_field(said, field):
    with pytest.raises(InvalidError) as refusal:
        given(did_declare(told(KIND, "amina", **said)))
    assert [each.field for each in refusal.value.errors] == [field]


def test_whoever_it_was_about_by_mistake_does_not_learn_that_they_were():
    details = given(concern(subject="ben")).state.details
    assert details is not None
    said = {"details": {**details, "subject": "gus"}, "reason": "It was Gus"}
    state = given(concern(subject="ben"), did(correct, "amina", said)).state
    above = cast(moved("amina", under="ben"), directed("elm-house", by="ben"))
    assert "ben" not in readers(state, above)
    assert "gus" not in readers(state, above)
