"""Whoever a declaration is about is barred from it, and so is whoever reports to them in the
worker's line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from events.declarations import DeclarationDecided
from register.acts.acknowledging import NEEDS, acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.declaring import declare
from register.acts.reviewing import review
from register.acts.situation import situation_of
from register.alerts import alerting
from register.alerts.duties import duties
from register.alerts.sorts import DECLARATIONS
from register.errors import ConflictError, InvalidError, NotFoundError
from register.policy import Policies, PolicyError
from register.ruling.describing import check
from register.standing.holding import who_holds
from register.standing.seeing import may_see, readers
from tests.cast import (
    CAST,
    NOW,
    POLICIES,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    amended,
    cast,
    directed,
    gift,
    left,
    shipped_text,
    told,
    write_pack,
)
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.spec import Step, Story, declared, did, given

KIND = "worry-about-a-colleague"
WORRY = {"subject_note": None, "seen": "A watch was hidden", "at_risk": False}


@pytest.fixture(autouse=True, scope="module")
def kind() -> Iterator[None]:
    with dropped_in(worry_about_a_colleague):
        yield


def about(subject: str, **more: Any) -> Step:
    return declared(KIND, by="amina", subject=subject, **more)


def now_about(subject: str) -> Step:
    details = {**WORRY, "subject": subject}
    return did(correct, "amina", {"details": details, "reason": "I mixed them up"})


def told_in(story: Story) -> set[str]:
    return {each.person for each in story.state.ruling.tells}


# Whom it is about


def test_whoever_it_is_about_neither_holds_a_role_nor_is_told_nor_reads_it() -> None:
    story = given(about("carol"))
    assert told_in(story) == {"dana"}
    assert who_holds(CAST, "service_director", story.state.matter) == "dana"
    assert set(readers(story.state, CAST)) == {"amina", "dana"}


def test_for_whoever_it_is_about_it_does_not_exist() -> None:
    given(about("carol")).when(acknowledge, by="carol", body={}).then_refused(NotFoundError)


def test_whoever_it_was_about_is_barred_for_good_whatever_they_become() -> None:
    state = given(about("ben"), now_about("gus")).state
    assert state.subjects == {"ben", "gus"}
    for person in ("ben", "gus"):
        above = cast(directed("elm-house", by=person))
        assert not may_see(above.people[person], state, above)
        assert who_holds(above, "service_director", state.matter) != person


def test_an_alert_of_somebody_whom_it_turns_out_to_be_about_goes_on() -> None:
    before = given(about("ben")).state
    after = given(about("ben"), now_about("carol")).state
    assert [duty.person for duty in duties(before, CAST).values()] == ["carol"]
    follows = alerting.follow(DECLARATIONS, before, after, CAST, NOW)
    assert [getattr(event, "person", None) for event in follows] == ["dana", "dana"]


def test_and_stays_with_nobody_where_nobody_is_left() -> None:
    alone = cast(left("dana"))
    before = given(about("ben"), directory=alone).state
    after = given(about("ben"), now_about("carol"), directory=alone).state
    (passed,) = alerting.follow(DECLARATIONS, before, after, alone, NOW)
    assert passed.person is None


# The worker's line


def ruled(folder: Path, **rule: str) -> Policies:
    """The shipped policies, and a rule of Elm House's for the worry."""
    lines = "\n".join(f"{name} = {value}" for name, value in {**RULE, **rule}.items())
    for each in (SHORT_BREAKS, SUPPORTED_LIVING):
        more = f"\n[kinds.{KIND}.cases.seen]\n{lines}\n" if each == SHORT_BREAKS else ""
        write_pack(folder, each, shipped_text(each) + more)
    return Policies(folder)


RULE = {
    "tells": '["line_manager", "service_director"]',
    "then": '"acknowledgement"',
    "acts": '"service_director"',
    "clause": '"6.0 G"',
    "seen_by": '["line_manager", "service_director", "auditor"]',
}


