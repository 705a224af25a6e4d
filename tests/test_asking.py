"""Whoever must act asks the worker for more; the worker answers, or adds something unasked."""

from __future__ import annotations

import pytest

from events.declarations import InformationAdded, InformationRequested
from events.declarations import Text as Words
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.alerts.duties import duties
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import A_DAY, A_TOKEN, CAST, NOW, cast, gift, left, london
from tests.spec import declared, did, erased, given, said

QUESTION = {"text": "Who else was there?"}
ANSWER = {"text": "Her sister and two of her friends"}

FRAME = declared("gift", by="amina")
PERFUME = declared("gift", by="eve")
ASKED = did(ask, "carol", QUESTION)
ANSWERED = did(inform, "amina", ANSWER)
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})


def test_who_decides_may_ask_the_status_stays_and_it_waits_for_the_worker():
    given(FRAME).when(ask, by="carol", body=QUESTION).then(
        said(
            InformationRequested,
            requested_by="carol",
            requested_at=NOW,
            role="service_director",
            due_at=london("2026-11-18 17:00"),
            words=Words("Who else was there?"),
        )
    ).then_state(
        status="awaiting_decision", waiting_for="worker", due_at=london("2026-11-18 17:00")
    )


def test_once_answered_it_is_due_as_before():
    given(FRAME, ASKED, ANSWERED).then_state(due_at=london("2026-11-23 17:00"))


def test_who_acknowledges_may_ask():
    given(PERFUME).when(ask, by="femi", body=QUESTION).then(
        said(InformationRequested, requested_by="femi", role="line_manager")
    ).then_state(status="awaiting_acknowledgement", waiting_for="worker")


def test_the_workers_answer_gives_it_back():
    given(FRAME, ASKED).when(inform, by="amina", body=ANSWER).then(
        said(InformationAdded, added_by="amina", words=Words(ANSWER["text"]))
    ).then_state(status="awaiting_decision", waiting_for="service_director")


def test_a_worker_may_add_something_unasked():
    given(FRAME).when(inform, by="amina", body=ANSWER).then(said(InformationAdded))


def test_a_worker_may_add_something_while_an_action_is_open():
    given(FRAME, TO_RETURN).when(inform, by="amina", body=ANSWER).then_state(
        status="awaiting_action"
    )


def test_it_may_be_decided_without_an_answer():
    given(FRAME, ASKED, KEPT).then_state(status="closed", waiting_for=None, question=None)


def test_it_may_be_acknowledged_without_an_answer():
    acknowledged = did(acknowledge, "femi", {"note": "Talked it over", "actions": []})
    given(PERFUME, did(ask, "femi", QUESTION), acknowledged).then_state(
        status="closed", waiting_for=None
    )


# Who asks, and who answers


@pytest.mark.parametrize("person", ["amina", "ben"])
def test_only_who_must_act_asks(person):
    given(FRAME).when(ask, by=person, body=QUESTION).then_refused(ForbiddenError)


def test_a_worker_who_has_left_is_asked_nothing():
    gone, there = cast(left("amina")), cast(left("gus"))
    asked = given(FRAME).when(ask, by="carol", body=QUESTION, directory=gone)
    asked.then_refused(ConflictError, words="has left and cannot answer")
    asked = given(FRAME).when(ask, by="carol", body=QUESTION, directory=there)
    asked.then(said(InformationRequested))


@pytest.mark.parametrize("person", ["ben", "carol"])
def test_only_the_worker_answers(person):
    given(FRAME, ASKED).when(inform, by=person, body=ANSWER).then_refused(ForbiddenError)


@pytest.mark.parametrize("verb", [ask, inform])
def test_for_whoever_may_not_know_of_it_it_does_not_exist(verb):
    given(FRAME).when(verb, by="eve", body={}).then_refused(NotFoundError)


@pytest.mark.parametrize("verb", [ask, inform])
def test_an_auditor_neither_asks_nor_answers(verb):
    given(FRAME).when(verb, by="dev", body={}).then_refused(ForbiddenError, words="Auditors")


# What was closed at once


TOKEN = declared("gift", by="amina", **A_TOKEN)


@pytest.mark.parametrize(
    ("person", "role"), [("ben", "line_manager"), ("carol", "service_director")]
)
def test_of_what_was_closed_at_once_the_line_manager_or_the_director_may_ask(person, role):
    asked = given(TOKEN).when(ask, by=person, body=QUESTION)
    asked.then(said(InformationRequested, requested_by=person, role=role))
    asked.then_state(status="closed", waiting_for="worker", due_at=london("2026-11-18 17:00"))
    assert [(each.why, each.person) for each in duties(asked.state, CAST).values()] == [
        ("inform", "amina")
    ]


@pytest.mark.parametrize("person", ["amina", "dev"])
def test_nobody_else_asks_about_what_was_closed_at_once(person):
    given(TOKEN).when(ask, by=person, body=QUESTION).then_refused(ForbiddenError)


