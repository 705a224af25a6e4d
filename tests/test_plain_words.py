"""What people read is in plain words: never a stored value, never a question turned inside out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from register.kinds import all_kinds
from register.kinds.kind import Kind
from register.policy import Pack
from tests.cast import POLICIES
from tests.managing import FRAME, FRIENDSHIP, NEIGHBOUR, act
from tests.visits import House
from web.forms.fields import params
from web.forms.questions import Question, questions
from web.templating import answered_in_words

if TYPE_CHECKING:
    from tests.chromium import Windows

NUMBER = "A mobile number given before there was a policy"
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


@pytest.mark.parametrize("kind", all_kinds().values(), ids=all_kinds())
def test_every_flag_of_a_kind_has_words_for_whoever_acts_and_for_the_worker(kind: Kind) -> None:
    assert set(kind.marks) == set(kind.flag_names)
    for mark in kind.marks.values():
        assert mark.label
        assert mark.to_worker.endswith(".")


SHIPPED = [pack for versions in POLICIES.packs.values() for pack in versions.values()]


@pytest.mark.parametrize("pack", SHIPPED, ids=lambda pack: pack.title)
def test_every_case_of_a_shipped_pack_has_words(pack: Pack) -> None:
    for kind, rules in pack.kinds.items():
        assert set(rules.cases) <= set(all_kinds()[kind].cases), kind


def test_a_worker_reads_in_sentences_what_others_see_as_tags(home: House) -> None:
    declaration = home.declare(FRIENDSHIP, imbalance_of_power="yes", asked_by="worker")
    own = home.as_("amina")
    for page in (own.get(f"/declarations/{declaration}"), own.get("/mine"), own.get("/")):
        assert "Imbalance of power" not in page.text
    page = own.get(f"/declarations/{declaration}").text
    assert "One of you would have power over the other. You asked for it." in page
    for address in (f"/declarations/{declaration}", "/inbox", "/team"):
        page = home.as_("ben").get(address).text
        assert "Imbalance of power The worker asked" in page, address
        assert "You asked for it" not in page


def test_a_worker_who_told_late_is_spoken_to(home: House) -> None:
    declaration = home.declare_days_ago(FRAME, 6)
    own = home.as_("amina").get(f"/declarations/{declaration}").text
    assert "You told this 5 days later than the policy asks." in own
    assert "Amina Yusuf told this" not in own


def test_what_was_declared_is_said_without_stored_values(home: House) -> None:
    neighbour, number = home.declare(NEIGHBOUR), home.declare(NUMBER)
    ben = home.as_("ben")
    assert "knowing this service user as a neighbour." in ben.get(f"/declarations/{neighbour}").text
    assert "and sometimes uses it" in ben.get(f"/declarations/{number}").text


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
    assert "Answer Ben's question" in page.text
    question, box = page.text.index("How long have you known them?"), page.text.index("Your answer")
    assert question < box
    assert "How long have you known them?" in amina.get("/").text


def test_without_a_question_a_worker_adds_information(home: House) -> None:
    page = home.as_("amina").get(act(home.declare(NEIGHBOUR), "information"))
    assert "What would you like to say?" in page.text


def test_a_declaration_says_that_it_waits_for_the_workers_answer(home: House) -> None:
    address = f"/declarations/{asked_by_ben(home)}"
    assert "Waiting for Amina's answer" in home.as_("ben").get(address).text
    assert "Waiting for your answer" in home.as_("amina").get(address).text


def test_whoever_acts_while_a_question_waits_is_warned(home: House) -> None:
    page = home.as_("ben").get(act(asked_by_ben(home), "acknowledgement")).text
    assert "Amina Yusuf has not answered yet. You asked: How long have you known them?" in page
    other = home.as_("ben").get(act(home.declare(NEIGHBOUR), "acknowledgement")).text
    assert "has not answered yet" not in other


# Pages that are for others, and the way about


def test_a_page_for_others_says_whose_it_is_and_leads_home(home: House) -> None:
    page = home.as_("amina").get("/inbox")
    assert page.status == 403
    assert "Somebody else can do this" in page.text
    assert "This is for line managers and service directors." in page.text
    assert 'href="/"' in page.html


def test_the_menu_of_a_worker_leads_to_all_that_is_theirs(home: House) -> None:
    html = home.as_("amina").get("/").html
    menu = html.split('class="govuk-service-navigation__list"')[1].split("</ul>")[0]
    for address in ("/declare", "/mine", "/should-i-declare", "/policy"):
        assert f'href="{address}"' in menu


# Who was late


def test_it_is_said_by_how_many_days_somebody_told_late(home: House) -> None:
    declaration = home.declare(FRAME)
    page = home.as_("carol").get(f"/declarations/{declaration}")
    assert "later than the policy asks" not in page.text
    told = home.declare_days_ago(FRAME, 6)
    page = home.as_("carol").get(f"/declarations/{told}")
    assert "Amina Yusuf told this 5 days later than the policy asks." in page.text
    assert "Told late" in page.text


def test_it_is_said_by_how_many_days_somebody_acted_late(home: House) -> None:
    declaration = home.declare(FRAME)
    home.later(days=10)
    form = {"outcome": "keep", "reason": "A farewell present."}
    home.as_("carol").post(act(declaration, "decision"), form)
    page = home.as_("amina").get(f"/declarations/{declaration}").text
    assert "Carol Price acted 3 days after it was due." in page


# Dates


def test_a_date_may_be_asked_for_as_people_write_it(home: House) -> None:
    dev = home.as_("dev")
    for query in ("as_at=31/03/2026", "received_from=1/3/2026&received_to=31/3/2026"):
        assert dev.get(f"/register?{query}").status == 200
    assert dev.get("/register/compare?from=31/03/2026&to=1+April+2026").status == 200
    wrong = dev.get("/register?received_from=Friday")
    assert "Write the day, the month and the year, like 31/3/2026." in wrong.text


def test_two_dates_are_compared_by_what_is_new_settled_and_changed(home: House) -> None:
    declaration = home.declare(FRAME)
    home.later(days=1)
    before = f"{home.now:%d/%m/%Y}"
    home.later(days=1)
    home.as_("carol").post(
        act(declaration, "decision"), {"outcome": "keep", "reason": "A farewell present."}
    )
    home.declare(NEIGHBOUR)
    page = home.as_("dev").get(f"/register/compare?from={before}").text
    for words in ("New: 1", "Settled: 1", "Changed otherwise: 0", "Not declared yet"):
        assert words in page


# Colleagues


def test_a_worker_reads_of_colleagues_by_their_first_names_and_others_by_the_whole(
    home: House,
) -> None:
    declaration = home.declare(NEIGHBOUR)
    assert "Ben needs to read this" in home.as_("amina").get("/mine").text
    assert (
        "Ben Okoro needs to read this" in home.as_("dev").get(f"/declarations/{declaration}").text
    )
    assert "You need to read this" in home.as_("ben").get("/inbox").text + (
        home.as_("ben").get(f"/declarations/{declaration}").text
    )


def test_the_list_of_exclusions_says_what_it_is(home: House) -> None:
    home.declare(NEIGHBOUR)
    page = home.as_("ben").get("/exclusions").text
    assert "Workers who must not be key worker for someone" in page


# In a browser


def test_a_question_goes_once_an_answer_makes_it_pointless(windows: Windows) -> None:
    page = windows.open("amina")
    page.goto("/declare/gift")
    where = page.get_by_role("group", name="Where is it now?", exact=True)
    expect(where).to_be_visible()
    page.get_by_label("No, I said no", exact=True).check()
    expect(where).to_be_hidden()
    page.get_by_label("Yes, I took it", exact=True).check()
    expect(where).to_be_visible()
