"""The pages on which people decide, answer and ask; and who may."""

from __future__ import annotations

import pytest

from tests.managing import (
    CASH,
    FRAME,
    FRIENDSHIP,
    NEIGHBOUR,
    OWN,
    PEN,
    REFUSED,
    act,
    assert_every_problem_leads_somewhere,
)
from tests.visits import House

# Deciding


def test_only_the_outcomes_that_are_open_are_offered(home: House) -> None:
    carol = home.as_("carol")
    frame = carol.get(act(home.declare(FRAME), "decision"))
    assert "It may be kept" in frame.text
    cash = carol.get(act(home.declare(CASH), "decision"))
    assert "There is one outcome here: it goes back." in cash.text
    assert "It may be kept" not in cash.text


def test_the_workers_earlier_gifts_stand_beside_the_decision(home: House) -> None:
    earlier = home.declare(PEN)
    of_another = home.declare(CASH)
    declaration = home.declare(FRAME)
    later = home.declare(FRAME)
    page = home.as_("carol").get(act(declaration, "decision"))
    assert (
        "Amina Yusuf declared of this kind before A gift received: Ballpoint pen, worth about £1.50"
        in page.text
    )
    before = page.html.partition("of this kind before")[2].partition("Other gifts")[0]
    assert f"/declarations/{earlier}" in before
    assert f"/declarations/{of_another}" not in before
    assert f"/declarations/{later}" not in before


def test_a_decision_is_taken_and_said_back(home: House) -> None:
    declaration = home.declare(FRAME)
    carol = home.as_("carol")
    form = {"outcome": "return", "reason": "It is worth too much."}
    text = carol.get(carol.post(act(declaration, "decision"), form).to).text
    assert "Your decision is in the register." in text
    assert "It is worth too much." in text


def test_a_decision_is_checked_before_it_is_sent(home: House) -> None:
    declaration = home.declare(FRAME)
    carol = home.as_("carol")
    assert 'name="check" value="yes"' in carol.get(act(declaration, "decision")).html
    form = {"outcome": "return", "reason": "It is worth too much.", "check": "yes"}
    page = carol.post(act(declaration, "decision"), form)
    assert page.status == 200
    for words in (
        "What should happen to it? It goes back",
        "Amina Yusuf is told that it goes back.",
        "Amina Yusuf is to do this by ",
        "give it back.",
        "It waits until that is done.",
    ):
        assert words in page.text
    assert 'name="check"' not in page.html
    assert home.register.read.declaration("carol", declaration).decision is None


def test_what_was_checked_may_still_be_changed(home: House) -> None:
    declaration = home.declare(FRAME)
    form = {"outcome": "keep", "reason": "A farewell present.", "change": "yes"}
    page = home.as_("carol").post(act(declaration, "decision"), form)
    assert page.status == 200
    assert page.value("reason") == "A farewell present."
    assert home.register.read.declaration("carol", declaration).decision is None


def test_a_check_shows_what_is_wrong_at_once(home: House) -> None:
    form = {"outcome": "keep", "reason": "", "check": "yes"}
    page = home.as_("carol").post(act(home.declare(FRAME), "decision"), form)
    assert page.status == 422
    assert list(page.problems) == ["reason"]


def test_an_answer_is_checked_in_words_of_its_own(home: House) -> None:
    form = {
        "outcome": "appropriate",
        "no_longer_vulnerable": "true",
        "no_imbalance_of_power": "true",
        "reason": "Long since well.",
        "check": "yes",
    }
    page = home.as_("ben").post(act(home.declare(FRIENDSHIP), "answer"), form).text
    assert "Could one of them have power over the other? No" in page
    assert "Amina Yusuf is told that it is appropriate." in page
    assert "Nothing more is left to do." in page


def test_a_decision_without_reason_or_outcome_names_both(home: House) -> None:
    page = home.as_("carol").post(act(home.declare(FRAME), "decision"), {"reason": ""})
    assert page.status == 422
    assert list(page.problems) == ["outcome", "reason"]
    assert_every_problem_leads_somewhere(page)


def test_an_outcome_that_is_not_open_is_refused_with_the_reason_kept(home: House) -> None:
    form = {"outcome": "keep", "reason": "For the tea fund"}
    page = home.as_("carol").post(act(home.declare(CASH), "decision"), form)
    assert page.status == 422
    assert list(page.problems) == ["outcome"]
    assert page.value("reason") == "For the tea fund"


# Answering, and asking for more


def test_a_friendship_is_answered_with_both_findings(home: House) -> None:
    declaration = home.declare(FRIENDSHIP)
    ben = home.as_("ben")
    form = {
        "outcome": "appropriate",
        "no_longer_vulnerable": "true",
        "no_imbalance_of_power": "true",
        "reason": "Long since well.",
    }
    text = ben.get(ben.post(act(declaration, "answer"), form).to).text
    assert "Your answer is in the register." in text
    assert "Answer: it is appropriate" in text


