"""What is asked never falls by the worker's hand: what becomes of a correction or a withdrawal."""

from __future__ import annotations

from typing import Any

import pytest

from events.declarations import DeclarationCorrected, DeclarationDecided, DeclarationReviewed
from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.declarations.versions import versions
from register.errors import ConflictError, ForbiddenError, InvalidError
from tests.cast import A_DAY, GIVEN_BACK, NOW, details, gift, london
from tests.spec import Step, declared, did, given, said

FRAME = declared("gift", by="amina")
TOKEN = declared("gift", by="amina", token=True, worth="2.00")
CASH = declared("gift", by="gus", form="cash")
PERFUME = declared("gift", by="eve")
KEEP = {"outcome": "keep", "reason": "A farewell"}
KEPT = did(decide, "carol", KEEP)
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
RETURNED = did(complete, "amina", GIVEN_BACK)
ACKNOWLEDGED = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
ASKED_BACK = did(withdraw, "amina", {"reason": "By mistake"})
DOWN = {"token": True, "worth": "2.00"}


def now_says(**answers: Any) -> dict[str, Any]:
    return {"details": gift(**answers), "reason": "I looked again"}


def corrected(by: str = "amina", at=NOW, **answers: Any) -> Step:
    return did(correct, by, now_says(**answers), at=at)


def looked(stands: bool, by: str = "carol", **more: Any) -> Step:
    return did(review, by, {"stands": stands, "reason": "I have seen it", **more})


def friendship(**answers: Any) -> dict[str, Any]:
    return {"details": details("post-service-friendship", **answers), "reason": "I looked again"}


# Not settled yet


def test_a_gift_is_not_talked_down_to_a_token():
    given(FRAME).when(correct, by="amina", body=now_says(**DOWN)).then(
        said(DeclarationCorrected, reopened=False, waits=None)
    ).then_state(
        status="awaiting_decision",
        waiting_for="service_director",
        outcomes=("keep", "return"),
        details=gift(**DOWN),
        flags=("token",),
        due_at=london("2026-11-23 17:00"),
    )


def test_the_outcomes_are_those_that_both_allow():
    given(FRAME, corrected(form="cash")).then_state(outcomes=("return",))
    given(FRAME, corrected(form="cash"), corrected()).then_state(outcomes=("return",))


def test_a_deadline_does_not_move_back():
    given(FRAME, corrected(form="cash", at=NOW + A_DAY)).then_state(
        due_at=london("2026-11-23 17:00")
    )


def test_what_is_late_stays_late():
    late = declared("gift", by="amina", happened_on="2026-11-01")
    body = {**now_says(), "happened_on": "2026-11-16"}
    given(late).when(correct, by="amina", body=body).then_state(late=True)


def test_an_action_that_is_asked_for_stays_so():
    cash = declared("gift", by="eve", form="cash")
    given(cash, corrected("eve", form="cash", whereabouts="given_back")).then_state(
        needs=("action",)
    )


def test_where_the_rule_itself_answers_that_holds_before_or_after():
    asked = declared("post-service-friendship", by="amina")
    shut, opened = friendship(still_vulnerable="yes"), friendship()
    now_shut = given(asked).when(correct, by="amina", body=shut)
    now_shut.then(
        said(DeclarationCorrected, reopened=True),
        said(DeclarationDecided, decided_by=None, outcome="not_appropriate"),
    ).then_state(status="awaiting_acknowledgement")
    story = given(asked, did(correct, "amina", shut), did(correct, "amina", opened))
    story.then_state(status="awaiting_acknowledgement")
    given(
        asked, did(correct, "amina", shut), did(correct, "amina", opened), looked(False, "ben")
    ).then_state(status="awaiting_answer")


def test_whoever_acts_acts_once_on_the_newest():
    state = given(FRAME, corrected(worth="6.00"), KEPT).state
    assert state.decision is not None
    assert state.decision.made_on == 2
    assert not state.is_unlooked


def test_or_says_that_the_newest_facts_alone_hold():
    given(FRAME, corrected(**DOWN)).when(
        review, by="carol", body={"stands": False, "reason": "One pen, seen"}
    ).then(said(DeclarationReviewed, stands=False, of="correction", looked_at=2)).then_state(
        status="closed", flags=("token",), details=gift(**DOWN)
    )


def test_or_that_the_correction_does_not_count():
    given(FRAME, corrected(**DOWN), looked(True)).then_state(
        status="awaiting_decision",
        details=gift(),
        flags=(),
        outcomes=("keep", "return"),
        due_at=london("2026-11-23 17:00"),
    )