def test_the_worker_answers_it_and_may_say_it_once():
    answered = given(TOKEN, did(ask, "ben", QUESTION)).when(inform, by="amina", body=ANSWER)
    answered.then_state(status="closed", waiting_for=None)
    story = given(TOKEN, did(ask, "ben", QUESTION), did(inform, "amina", ANSWER))
    story.when(inform, by="amina", body=ANSWER).then_nothing_is_said()
    story.when(inform, by="amina", body={"text": "More"}).then_refused(ConflictError)


def test_the_same_may_be_asked_of_it_again_once_the_worker_has_answered():
    story = given(TOKEN, did(ask, "ben", QUESTION))
    story.when(ask, by="ben", body=QUESTION).then_nothing_is_said()
    again = given(TOKEN, did(ask, "ben", QUESTION), did(inform, "amina", ANSWER))
    again.when(ask, by="ben", body=QUESTION).then_state(waiting_for="worker")
    twice = given(
        TOKEN, did(ask, "ben", QUESTION), did(inform, "amina", ANSWER), did(ask, "ben", QUESTION)
    )
    twice.when(inform, by="amina", body=ANSWER).then_state(waiting_for=None)


def test_not_theirs_comes_before_a_bad_body():
    given(FRAME).when(ask, by="ben", body={}).then_refused(ForbiddenError)
    given(FRAME).when(inform, by="ben", body={}).then_refused(ForbiddenError)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 7}, {"text": "\x00"}, [], None])
def test_a_question_and_an_answer_are_some_words(body):
    for verb, person in ((ask, "carol"), (inform, "amina")):
        given(FRAME).when(verb, by=person, body=body).then_refused(
            InvalidError, field="text" if isinstance(body, dict) else ""
        )


def test_a_bad_body_comes_before_settled_already():
    given(FRAME, KEPT).when(ask, by="carol", body={}).then_refused(InvalidError)
    given(FRAME, KEPT).when(inform, by="amina", body={}).then_refused(InvalidError)


@pytest.mark.parametrize("settled", [KEPT, TO_RETURN])
def test_nothing_is_asked_once_it_is_settled(settled):
    given(FRAME, settled).when(ask, by="carol", body=QUESTION).then_refused(
        ConflictError, words="settled"
    )


WITHDRAWN = (
    did(withdraw, "amina", {"reason": "By mistake"}),
    did(review, "carol", {"stands": False, "reason": "By mistake"}),
)


@pytest.mark.parametrize("last", [(KEPT,), WITHDRAWN])
def test_nothing_is_added_once_it_is_closed(last):
    given(FRAME, *last).when(inform, by="amina", body=ANSWER).then_refused(ConflictError)


# Once, and again


def test_the_same_question_again_says_nothing():
    given(FRAME, ASKED).when(ask, by="carol", body=QUESTION, at=NOW + A_DAY).then_nothing_is_said()


def test_the_same_answer_again_says_nothing():
    given(FRAME, ASKED, ANSWERED).when(inform, by="amina", body=ANSWER).then_nothing_is_said()


def test_the_same_again_says_nothing_even_when_it_is_decided():
    story = given(FRAME, ASKED, ANSWERED, KEPT)
    story.when(ask, by="carol", body=QUESTION).then_nothing_is_said()
    story.when(inform, by="amina", body=ANSWER).then_nothing_is_said()


def test_more_may_be_asked_before_the_answer():
    other = {"text": "And where was it?"}
    given(FRAME, ASKED).when(ask, by="carol", body=other).then(said(InformationRequested))


def test_the_same_may_be_asked_again_after_an_answer_that_says_too_little():
    given(FRAME, ASKED, ANSWERED).when(ask, by="carol", body=QUESTION).then_state(
        waiting_for="worker"
    )


def test_a_question_stands_though_a_correction_changes_what_is_asked():
    token = declared("gift", by="amina", **A_TOKEN)
    no_token = did(correct, "amina", {"details": gift(), "reason": "It is silver"})
    taken_back = did(withdraw, "amina", {"reason": "By mistake"})
    asked = did(ask, "ben", QUESTION)
    given(token, taken_back, asked).then_state(waiting_for="worker")
    given(token, taken_back, asked, no_token).then_state(
        status="awaiting_decision", waiting_for="worker"
    )


def test_a_question_stands_where_a_correction_changes_nothing_that_is_asked():
    typo = did(correct, "amina", {"details": gift(item="Frame"), "reason": "A typo"})
    given(FRAME, ASKED, typo).then_state(waiting_for="worker")


def test_erased_words_leave_who_asked_and_who_answered():
    given(FRAME, erased(ASKED)).then_state(waiting_for="worker")
    given(FRAME, erased(ASKED), erased(ANSWERED)).then_state(waiting_for="service_director")
