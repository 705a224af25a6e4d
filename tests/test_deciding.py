"""A service director decides whether a gift is kept or goes back (003 6.0 G)."""

from __future__ import annotations

from datetime import date

import pytest

from events.declarations import ActionAgreed, DeclarationDecided, Reason
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import A_DAY, A_TOKEN, NOW, cast, gift, left, london, moved
from tests.spec import declared, did, erased, given, said

KEEP = {"outcome": "keep", "reason": "A farewell present from the whole family"}
RETURN = {"outcome": "return", "reason": "Too much to keep"}
FRAME = declared("gift", by="amina")
CASH = declared("gift", by="gus", form="cash")


def decided(by: str, body: dict[str, str]):
    return did(decide, by, body)


def test_to_keep_a_gift_closes_it():
    given(FRAME).when(decide, by="carol", body=KEEP).then(
        said(
            DeclarationDecided,
            kind="gift",
            asked="decide",
            findings={},
            decided_by="carol",
            decided_at=NOW,
            made_on=1,
            outcome="keep",
            source=given(FRAME).state.ruling.source,
            words=Reason("A farewell present from the whole family"),
        )
    ).then_state(status="closed", waiting_for=None, decides=None, outcomes=(), actions=())


def test_to_return_a_gift_leaves_one_action_for_the_worker():
    given(FRAME).when(decide, by="carol", body=RETURN).then(
        said(DeclarationDecided, outcome="return"),
        said(
            ActionAgreed,
            agreed_by="carol",
            by="amina",
            role="worker",
            due_on=date(2026, 11, 18),
            brought="return",
        ),
    ).then_state(
        status="awaiting_action",
        waiting_for="worker",
        decides=None,
        outcomes=(),
        due_at=london("2026-11-18 17:00"),
    )


def test_the_decision_can_be_read():
    state = given(FRAME, decided("carol", KEEP)).state
    assert state.decision is not None
    assert (state.decision.by, state.decision.outcome, state.decision.made_on) == (
        "carol",
        "keep",
        1,
    )
    assert state.decision.reason == KEEP["reason"]


@pytest.mark.parametrize("form", ["cash", "voucher", "bequest"])
def test_cash_can_only_go_back(form):
    money = declared("gift", by="gus", form=form)
    given(money).when(decide, by="carol", body=KEEP).then_refused(
        InvalidError, field="outcome", words="only be: return"
    )
    given(money).when(decide, by="carol", body=RETURN).then_state(status="awaiting_action")


def test_a_decision_is_made_on_the_facts_whatever_was_said_since():
    added = did(inform, "amina", {"text": "Her sister was there"})
    given(FRAME, added).when(decide, by="carol", body=KEEP).then(
        said(DeclarationDecided, made_on=1)
    )


# Who decides


@pytest.mark.parametrize("person", ["dana", "femi", "eve", "ada", "gus"])
def test_for_whoever_may_not_know_of_it_it_does_not_exist(person):
    given(FRAME).when(decide, by=person, body=KEEP).then_refused(NotFoundError)


def test_an_auditor_reads_and_does_not_decide():
    given(FRAME).when(decide, by="dev", body=KEEP).then_refused(ForbiddenError, words="Auditors")


@pytest.mark.parametrize("person", ["ben", "amina"])
def test_only_the_service_director_decides(person):
    given(FRAME).when(decide, by=person, body=KEEP).then_refused(ForbiddenError)


def test_nobody_decides_on_their_own_gift():
    own = declared("gift", by="carol")
    given(own).when(decide, by="carol", body=KEEP).then_refused(ForbiddenError, words="their own")


def test_another_director_decides_on_a_directors_own_gift():
    own = declared("gift", by="carol")
    given(own).when(decide, by="dana", body=KEEP).then_state(status="closed")


def test_a_new_director_decides_and_the_one_before_only_sees():
    after = cast(left("carol"), moved("ben", under="dana"))
    given(FRAME).when(decide, by="dana", body=KEEP, directory=after).then_state(status="closed")
    given(FRAME).when(decide, by="carol", body=KEEP, directory=after).then_refused(ForbiddenError)


# The order of refusal