def test_a_correction_that_was_refused_may_be_said_again():
    given(FRAME, corrected(**DOWN), looked(True)).when(
        correct, by="amina", body=now_says(**DOWN)
    ).then(said(DeclarationCorrected))


def test_without_a_correction_there_is_nothing_to_look_at():
    for step in ((FRAME,), (FRAME, KEPT), (FRAME, corrected(**DOWN), looked(True))):
        given(*step).when(
            review, by="carol", body={"stands": False, "reason": "Another look"}
        ).then_refused(ConflictError, words="nothing to look at")


# How far whoever acts has looked


@pytest.mark.parametrize("act", [decide, review])
def test_whoever_was_shown_older_facts_is_told_and_nothing_is_done(act):
    body = {**KEEP, "seen": 10} if act is decide else {"stands": False, "reason": "So", "seen": 10}
    story = given(FRAME, corrected(worth="6.00"))
    story.when(act, by="carol", body=body).then_refused(ConflictError, words="since you looked")
    seen = {**body, "seen": story.state.position}
    assert list(story.when(act, by="carol", body=seen).events)


def test_what_else_happened_since_is_no_hindrance():
    added = did(inform, "amina", {"text": "Her sister was there"})
    given(FRAME, added).when(decide, by="carol", body={**KEEP, "seen": 10}).then_state(
        status="closed"
    )


# Settled, or closed at once


@pytest.mark.parametrize("settled", [(KEPT,), (TO_RETURN,), (TO_RETURN, RETURNED)])
def test_it_opens_again_at_once_where_fewer_outcomes_are_allowed(settled):
    given(FRAME, *settled).when(correct, by="amina", body=now_says(form="cash")).then(
        said(DeclarationCorrected, reopened=True, waits=None)
    ).then_state(status="awaiting_decision", waiting_for="service_director", outcomes=("return",))


def test_it_opens_again_at_once_where_it_was_no_token():
    given(TOKEN).when(correct, by="amina", body=now_says()).then_state(
        status="awaiting_decision",
        decides="service_director",
        outcomes=("keep", "return"),
        due_at=london("2026-11-23 17:00"),
    )


def test_it_opens_again_at_once_where_an_action_is_asked_for():
    state = given(PERFUME, ACKNOWLEDGED, corrected("eve", form="cash")).state
    assert (state.status, state.ruling.needs) == ("awaiting_acknowledgement", ("action",))
    assert state.acknowledged is not None
    assert (state.acknowledged.made_on, state.facts_version) == (1, 3)


def test_the_new_decision_takes_the_place_of_the_old_one():
    again = given(FRAME, KEPT, corrected(form="cash"))
    assert again.state.decision is not None
    assert again.state.decision.outcome == "keep"
    decided = given(FRAME, KEPT, corrected(form="cash"), TO_RETURN).state
    assert decided.decision is not None
    assert (decided.decision.outcome, decided.decision.made_on) == ("return", 3)


def test_every_other_correction_waits_and_nothing_changes_until_it_was_looked_at():
    """No decision comes to stand on facts that have changed."""
    given(FRAME, KEPT).when(correct, by="amina", body=now_says(worth="2200.00")).then(
        said(DeclarationCorrected, reopened=False)
    ).then_state(
        status="awaiting_review",
        waiting_for="service_director",
        decides=None,
        outcomes=(),
        details=gift(),
        due_at=london("2026-11-18 17:00"),
    )


def test_where_nobody_settled_it_the_line_manager_looks():
    given(TOKEN).when(correct, by="amina", body=now_says(offer="declined")).then_state(
        status="awaiting_review", waiting_for="line_manager", flags=("token",)
    )


def test_while_it_waits_nobody_decides_and_all_else_goes_on():
    story = given(FRAME, KEPT, corrected(worth="2200.00"))
    story.when(decide, by="carol", body={**KEEP, "reason": "Still"}).then_refused(
        ConflictError, words="looked at first"
    )
    story.when(ask, by="carol", body={"text": "Who valued it?"}).then_state(
        status="awaiting_review"
    )
    story.when(inform, by="amina", body={"text": "A jeweller"}).then_state(status="awaiting_review")
    agreed = given(FRAME, TO_RETURN, corrected(worth="2200.00"))
    agreed.when(complete, by="amina", body=GIVEN_BACK).then_state(
        status="awaiting_review", open_actions=()
    )


WAITS = (FRAME, KEPT, corrected(worth="2200.00"))


def test_refused_it_stays_as_it_was():
    given(*WAITS, looked(True)).then_state(status="closed", details=gift(), review=None)


def test_taken_it_is_asked_from_the_beginning():
    given(*WAITS, looked(False)).then_state(
        status="awaiting_decision", details=gift(worth="2200.00"), outcomes=("keep", "return")
    )


