"""What people read is in plain words: never a stored value, never a question turned inside out."""

from __future__ import annotations

import pytest

from register.kinds import all_kinds
from tests.managing import FRAME, NEIGHBOUR, act
from tests.visits import House
from web.forms.fields import params
from web.forms.questions import Question, questions
from web.templating import answered_in_words

CHOOSING = [
    question
    for kind in all_kinds().values()
    for model in (kind.details, kind.findings)
    for question in questions(model)
    if question.choices
]


@pytest.mark.parametrize("question", CHOOSING, ids=lambda each: each.name)
def test_every_choice_of_a_kind_has_words_of_its_own(question: Question) -> None:
    assert set(question.names) == set(question.choices)


def test_a_choice_is_asked_and_said_in_its_own_words(home: House) -> None:
    form = home.as_("amina").get("/declare/personal-number")
    assert "We all did this before there was a policy" in form.text
    assert "Before policy usual practice" not in form.text
    declaration = home.declare(FRAME)
    page = home.as_("carol").get(f"/declarations/{declaration}").text
    assert "Where is it now? It is at work" in page


def test_a_question_that_is_turned_round_keeps_the_stored_answer() -> None:
    (asked,) = (q for q in questions(all_kinds()["gift"].details) if q.name == "without_warning")
    assert asked.label == "Did you know about it before?"
    items = params(asked)["items"]
    assert [(each["text"], each["value"]) for each in items] == [("Yes", "false"), ("No", "true")]


def test_the_answer_to_a_question_that_is_turned_round_is_said_turned_round(home: House) -> None:
    page = home.as_("carol").get(f"/declarations/{home.declare(FRAME)}").text
    assert "Did you know about it before? No" in page


def test_a_plain_yes_or_no_is_said_as_it_is_stored() -> None:
    asked = Question("fair", "Is it fair?", None, "yes_no")
    assert answered_in_words(Question(**{**vars(asked), "value": True})) == "Yes"
    assert answered_in_words(Question(**{**vars(asked), "value": False})) == "No"


# A question asked of the worker


def asked_by_ben(home: House) -> str:
    declaration = home.declare(NEIGHBOUR)
    text = {"text": "How long have you known them?"}
    home.as_("ben").post(act(declaration, "information-request"), text)
    return declaration


def test_a_question_stands_above_the_box_and_on_the_first_page(home: House) -> None:
    declaration = asked_by_ben(home)
    amina = home.as_("amina")
    page = amina.get(act(declaration, "information"))
    assert "Answer Ben Okoro's question" in page.text
    question, box = page.text.index("How long have you known them?"), page.text.index("Your answer")
    assert question < box
    assert "How long have you known them?" in amina.get("/").text


def test_without_a_question_a_worker_adds_information(home: House) -> None:
    page = home.as_("amina").get(act(home.declare(NEIGHBOUR), "information"))
    assert "What would you like to say?" in page.text


def test_a_declaration_says_that_it_waits_for_the_workers_answer(home: House) -> None:
    address = f"/declarations/{asked_by_ben(home)}"
    assert "Waiting for Amina Yusuf's answer" in home.as_("ben").get(address).text
    assert "Waiting for your answer" in home.as_("amina").get(address).text


def test_whoever_acts_while_a_question_waits_is_warned(home: House) -> None:
    page = home.as_("ben").get(act(asked_by_ben(home), "acknowledgement")).text
    assert "Amina Yusuf has not answered yet. You asked: How long have you known them?" in page
    other = home.as_("ben").get(act(home.declare(NEIGHBOUR), "acknowledgement")).text
    assert "has not answered yet" not in other