def test_it_is_appropriate_only_where_both_findings_hold(home: House) -> None:
    form = {
        "outcome": "appropriate",
        "no_longer_vulnerable": "true",
        "no_imbalance_of_power": "false",
        "reason": "They get on.",
    }
    page = home.as_("ben").post(act(home.declare(FRIENDSHIP), "answer"), form)
    assert page.status == 422
    assert list(page.problems) == ["no_imbalance_of_power"]
    assert_every_problem_leads_somewhere(page)
    assert page.value("no_imbalance_of_power") == "false"
    assert page.value("reason") == "They get on."


def test_a_question_reaches_the_worker_in_its_own_words(home: House) -> None:
    declaration = home.declare(FRAME)
    carol, amina = home.as_("carol"), home.as_("amina")
    asked = carol.post(act(declaration, "information-request"), {"text": "Was there a card?"})
    assert "We asked Amina Yusuf. You will see the answer here." in carol.get(asked.to).text
    assert "Was there a card?" in amina.get(f"/declarations/{declaration}").text
    told = amina.post(act(declaration, "information"), {"text": "Yes, from the family."})
    assert "Thank you. Carol has your answer." in amina.get(told.to).text
    assert "Yes, from the family." in carol.get(f"/declarations/{declaration}").text


def test_an_empty_question_is_refused(home: House) -> None:
    page = home.as_("carol").post(act(home.declare(FRAME), "information-request"), {"text": ""})
    assert page.status == 422
    assert page.problems == {"text": "What would you like to know? Write a few words here."}


# Who may


DECLARED = {
    "acknowledgement": NEIGHBOUR,
    "decision": FRAME,
    "answer": FRIENDSHIP,
    "information-request": FRAME,
}
ACTS = {
    "acknowledgement": "ben",
    "decision": "carol",
    "answer": "ben",
    "information-request": "carol",
}


@pytest.mark.parametrize("name", DECLARED)
def test_only_whoever_must_act_is_asked(home: House, name: str) -> None:
    path = act(home.declare(DECLARED[name]), name)
    expected = {**REFUSED, "ben": 403, "carol": 403, ACTS[name]: 200}
    assert {person: home.as_(person).get(path).status for person in expected} == expected
    del expected[ACTS[name]]
    assert {person: home.as_(person).post(path).status for person in expected} == expected
    assert home.as_(None).get(path).to == "/sign-in"


def test_an_act_that_a_declaration_does_not_take_says_so(home: House) -> None:
    frame, neighbour = home.declare(FRAME), home.declare(NEIGHBOUR)
    for path in (act(frame, "acknowledgement"), act(neighbour, "decision"), act(frame, "answer")):
        page = home.as_("carol").get(path)
        assert page.status == 409
        assert "This declaration does not take" in page.text


def test_nobody_acts_on_their_own(home: House) -> None:
    assert home.as_("ben").get(act(home.declare(OWN), "decision")).status == 403


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/inbox", {"ben", "carol", "femi", "dana"}),
        ("/team", {"ben", "carol", "femi", "dana"}),
        ("/exclusions", {"ben", "carol", "femi", "dana", "dev"}),
    ],
)
def test_lists_are_for_those_above(home: House, path: str, may: set[str]) -> None:
    everybody = {*REFUSED, "ben", "carol"}
    answers = {person: home.as_(person).get(path).status for person in everybody}
    assert answers == {person: 200 if person in may else 403 for person in everybody}
    assert home.as_(None).get(path).to == "/sign-in"


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.test"])
def test_what_is_sent_from_elsewhere_is_refused(home: House, origin: str | None) -> None:
    declaration = home.declare(NEIGHBOUR)
    paths = ["/team", f"/exclusions/{declaration}/lift", *(act(declaration, n) for n in DECLARED)]
    headers = {} if origin is None else {"origin": origin}
    ben = home.as_("ben")
    assert {ben.post_from_elsewhere(path, **headers).status for path in paths} == {403}


ANY_TIME = ["hand-over", "note"]


def test_the_declaration_offers_what_may_be_done_with_it(home: House) -> None:
    offered: dict[str, dict[str, list[str]]] = {}
    for name in (NEIGHBOUR, FRAME, FRIENDSHIP):
        declaration = home.declare(name)
        for person in ("ben", "carol"):
            links = home.as_(person).get(f"/declarations/{declaration}").links
            found = [each.split("/")[-1] for each in links if f"/{declaration}/" in each]
            offered.setdefault(name, {})[person] = found
    assert offered == {
        NEIGHBOUR: {
            "ben": ["acknowledgement", "information-request", "lift", *ANY_TIME],
            "carol": ["lift", *ANY_TIME],
        },
        FRAME: {"ben": [], "carol": ["decision", "information-request", *ANY_TIME]},
        FRIENDSHIP: {"ben": ["answer", "information-request", *ANY_TIME], "carol": ANY_TIME},
    }
