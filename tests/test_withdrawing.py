"""A worker takes a declaration back while nobody has settled it. Somebody looks at that first."""

from __future__ import annotations

import pytest

from events.declarations import DeclarationWithdrawn, Reason
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.standing.seeing import may_see
from tests.cast import A_DAY, A_TOKEN, CAST, NOW, gift, london
from tests.spec import declared, did, erased, given, said

MISTAKE = {"reason": "It was meant for the whole team"}

FRAME = declared("gift", by="amina")
PERFUME = declared("gift", by="eve")
ASKED_BACK = did(withdraw, "amina", MISTAKE)
AGREED = did(review, "carol", {"stands": False, "reason": "It was for the team"})
WITHDRAWN = (ASKED_BACK, AGREED)


@pytest.mark.parametrize("waiting", [FRAME, PERFUME], ids=["003", "004"])
def test_what_nobody_has_settled_can_be_taken_back(waiting):
    given(waiting).when(withdraw, by=waiting.by, body=MISTAKE).then(
        said(
            DeclarationWithdrawn,
            withdrawn_by=waiting.by,
            withdrawn_at=NOW,
            words=Reason(MISTAKE["reason"]),
        )
    ).then_state(
        status="awaiting_review",
        waiting_for=given(waiting).state.waiting_for,
        due_at=london("2026-11-18 17:00"),
        decides=None,
        outcomes=(),
    )


def test_once_somebody_agrees_nothing_waits_for_anybody():
    given(FRAME, *WITHDRAWN).then_state(
        status="withdrawn", waiting_for=None, due_at=None, decides=None, outcomes=()
    )


def test_also_while_the_worker_is_asked_for_more():
    given(FRAME, did(ask, "carol", {"text": "Who else was there?"}), *WITHDRAWN).then_state(
        status="withdrawn", waiting_for=None, question=None
    )


def test_it_can_still_be_seen_by_all_who_could():
    state = given(FRAME, *WITHDRAWN).state
    seen = [person.id for person in CAST.people.values() if may_see(person, state, CAST)]
    assert seen == ["amina", "ben", "carol", "dev"]


@pytest.mark.parametrize("outcome", ["keep", "return"])
def test_what_is_decided_cannot_be_taken_back(outcome):
    decided = did(decide, "carol", {"outcome": outcome, "reason": "A farewell"})
    given(FRAME, decided).when(withdraw, by="amina", body=MISTAKE).then_refused(ConflictError)


def test_what_is_acknowledged_cannot_be_taken_back():
    acknowledged = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
    given(PERFUME, acknowledged).when(withdraw, by="eve", body=MISTAKE).then_refused(ConflictError)


@pytest.mark.parametrize("answers", [A_TOKEN, {"offer": "declined"}])
def test_what_was_closed_at_once_can_be_taken_back(answers):
    given(declared("gift", by="amina", **answers)).when(
        withdraw, by="amina", body=MISTAKE
    ).then_state(status="awaiting_review", waiting_for="line_manager")


def test_what_was_decided_and_opened_again_cannot_be_taken_back():
    decided = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    given(FRAME, decided, to_cash).then_state(status="awaiting_decision").when(
        withdraw, by="amina", body=MISTAKE
    ).then_refused(ConflictError)


@pytest.mark.parametrize("person", ["ben", "carol"])
def test_only_the_worker_takes_it_back(person):
    given(FRAME).when(withdraw, by=person, body={}).then_refused(ForbiddenError)


def test_for_whoever_may_not_know_of_it_it_does_not_exist():
    given(FRAME).when(withdraw, by="gus", body={}).then_refused(NotFoundError)


def test_an_auditor_takes_nothing_back():
    given(FRAME).when(withdraw, by="dev", body={}).then_refused(ForbiddenError, words="Auditors")


@pytest.mark.parametrize("reason", ["", None, 3, [], "tab\t"])
def test_a_withdrawal_says_why(reason):
    given(FRAME).when(withdraw, by="amina", body={"reason": reason}).then_refused(
        InvalidError, field="reason"
    )


def test_a_bad_body_comes_before_settled_already():
    decided = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
    given(FRAME, decided).when(withdraw, by="amina", body={}).then_refused(InvalidError)


@pytest.mark.parametrize("steps", [(ASKED_BACK,), WITHDRAWN])
def test_the_same_withdrawal_again_says_nothing(steps):
    given(FRAME, *steps).when(
        withdraw, by="amina", body=MISTAKE, at=NOW + A_DAY
    ).then_nothing_is_said()


def test_another_takes_the_place_of_the_one_that_waits():
    state = given(FRAME, ASKED_BACK, did(withdraw, "amina", {"reason": "Another reason"})).state
    assert state.review is not None
    assert state.review.reason == "Another reason"


def test_what_is_withdrawn_is_not_taken_back_again():
    given(FRAME, *WITHDRAWN).when(
        withdraw, by="amina", body={"reason": "Another reason"}
    ).then_refused(ConflictError)


def test_one_that_was_refused_may_be_said_again():
    refused = did(review, "carol", {"stands": True, "reason": "It was cash; I decide"})
    given(FRAME, ASKED_BACK, refused).when(withdraw, by="amina", body=MISTAKE).then(
        said(DeclarationWithdrawn)
    )


def test_erased_reasons_leave_that_it_was_taken_back():
    given(FRAME, erased(ASKED_BACK), erased(AGREED)).then_state(status="withdrawn")
