"""Somebody has done what was agreed; the last completion closes the declaration."""

from __future__ import annotations

import pytest

from events.declarations import ActionCompleted, Evidence
from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import A_DAY, GIVEN_BACK, NOW, cast, gift, left, london, moved
from tests.spec import declared, did, erased, given, said

DONE = {"evidence": "I rang them on Monday"}
MORE = {**GIVEN_BACK, "how": "By post"}

WATCH = declared("gift", by="amina", item="Wrist watch")
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much to keep"})
RETURNED = did(complete, "amina", GIVEN_BACK)

CASH = declared("gift", by="eve", form="cash")
TWO_ACTIONS = did(
    acknowledge,
    "femi",
    {
        "note": "Talked it over",
        "actions": [
            {"what": "Give it back", "by": "eve", "due_on": "2026-11-20"},
            {"what": "Ring the family", "by": "femi", "due_on": "2026-11-18"},
        ],
    },
)


def test_a_return_stays_open_until_it_has_been_made():
    given(WATCH, TO_RETURN).when(complete, by="amina", body=GIVEN_BACK).then(
        said(
            ActionCompleted,
            completed_by="amina",
            completed_at=NOW,
            words=Evidence(answers=GIVEN_BACK),
        )
    ).then_state(status="closed", waiting_for=None, due_at=None)


def test_what_was_done_can_be_read():
    (action,) = given(WATCH, TO_RETURN, RETURNED).state.actions
    assert (action.what, action.by, action.completed_at, action.evidence) == (
        "return",
        "amina",
        NOW,
        GIVEN_BACK,
    )


def test_a_bequest_is_given_up_wherever_it_is():
    will = declared("gift", by="amina", form="bequest", whereabouts="with_giver")
    story = given(will, TO_RETURN)
    assert [action.what for action in story.state.actions] == ["give-up"]
    story.when(complete, by="amina", body=GIVEN_BACK).then_state(status="closed")


def test_the_last_completion_closes():
    story = given(CASH, TWO_ACTIONS)
    story.then_state(waiting_for="line_manager", due_at=london("2026-11-18 17:00"))
    after_first = given(CASH, TWO_ACTIONS, did(complete, "femi", DONE, action=1))
    after_first.then_state(
        status="awaiting_action", waiting_for="worker", due_at=london("2026-11-20 17:00")
    )
    after_first.when(complete, by="eve", body=DONE).then_state(status="closed")


def test_actions_may_be_completed_in_any_order():
    given(CASH, TWO_ACTIONS, did(complete, "eve", DONE)).then_state(
        status="awaiting_action", waiting_for="line_manager"
    )


def test_each_person_completes_their_own_actions_only():
    story = given(CASH, TWO_ACTIONS)
    story.when(complete, by="femi", body=DONE, action=0).then_refused(ForbiddenError)
    story.when(complete, by="eve", body=DONE, action=1).then_refused(ForbiddenError)
    story.when(complete, by="dana", body=DONE, action=1).then_refused(ForbiddenError)


def test_the_director_does_not_complete_the_workers_return():
    given(WATCH, TO_RETURN).when(complete, by="carol", body=DONE).then_refused(ForbiddenError)


def test_an_action_stays_its_persons_when_the_reporting_line_moves():
    past_femi = cast(moved("eve", under="dana"))
    story = given(CASH, TWO_ACTIONS)
    story.when(complete, by="dana", body=DONE, action=1, directory=past_femi).then_refused(
        ForbiddenError
    )


def test_an_action_of_a_manager_who_has_left_is_done_by_who_holds_the_role():
    without_femi = cast(left("femi"))
    story = given(CASH, TWO_ACTIONS)
    story.when(complete, by="dana", body=DONE, action=1, directory=without_femi).then(
        said(ActionCompleted, completed_by="dana")
    )


# The order of refusal


def test_for_whoever_may_not_know_of_it_it_does_not_exist():
    given(WATCH, TO_RETURN).when(complete, by="eve", body={}).then_refused(NotFoundError)


