"""The inbox and the first page of line managers and service directors."""

from __future__ import annotations

from register.acts import act_for
from register.declarations.names import Why
from tests.managing import NEIGHBOUR, SUPERMARKET, act
from tests.visits import House


def test_the_inbox_says_who_what_by_when_and_under_which_clause(home: House) -> None:
    home.declare(SUPERMARKET)
    page = home.as_("ben").get("/inbox")
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Waiting for you: 1" in page.text
    assert "Acknowledge: Amina Yusuf" in page.text
    assert "Declared a chance meeting outside work" in page.text
    assert "Acknowledge: Amina Yusuf New" in page.text
    assert "Due Wednesday 17:00, under 2.0 B." in page.text
    assert "verdue" not in page.text


def test_what_is_overdue_comes_first_and_says_so(home: House) -> None:
    first = home.declare(NEIGHBOUR)
    home.later(days=3)
    second = home.declare(SUPERMARKET)
    ben = home.as_("ben")
    page = ben.get("/inbox")
    assert "Waiting for you: 2, of which 1 overdue" in page.text
    assert "Overdue since yesterday 17:00, under 5.0 J. It has waited 3 days." in page.text
    waiting = ben.get("/inbox", hx_request="true")
    links = [link for link in waiting.links if link.startswith("/declarations/")]
    assert links == [f"/declarations/{first}", f"/declarations/{second}"]
    assert page.html.count("app-card--urgent") == 1


def test_everything_that_an_alert_may_ask_has_words() -> None:
    assert all(act_for(why).awaited for why in Why)


def test_an_empty_inbox_says_that_nothing_waits(home: House) -> None:
    assert "Nothing is waiting for you" in home.as_("ben").get("/inbox").text


def test_looking_at_a_declaration_marks_it_as_opened(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    ben = home.as_("ben")
    ben.get(f"/declarations/{declaration}")
    assert "New" not in ben.get("/inbox").text


def test_a_question_that_waits_for_its_answer_is_told_in_the_inbox(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    ben = home.as_("ben")
    ben.post(act(declaration, "information-request"), {"text": "Who else was there?"})
    assert "Amina Yusuf was asked a question and has not answered yet." in ben.get("/inbox").text


def test_the_inbox_alone_is_given_to_be_put_in_place(home: House) -> None:
    home.declare(SUPERMARKET)
    ben = home.as_("ben")
    page, part = ben.get("/inbox"), ben.get("/inbox", hx_request="true")
    assert "<html" in page.html
    assert "htmx" in page.html
    assert part.html.strip().startswith('<section id="alerts"')
    assert part.html.strip() in page.html


def test_refreshing_after_the_session_ended_sends_the_whole_page_to_sign_in(home: House) -> None:
    answer = home.as_(None).get("/inbox", hx_request="true")
    assert answer.status == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


def test_a_managers_first_page_has_the_inbox_and_first_of_all_the_way_to_declare(
    home: House,
) -> None:
    home.declare(SUPERMARKET)
    text = home.as_("ben").get("/").text
    order = ("Declare something", "Waiting for you: 1", "What you declared")
    assert sorted(order, key=text.index) == list(order)


def test_a_workers_first_page_does_not_ask_the_inbox(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    home.as_("ben").post(act(declaration, "information-request"), {"text": "Who was there?"})
    page = home.as_("amina").get("/")
    assert "Answer Ben's question" in page.text
    assert "/inbox" not in page.html
