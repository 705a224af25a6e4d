"""A worker takes a declaration back while nothing is settled. It stays to be seen."""

from __future__ import annotations

import pytest

from events.declarations import DeclarationWithdrawn, Reason
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.requesting import ask
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.standing.seeing import may_see
from tests.cast import A_DAY, CAST, NOW, gift
from tests.spec import declared, did, erased, given, said

MISTAKE = {"reason": "It was meant for the whole team"}

FRAME = declared("gift", by="amina")
PERFUME = declared("gift", by="eve")
WITHDRAWN = did(withdraw, "amina", MISTAKE)


@pytest.mark.parametrize("waiting", [FRAME, PERFUME], ids=["003", "004"])
def test_what_nobody_has_settled_can_be_taken_back(waiting):
    given(waiting).when(withdraw, by=waiting.by, body=MISTAKE).then(
        said(
            DeclarationWithdrawn,
            withdrawn_by=waiting.by,
            withdrawn_at=NOW,
            words=Reason(MISTAKE["reason"]),
        )
    ).then_state(status="withdrawn", waiting_for=None, due_at=None, decides=None, outcomes=())


def test_also_while_the_worker_is_asked_for_more():
    given(FRAME, did(ask, "carol", {"text": "Who else was there?"}), WITHDRAWN).then_state(
        status="withdrawn", waiting_for=None, question=None
    )


def test_it_can_still_be_seen_by_all_who_could():
    state = given(FRAME, WITHDRAWN).state
    seen = [person.id for person in CAST.people.values() if may_see(person, state, CAST)]
    assert seen == ["amina", "ben", "carol", "dev"]


@pytest.mark.parametrize("outcome", ["keep", "return"])
def test_what_is_decided_cannot_be_taken_back(outcome):
    decided = did(decide, "carol", {"outcome": outcome, "reason": "A farewell"})
    given(FRAME, decided).when(withdraw, by="amina", body=MISTAKE).then_refused(ConflictError)


def test_what_is_acknowledged_cannot_be_taken_back():
    acknowledged = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
    given(PERFUME, acknowledged).when(withdraw, by="eve", body=MISTAKE).then_refused(ConflictError)


@pytest.mark.parametrize("answers", [{"token": True}, {"offer": "declined"}])
def test_what_was_closed_at_once_cannot_be_taken_back(answers):
    given(declared("gift", by="amina", **answers)).when(
        withdraw, by="amina", body=MISTAKE
    ).then_refused(ConflictError)


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
    token = declared("gift", by="amina", token=True)
    given(token).when(withdraw, by="amina", body={}).then_refused(InvalidError)


def test_the_same_withdrawal_again_says_nothing():
    given(FRAME, WITHDRAWN).when(
        withdraw, by="amina", body=MISTAKE, at=NOW + A_DAY
    ).then_nothing_is_said()


def test_it_is_taken_back_once():
    given(FRAME, WITHDRAWN).when(
        withdraw, by="amina", body={"reason": "Another reason"}
    ).then_refused(ConflictError)


def test_erased_reasons_leave_that_it_was_taken_back():
    given(FRAME, erased(WITHDRAWN)).then_state(status="withdrawn")