def test_an_auditor_completes_nothing_not_even_what_there_is_not():
    story = given(WATCH, TO_RETURN)
    story.when(complete, by="dev", body=DONE).then_refused(ForbiddenError, words="Auditors")
    story.when(complete, by="dev", body=DONE, action="none").then_refused(ForbiddenError)


@pytest.mark.parametrize("action", ["none", "", "5f0c3a52-0f3e-4e55-9d0e-1a6c6f7a2b10"])
def test_an_action_that_there_is_not_cannot_be_completed(action):
    given(WATCH, TO_RETURN).when(complete, by="amina", body=DONE, action=action).then_refused(
        NotFoundError, words="no such action"
    )


def test_not_theirs_comes_before_a_bad_body():
    given(WATCH, TO_RETURN).when(complete, by="carol", body={}).then_refused(ForbiddenError)


def test_a_bad_body_comes_before_done_already():
    late = {**GIVEN_BACK, "returned_on": "2026-11-17"}
    given(WATCH, TO_RETURN, RETURNED).when(complete, by="amina", body=late).then_refused(
        InvalidError, field="returned_on", words="not come yet"
    )


@pytest.mark.parametrize("evidence", ["", "  \n", None, 1, "\u202egnitset"])
def test_evidence_is_some_words(evidence):
    given(CASH, TWO_ACTIONS).when(complete, by="eve", body={"evidence": evidence}).then_refused(
        InvalidError, field="evidence"
    )


def test_a_return_says_how_when_and_to_whom():
    refusal = given(WATCH, TO_RETURN).when(complete, by="amina", body={}).then_refused(InvalidError)
    assert {error.field for error in refusal.errors} == {"how", "returned_on", "to"}
    given(WATCH, TO_RETURN).when(
        complete, by="amina", body={**GIVEN_BACK, "evidence": "Seen"}
    ).then_refused(InvalidError, field="evidence")


# Once


def test_the_same_completion_again_says_nothing():
    given(WATCH, TO_RETURN, RETURNED).when(
        complete, by="amina", body=GIVEN_BACK, at=NOW + A_DAY
    ).then_nothing_is_said()


def test_what_is_done_is_not_done_again():
    given(WATCH, TO_RETURN, RETURNED).when(complete, by="amina", body=MORE).then_refused(
        ConflictError, words="done already"
    )


def test_the_same_evidence_for_another_action_is_another_completion():
    both_hers = {
        "note": "Talked it over",
        "actions": [{"what": "Help", "by": "eve", "due_on": "2026-11-20"}] * 2,
    }
    story = given(CASH, did(acknowledge, "femi", both_hers), did(complete, "eve", DONE))
    story.then_state(status="awaiting_action")
    story.when(complete, by="eve", body=DONE, action=1).then_state(status="closed")


# Where a correction opened it again


def test_an_action_of_before_can_be_completed_while_it_is_decided_anew():
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    given(WATCH, TO_RETURN, to_cash).then_state(status="awaiting_decision").when(
        complete, by="amina", body=GIVEN_BACK
    ).then_state(status="awaiting_decision", waiting_for="service_director")


def test_an_open_action_of_before_no_longer_stands_once_it_is_decided_anew():
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    state = given(WATCH, TO_RETURN, to_cash, TO_RETURN).state
    assert [action.is_open for action in state.actions] == [True]
    old = given(WATCH, TO_RETURN).state.actions[0].id
    assert old not in [action.id for action in state.actions]


def test_what_was_done_before_stays_to_be_read():
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    state = given(WATCH, TO_RETURN, RETURNED, to_cash, TO_RETURN).state
    assert [action.is_open for action in state.actions] == [False, True]


def test_erased_evidence_leaves_that_it_was_done():
    story = given(WATCH, TO_RETURN, erased(RETURNED)).then_state(status="closed")
    (action,) = story.state.actions
    assert (action.completed_at, action.evidence) == (NOW, None)
