"""Whoever looks acts on what they were shown, once; and nothing falls between two looks."""

from __future__ import annotations

from typing import Any

import pytest

from register.acts.answering import answer
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.reopening import reopen
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.errors import ConflictError, ForbiddenError
from tests.cast import A_TOKEN, days_ago, details, gift, london
from tests.spec import POSITIONS_APART, Step, Story, declared, did, given

FRAME = declared("gift", by="amina")
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
ASKED_BACK = did(withdraw, "amina", {"reason": "By mistake"})
FRIENDSHIP = declared("post-service-friendship", by="amina")
FOUND = {"no_longer_vulnerable": True, "no_imbalance_of_power": True}
ANSWERED = did(answer, "ben", {"outcome": "appropriate", **FOUND, "reason": "Long ago"})


def corrected(**answers: Any) -> Step:
    return did(correct, "amina", {"details": gift(**answers), "reason": "I looked again"})


def now_vulnerable(vulnerable: str) -> Step:
    facts = details("post-service-friendship", still_vulnerable=vulnerable)
    return did(correct, "amina", {"details": facts, "reason": "I looked again"})


def looks(stands: bool, **more: Any) -> dict[str, Any]:
    return {"stands": stands, "reason": "I have seen it", **more}


def looked(stands: bool, by: str = "carol", **more: Any) -> Step:
    return did(review, by, looks(stands, **more))


def position(story: Story) -> int:
    return story.state.version * POSITIONS_APART


# What was shown


def test_a_page_from_before_the_withdrawal_agrees_to_none():
    before = given(FRAME, corrected(item="Frame"))
    page = looks(False, seen=position(before))
    given(FRAME, corrected(item="Frame"), ASKED_BACK).when(
        review, by="carol", body=page
    ).then_refused(ConflictError, words="since you looked")


def test_the_same_page_sent_twice_looks_once():
    shown = given(FRAME, corrected(worth="90.00"), ASKED_BACK)
    page = looks(True, seen=position(shown))
    once = given(FRAME, corrected(worth="90.00"), ASKED_BACK, did(review, "carol", page))
    once.when(review, by="carol", body=page).then_nothing_is_said()
    again = {**page, "seen": position(once)}
    once.when(review, by="carol", body=again).then_state(details=gift())


# The same again, whatever has become of it


@pytest.mark.parametrize(
    ("steps", "by", "body"),
    [
        ((FRAME, ASKED_BACK), "carol", looks(False)),
        ((FRAME, ASKED_BACK), "carol", looks(True)),
        ((FRAME, corrected(**A_TOKEN)), "carol", looks(False)),
        ((FRAME, corrected(token=True, worth=None)), "carol", looks(False)),
        ((FRAME, KEPT, corrected(worth="90.00")), "carol", looks(False, settled=True)),
        ((declared("gift", by="amina", offer="declined"), ASKED_BACK), "ben", looks(True)),
    ],
)
def test_a_review_said_again_says_nothing(steps, by, body):
    given(*steps, did(review, by, body)).when(review, by=by, body=body).then_nothing_is_said()


def test_a_decision_said_again_says_nothing_though_another_clause_holds_by_now():
    announced = corrected(without_warning=False)
    given(FRAME, KEPT, announced, looked(False, settled=True)).when(
        decide, by="carol", body=KEPT.body
    ).then_nothing_is_said()


def test_what_was_opened_again_is_not_opened_twice_by_the_same_words():
    token = declared("gift", by="amina", **A_TOKEN)
    again = did(reopen, "ben", {"reason": "I know more"})
    given(token, again).when(reopen, by="ben", body=again.body).then_nothing_is_said()
    agreed = looked(False, by="ben")
    taken_back = given(token, ASKED_BACK, agreed, again).then_state(status="closed")
    taken_back.when(reopen, by="ben", body=again.body).then_nothing_is_said()
    given(FRAME, KEPT, did(reopen, "carol", again.body), KEPT).when(
        reopen, by="carol", body=again.body
    ).then_state(status="awaiting_decision")