def test_whoever_reports_to_them_in_the_worker_s_line_does_not_know_of_it(tmp_path: Path) -> None:
    """Amina answers to Ben, and Ben to Carol."""
    story = given(about("carol"), policies=ruled(tmp_path))
    assert told_in(story) == {"dana"}
    assert not may_see(CAST.people["ben"], story.state, CAST)


def test_unless_the_policy_names_them_to_act(tmp_path: Path) -> None:
    policies = ruled(tmp_path, tells='["line_manager"]', acts='"line_manager"')
    story = given(about("carol"), policies=policies)
    assert told_in(story) == {"ben"}
    assert may_see(CAST.people["ben"], story.state, CAST)


def test_whoever_is_above_them_knows(tmp_path: Path) -> None:
    story = given(about("ben"), policies=ruled(tmp_path))
    assert told_in(story) == {"carol"}
    assert may_see(CAST.people["carol"], story.state, CAST)


# What is asked of the worker


@pytest.mark.parametrize(
    ("subject", "note", "words"),
    [
        ("amina", None, "This is you"),
        ("nobody", None, "Nobody here has the id 'nobody'."),
        (None, None, "Name who it is about"),
    ],
)
def test_whom_it_is_about_is_named(subject: str | None, note: str | None, words: str) -> None:
    body = told(KIND, "amina", subject=subject, subject_note=note)
    refusal = given().when(declare, by="amina", body=body)
    assert words in str(refusal.then_refused(InvalidError, field="details.subject").errors)


def test_or_described_where_they_are_not_in_the_directory() -> None:
    agency = {"subject": None, "subject_note": "A night worker from the agency"}
    assert given(declared(KIND, by="amina", **agency)).state.subjects == frozenset()


def test_a_correction_is_asked_the_same() -> None:
    body = {"details": {**WORRY, "subject": "amina"}, "reason": "It was me"}
    given(about("ben")).when(correct, by="amina", body=body).then_refused(
        InvalidError, field="details.subject"
    )


# What few may know


def test_flags_and_whom_it_is_about_are_under_seal() -> None:
    made, *_ = given(about("ben", at_risk=True)).state.past
    assert made.ruling.flags == ()
    assert made.words.flags == ("at-risk",)
    assert made.words.details["subject"] == "ben"


def test_the_flags_are_there_for_whoever_reads_it() -> None:
    assert given(about("ben", at_risk=True)).state.ruling.flags == ("at-risk",)


def test_once_its_words_are_erased_nobody_but_its_worker_sees_it() -> None:
    """As nobody can tell any more whom it is about."""
    step = about("ben")
    state = given(Step(step.verb, step.by, step.body, is_erased=True)).state
    assert state.subjects is None
    assert set(readers(state, CAST)) == {"amina"}
    assert duties(state, CAST)[f"acknowledge {state.route_version}"].person is None


def test_the_same_sent_twice_is_one_declaration_also_where_the_flags_are_under_seal() -> None:
    step = about("ben", at_risk=True)
    given(step).when(declare, by="amina", body=step.body).then_nothing_is_said()


# Seen by whoever acts alone