@pytest.mark.parametrize(
    "never",
    [
        declared("gift", by="amina", **A_TOKEN),
        declared("gift", by="amina", offer="declined"),
        declared("gift", by="eve"),
    ],
    ids=["a token", "declined", "acknowledged under 004"],
)
def test_what_no_decision_is_asked_of_takes_none_whoever_calls(never):
    for person in ("amina", "ben") if never.by == "amina" else ("eve", "femi", "dana"):
        given(never).when(decide, by=person, body={}).then_refused(ConflictError)
    given(never).when(decide, by="dev", body={}).then_refused(ForbiddenError)
    given(never).when(decide, by="ada", body={}).then_refused(NotFoundError)


def test_not_theirs_comes_before_a_bad_body():
    given(FRAME).when(decide, by="ben", body={}).then_refused(ForbiddenError)


def test_a_bad_body_comes_before_decided_already():
    given(FRAME, decided("carol", KEEP)).when(decide, by="carol", body={}).then_refused(
        InvalidError
    )


def test_decided_already_comes_before_an_outcome_that_cannot_be():
    given(CASH, decided("carol", RETURN)).when(decide, by="carol", body=KEEP).then_refused(
        ConflictError
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "sell", "reason": "Why not"}, "outcome"),
        ({"outcome": None, "reason": "Why not"}, "outcome"),
        ({"outcome": "appropriate", "reason": "Why not"}, "outcome"),
        ({"outcome": "keep", "reason": " "}, "reason"),
        ({"outcome": "keep"}, "reason"),
        ({"reason": "Why not"}, "outcome"),
        ({**KEEP, "by": "dana"}, "by"),
        ([], ""),
        (None, ""),
    ],
)
def test_a_decision_has_an_outcome_and_a_reason(body, field):
    given(FRAME).when(decide, by="carol", body=body).then_refused(InvalidError, field=field)


# Once


def test_the_same_decision_again_says_nothing():
    for body in (KEEP, RETURN):
        given(FRAME, decided("carol", body)).when(
            decide, by="carol", body=body, at=NOW + A_DAY
        ).then_nothing_is_said()


@pytest.mark.parametrize("other", [RETURN, {**KEEP, "reason": "On second thoughts"}])
def test_it_is_decided_once(other):
    given(FRAME, decided("carol", KEEP)).when(decide, by="carol", body=other).then_refused(
        ConflictError, words="decided already"
    )


def test_the_same_decision_by_another_person_is_not_the_same():
    after = cast(moved("ben", under="dana"), left("carol"))
    given(FRAME, decided("carol", KEEP)).when(
        decide, by="dana", body=KEEP, directory=after
    ).then_refused(ConflictError)


def test_the_same_decision_again_after_a_correction_that_changed_nothing_says_nothing():
    typo = did(correct, "amina", {"details": gift(item="Silver frame"), "reason": "A typo"})
    given(FRAME, decided("carol", KEEP), typo).when(
        decide, by="carol", body=KEEP
    ).then_nothing_is_said()


def test_what_was_opened_again_is_decided_again_even_in_the_same_words():
    to_cash = did(correct, "amina", {"details": gift(form="cash"), "reason": "It was money"})
    given(FRAME, decided("carol", RETURN), to_cash).when(decide, by="carol", body=RETURN).then(
        said(DeclarationDecided, made_on=4, outcome="return"), said(ActionAgreed, by="amina")
    ).then_state(status="awaiting_action")


def test_a_withdrawn_gift_is_not_decided():
    taken_back = did(withdraw, "amina", {"reason": "Sent by mistake"})
    given(FRAME, taken_back).when(decide, by="carol", body=KEEP).then_refused(ConflictError)


def test_erased_reasons_leave_the_decision():
    state = given(FRAME, erased(decided("carol", RETURN))).state
    assert state.status == "awaiting_action"
    assert state.decision is not None
    assert (state.decision.outcome, state.decision.reason) == ("return", None)
    assert [action.what for action in state.actions] == ["return"]


def test_a_decision_can_be_made_on_words_that_were_erased():
    given(erased(FRAME)).when(decide, by="carol", body=KEEP).then_state(status="closed")