def test_a_withdrawal_in_whose_place_another_word_came_is_taken_anew():
    given(FRAME, ASKED_BACK, corrected(item="Frame")).when(
        withdraw, by="amina", body=ASKED_BACK.body
    ).then_state(status="awaiting_review")


# Nothing falls in between


def test_a_refused_correction_leaves_the_answer_that_a_person_gave():
    state = given(FRIENDSHIP, ANSWERED, now_vulnerable("yes"), looked(True, by="ben")).state
    assert state.status == "closed"
    assert state.answer is not None
    assert (state.answer.by, state.answer.outcome) == ("ben", "appropriate")


@pytest.mark.parametrize(("first", "then", "stands"), [("no", "yes", True), ("yes", "no", False)])
def test_no_answer_of_the_rule_stays_where_a_person_is_asked(first, then, stands):
    told = declared("post-service-friendship", by="amina", still_vulnerable=first)
    given(told, now_vulnerable(then), looked(stands, by="ben")).then_state(
        status="awaiting_answer", answer=None
    )


def test_a_return_is_to_be_made_of_what_the_worker_has_whatever_was_looked_at_meanwhile():
    back = declared("gift", by="amina", whereabouts="given_back")
    story = given(back, corrected(whereabouts="with_me"), ASKED_BACK, looked(True), TO_RETURN)
    assert [action.what for action in story.state.open_actions] == ["return"]
    refused = given(back, corrected(whereabouts="with_me"), looked(True), TO_RETURN)
    assert refused.state.open_actions == ()


def test_what_brings_more_to_do_opens_again_at_once():
    back = declared("gift", by="amina", whereabouts="given_back")
    given(back, TO_RETURN).when(
        correct, by="amina", body=corrected(whereabouts="with_me").body
    ).then_state(status="awaiting_decision")


def test_what_opens_again_for_more_to_do_has_its_time_whatever_its_new_facts_ask():
    back = declared("gift", by="amina", whereabouts="given_back")
    small = corrected(whereabouts="with_me", **A_TOKEN)
    given(back, TO_RETURN, small).then_state(
        status="awaiting_decision", due_at=london("2026-11-23 17:00")
    )


def test_of_what_was_declined_nothing_is_to_go_back():
    cash = declared("gift", by="amina", form="cash", whereabouts="given_back")
    declined = corrected(form="bequest", offer="declined")
    given(cash, TO_RETURN, declined).then_state(status="awaiting_review")


def test_an_open_question_stays_though_a_correction_asks_for_something_else():
    token = declared("gift", by="amina", **A_TOKEN)
    asked = did(ask, "ben", {"text": "Who gave it?"})
    given(token, asked, corrected()).then_state(status="awaiting_decision", waiting_for="worker")


def test_whoever_settled_it_looks_again_and_opens_it_whatever_its_new_facts_ask():
    stays = looked(False, settled=True)
    story = given(FRAME, KEPT, corrected(token=True, worth=None), stays)
    story.when(reopen, by="ben", body={"reason": "So"}).then_refused(ForbiddenError)
    story.when(reopen, by="carol", body={"reason": "So"}).then_state(
        status="awaiting_acknowledgement"
    )
    given(FRAME, KEPT, corrected(**A_TOKEN), stays, corrected(item="A bear", **A_TOKEN)).then_state(
        status="awaiting_review", waiting_for="service_director"
    )


def test_every_duty_stands_with_its_clause():
    announced = declared("gift", by="amina", without_warning=False, happened_on=days_ago(5))
    given(announced).then_state(late=False, also=())
    ruling = given(announced, corrected()).state.ruling
    assert ruling.late
    assert (ruling.source.clause, [each.clause for each in ruling.also]) == ("2.0 B", ["6.0 G"])
