"""The inbox and the first page of line managers and service directors."""

from __future__ import annotations

from uuid import UUID

from register.acts import act_for
from register.declarations.ids import short_reference
from register.declarations.names import Why
from tests.managing import FRAME, FRIENDSHIP, KEY_WORKER, NEIGHBOUR, SUPERMARKET, act
from tests.visits import House, Shown


def test_the_inbox_says_who_what_by_when_and_under_which_clause(home: House) -> None:
    home.declare(SUPERMARKET)
    page = home.as_("ben").get("/inbox")
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Waiting for you: 1" in page.text
    assert "Acknowledge: Amina Yusuf" in page.text
    assert "Declared a chance meeting outside work" in page.text
    assert "Acknowledge: Amina Yusuf New" in page.text
    assert "Due Wednesday 17:00." in page.text
    assert "verdue" not in page.text


def test_what_is_overdue_comes_first_and_says_so(home: House) -> None:
    first = home.declare(NEIGHBOUR)
    home.later(days=3)
    second = home.declare(SUPERMARKET)
    ben = home.as_("ben")
    page = ben.get("/inbox")
    assert "Waiting for you: 2, of which 1 overdue" in page.text
    assert "Overdue since yesterday 17:00. It has waited 3 days." in page.text
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
    page = ben.get("/inbox").text
    assert "Amina Yusuf has not answered yet. They should by Wednesday 17:00." in page
    assert "It is your turn once they have" in page


def test_nothing_is_overdue_for_whoever_waits_for_the_workers_answer(home: House) -> None:
    asked, other = home.declare(SUPERMARKET), home.declare(NEIGHBOUR)
    ben = home.as_("ben")
    ben.post(act(asked, "information-request"), {"text": "Who else was there?"})
    home.later(days=10)
    ben = home.as_("ben")
    page = ben.get("/inbox")
    assert "Waiting for you: 1, of which 1 overdue. Waiting for Amina Yusuf: 1" in page.text
    assert _in_order(page) == [other, asked]
    assert (
        "Amina Yusuf needs to answer a question; it was due by"
        in ben.get(f"/declarations/{asked}").text
    )
    home.as_("amina").post(act(asked, "information"), {"text": "Nobody"})
    assert "Waiting for you: 2, of which 2 overdue" in ben.get("/inbox").text
    assert (
        "You need to read this and acknowledge it; it was due by"
        in ben.get(f"/declarations/{asked}").text
    )


def _in_order(page: Shown) -> list[str]:
    opens = [each for each in page.links if each.startswith("/declarations/")]
    return [each.removeprefix("/declarations/") for each in opens][: page.html.count('id="alert-')]


def test_a_card_has_the_reference_the_service_user_and_what_is_out_of_the_ordinary(
    home: House,
) -> None:
    declaration = home.declare(KEY_WORKER)
    page = home.as_("ben").get("/inbox").text
    for words in (
        "SU-1042",
        f"reference {short_reference(UUID(declaration))}",
        "Key worker when declared",
    ):
        assert words in page, words


def test_what_presses_comes_before_what_is_due_earlier_and_it_is_said_why(home: House) -> None:
    usual = home.declare(SUPERMARKET)
    home.later(days=1)
    pressing = home.declare(KEY_WORKER)
    page = home.as_("ben").get("/inbox")
    assert _in_order(page) == [pressing, usual]
    assert page.text.count("Near the top because: key worker when declared.") == 1
    home.later(days=1.5)
    page = home.as_("ben").get("/inbox")
    assert _in_order(page) == [usual, pressing]
    assert "Near the top because: it is overdue." in page.text


def test_the_next_in_the_inbox_is_the_first_card(home: House) -> None:
    home.declare(SUPERMARKET)
    pressing, done = home.declare(KEY_WORKER), home.declare(SUPERMARKET)
    ben = home.as_("ben")
    sent = ben.post(act(done, "acknowledgement"), {"note": "Talked it over", "nothing": "yes"})
    assert f"/declarations/{pressing}" in ben.get(sent.to).links


def test_what_waits_says_what_the_policy_itself_answers(home: House) -> None:
    declaration = home.declare(FRIENDSHIP, still_vulnerable="yes")
    answer = "The policy itself answers: it is not appropriate."
    ben = home.as_("ben")
    pages = [
        ben.get("/inbox"),
        ben.get(act(declaration, "acknowledgement")),
        ben.get(f"/declarations/{declaration}"),
        home.as_("amina").get(f"/declarations/{declaration}/sent"),
        home.as_("amina").get("/mine"),
    ]
    assert [answer in each.text for each in pages] == [True] * 5
    sent = pages[3].text
    assert sent.index(answer) < sent.index("Ben was told")
    assert "itself answers" not in ben.get(act(home.declare(NEIGHBOUR), "acknowledgement")).text


def test_of_a_worker_who_has_left_everybody_is_told_who_answers_now(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    home.as_("ben").post(act(declaration, "information-request"), {"text": "Who was there?"})
    home.leaves("amina")
    page = home.as_("ben").get(f"/declarations/{declaration}").text
    assert "Waiting for your answer" in page
    assert "Amina Yusuf's answer" not in page
    assert (
        "You have not answered yet."
        in home.as_("ben").get(act(declaration, "acknowledgement")).text
    )


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


def test_before_a_decision_it_is_said_who_does_what_a_leaver_would_have_done(home: House) -> None:
    declaration = home.declare(FRAME)
    form = {"outcome": "return", "reason": "Too much", "check": "yes"}
    carol = home.as_("carol")
    there = carol.post(act(declaration, "decision"), form).text
    assert "Amina Yusuf is told that it goes back." in there
    assert "Amina Yusuf is to do this by 18 November 2026: give it back." in there
    home.leaves("amina")
    gone = carol.post(act(declaration, "decision"), form).text
    assert "Amina Yusuf has left and is not told. It is settled that it goes back." in gone
    assert "Carol Price is to do this by 18 November 2026: give it back." in gone
    assert "Amina Yusuf is" not in gone