def test_taken_with_what_was_settled_it_stays_settled():
    given(*WAITS, looked(False, settled=True)).then_state(
        status="closed", details=gift(worth="2200.00"), review=None
    )


@pytest.mark.parametrize(
    ("steps", "body"),
    [
        ((FRAME, corrected(**DOWN)), {"stands": False, "settled": True}),
        ((TOKEN, corrected(offer="declined")), {"stands": False, "settled": True}),
        (WAITS, {"stands": True, "settled": True}),
    ],
)
def test_only_what_was_settled_stays_settled(steps, body):
    by = "ben" if steps[0] is TOKEN else "carol"
    given(*steps).when(review, by=by, body={**body, "reason": "So"}).then_refused(
        InvalidError, field="settled"
    )


def test_a_later_correction_takes_the_place_of_the_one_that_waits():
    state = given(*WAITS, corrected(worth="220.00")).state
    assert state.review is not None
    assert state.review.account is not None
    assert state.review.account.details == gift(worth="220.00")
    assert len(versions(state)) == 3


def test_and_opens_it_at_once_where_more_is_asked():
    given(*WAITS, corrected(form="cash")).then_state(
        status="awaiting_decision", outcomes=("return",), review=None
    )


# A withdrawal


def test_a_withdrawal_waits_for_whoever_must_act():
    given(CASH).when(withdraw, by="gus", body={"reason": "Never mind"}).then_state(
        status="awaiting_review", waiting_for="service_director", decides=None
    )


def test_of_what_was_closed_at_once_for_the_line_manager():
    given(TOKEN, ASKED_BACK).then_state(status="awaiting_review", waiting_for="line_manager")


def test_agreed_to_it_is_withdrawn():
    given(FRAME, ASKED_BACK, looked(False)).then_state(status="withdrawn", waiting_for=None)


def test_refused_it_goes_on_and_is_due_when_it_was():
    given(FRAME, ASKED_BACK, looked(True)).then_state(
        status="awaiting_decision",
        outcomes=("keep", "return"),
        due_at=london("2026-11-23 17:00"),
    ).when(decide, by="carol", body=KEEP).then_state(status="closed")


def test_with_a_withdrawal_nothing_stays_settled():
    given(FRAME, ASKED_BACK).when(
        review, by="carol", body={"stands": False, "settled": True, "reason": "So"}
    ).then_refused(InvalidError, field="settled")


def test_its_exclusion_ends_with_it_and_not_before():
    neighbour = declared("prior-acquaintance", by="amina")
    assert given(neighbour, ASKED_BACK).state.excludes
    assert not given(neighbour, ASKED_BACK, looked(False, "ben")).state.excludes


def test_a_correction_takes_the_place_of_a_withdrawal_that_waits():
    given(FRAME, ASKED_BACK, corrected(**DOWN)).then_state(
        status="awaiting_decision", review=None, outcomes=("keep", "return")
    )


def test_what_somebody_settled_is_not_withdrawn():
    given(FRAME, KEPT).when(withdraw, by="amina", body={"reason": "Late"}).then_refused(
        ConflictError, words="settled"
    )


# Whose it is, and once


@pytest.mark.parametrize("by", ["amina", "ben"])
def test_only_whoever_holds_the_role_looks_again(by):
    given(FRAME, corrected(**DOWN)).when(
        review, by=by, body={"stands": False, "reason": "Yes"}
    ).then_refused(ForbiddenError)


def test_the_same_review_again_says_nothing():
    body = {"stands": False, "reason": "I have seen it"}
    given(*WAITS, looked(False)).when(review, by="carol", body=body).then_nothing_is_said()


def test_the_same_decision_again_is_the_same_only_while_it_holds():
    given(*WAITS, looked(True)).when(decide, by="carol", body=KEEP).then_nothing_is_said()
    given(*WAITS, looked(False), TO_RETURN).when(decide, by="carol", body=KEEP).then_refused(
        ConflictError
    )


# What whoever acts sees


def test_every_version_is_shown_with_what_changed_and_the_flags_it_lost():
    cash = declared("gift", by="amina", form="cash")
    first, second = versions(given(cash, corrected(worth="5.00")).state)
    assert (first.changed, first.lost_flags) == (frozenset(), ())
    assert second.changed == {"form", "worth"}
    assert second.lost_flags == ("cash",)
    assert second.reason == "I looked again"


def test_somebody_is_told_in_the_role_that_looks():
    state = given(*WAITS).state
    assert state.matter.acts == "service_director"
    assert state.told == {"ben", "carol"}