def alone(folder: Path) -> Policies:
    """A gift at Elm House is seen by its worker and whoever must act, and by nobody else."""
    text = shipped_text(SHORT_BREAKS)
    heading = "[kinds.gift.cases.received]\n"
    write_pack(folder, SHORT_BREAKS, text.replace(heading, f'{heading}seen_by = ["acting"]\n'))
    write_pack(folder, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    return Policies(folder)


def test_where_whoever_acts_is_alone_to_see_it_nobody_else_does(tmp_path: Path) -> None:
    state = given(declared("gift", by="amina"), policies=alone(tmp_path)).state
    assert state.is_restricted
    assert set(readers(state, CAST)) == {"amina", "carol"}
    assert "ben" in state.told


def test_once_nobody_has_to_act_the_worker_and_who_settled_it_see_it(tmp_path: Path) -> None:
    keep = {"outcome": "keep", "reason": "A farewell"}
    state = given(
        declared("gift", by="amina"), did(decide, "carol", keep), policies=alone(tmp_path)
    ).state
    assert set(readers(state, CAST)) == {"amina", "carol"}
    assert set(readers(state, cast(directed("elm-house", by="dana")))) == {"amina", "carol"}
    assert set(readers(state, cast(left("carol"), directed("elm-house", by="dana")))) == {"amina"}


def test_an_answer_that_the_rule_gives_takes_it_from_nobody(tmp_path: Path) -> None:
    """Whoever looked at a correction reads on what the rule itself answered by it."""
    rule = 'then = "acknowledgement"\nacts = "line_manager"\nclause = "5.0 I"\n'
    shut = 'then = "closed"\nclause = "5.0 I"\nseen_by = ["acting"]\n'
    policies = amended(tmp_path, SHORT_BREAKS, rule, shut)
    asked = {"still_vulnerable": "yes"}
    now = told("post-service-friendship", "amina", **asked)["details"]
    state = given(
        declared("post-service-friendship", by="amina", **asked),
        did(correct, "amina", {"details": now, "happened_on": "2026-11-10", "reason": "A slip"}),
        did(review, "ben", {"stands": False, "reason": "So it was"}),
        policies=policies,
    ).state
    assert (state.status, type(state.past[-1])) == ("closed", DeclarationDecided)
    assert set(readers(state, CAST)) == {"amina", "ben"}


def test_that_stays_so_whatever_is_corrected(tmp_path: Path) -> None:
    """Else what was said when few could see it would be open to many."""
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    state = given(declared("gift", by="amina"), to_cash, policies=alone(tmp_path)).state
    assert set(readers(state, CAST)) == {"amina", "carol"}


def test_a_list_that_many_read_has_nothing_of_which_few_may_know(tmp_path: Path) -> None:
    heading = "[kinds.prior-acquaintance.cases.known]\n"
    text = shipped_text(SHORT_BREAKS)
    assert heading in text
    write_pack(tmp_path, SHORT_BREAKS, text.replace(heading, f'{heading}seen_by = ["acting"]\n'))
    with pytest.raises(PolicyError, match=r"cases\.known: excludes: many read"):
        check(Policies(tmp_path), NEEDS)


@pytest.mark.parametrize("clause", ['clause = "1"\n', 'clause = "1"\nseen_by = ["auditor"]\n'])
def test_nor_does_it_have_what_names_somebody(tmp_path: Path, clause: str) -> None:
    write_pack(tmp_path, "worries", WORRIES + f"{clause}excludes = true\n")
    with pytest.raises(PolicyError, match=r"cases\.seen: excludes: many read"):
        check(Policies(tmp_path), NEEDS)


WORRIES = f"""
title = "Worries"
clauses = {{ 1 = "Tell." }}
[kinds.{KIND}.cases.seen]
tells = ["service_director"]
then = "acknowledgement"
acts = "service_director"
"""


@pytest.mark.parametrize("act", [correct, decide])
def test_of_a_kind_that_is_gone_nothing_is_corrected_or_decided(act: Any) -> None:
    gone = structs.replace(given(declared("gift", by="amina")).state, kind="gone")
    by = "amina" if act is correct else "carol"
    with pytest.raises(ConflictError, match="does not take"):
        act(situation_of(by, gone, POLICIES, CAST, NOW), {})


# Whose service user it is


def test_a_service_user_that_need_not_be_named_can_be_taken_away() -> None:
    body = {"details": {**WORRY, "subject": "ben"}, "reason": "It was about nobody", **NOBODY}
    given(about("ben")).when(correct, by="amina", body=body).then_state(service_user=None)


def test_left_out_it_stays() -> None:
    assert given(about("ben"), now_about("gus")).state.service_user == "SU-1042"


NOBODY = {"service_user": None}
