"""The pages of line managers and service directors, over the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import NOW
from tests.visits import House, Shown, build, copied, day_after

FRAME = "A silver frame waits for the service director"
CASH = "Cash can only go back"
NEIGHBOUR = "A neighbour moves into the service"
KEY_WORKER = "A new worker knows someone already here, and is the key worker"
SUPERMARKET = "Bumped into at the supermarket"
FRIENDSHIP = "A friendship asked for, no longer vulnerable, no imbalance"
ELSEWHERE = "The other policy sends a gift to the line manager"
PEN = "A pen is token and closes itself"
OWN = "A line manager's own gift goes to the director"
NEXT_WEEK = day_after(NOW, 7)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "data"
    build(folder)
    return folder


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Iterator[House]:
    with copied(built, tmp_path / "data") as found:
        yield found


def act(declaration: str, name: str) -> str:
    return f"/declarations/{declaration}/{name}"


def acknowledgement(**changes: str) -> dict[str, str]:
    """A form as a browser sends it: three rows, one of them filled in."""
    rows = {f"actions.{row}.{name}": "" for row in range(3) for name in ("what", "by", "due_on")}
    return {
        "note": "We talked it over.",
        **rows,
        "actions.0.what": "Somebody else becomes key worker",
        "actions.0.by": "ben",
        "actions.0.due_on": NEXT_WEEK,
        "confidentiality_discussed": "true",
        "risk_assessment": "Low: in her file.",
        "handed_over.to": "",
        "handed_over.reference": "",
        **{name.replace("__", "."): value for name, value in changes.items()},
    }


NO_ACTION = {"actions.0.what": "", "actions.0.by": "", "actions.0.due_on": ""}


def assert_every_problem_leads_somewhere(page: Shown) -> None:
    assert page.problems
    assert set(page.problems) <= set(page.ids)


# The inbox


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
    page = home.as_("ben").get("/inbox")
    assert "Waiting for you: 2, of which 1 overdue" in page.text
    assert "Overdue since yesterday 17:00, under 5.0 J. It has waited 3 days." in page.text
    links = [link for link in page.links if link.startswith("/declarations/")]
    assert links == [f"/declarations/{first}", f"/declarations/{second}"]
    assert page.html.count("app-card--urgent") == 1


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
    assert "Amina Yusuf was asked for more and has not answered yet." in ben.get("/inbox").text


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
    assert "Say more" in page.text
    assert "/inbox" not in page.html


# Acknowledging


def test_what_the_policy_asks_for_stands_above_the_form(home: House) -> None:
    text = home.as_("ben").get(act(home.declare(KEY_WORKER), "acknowledgement")).text
    assert "The policy, 5.0 J At the earliest opportunity, tell your line manager" in text
    assert "You need to record: confidentiality discussed and risk assessment." in text
    assert "An action is needed." in text
    assert "Did you talk about confidentiality? Yes" in text


def test_conduct_clauses_are_advice_and_what_is_not_asked_for_is_optional(home: House) -> None:
    text = home.as_("ben").get(act(home.declare(SUPERMARKET), "acknowledgement")).text
    assert "How to behave, 5.0 F: Make no plans to meet service users" in text
    assert "Did you talk about confidentiality? (optional)" in text
    assert "is needed" not in text


def test_the_people_who_may_be_asked_are_offered_and_no_others(home: House) -> None:
    page = home.as_("ben").get(act(home.declare(NEIGHBOUR), "acknowledgement"))
    choices = page.html.split('name="actions.0.by"')[1].split("</select>")[0]
    offered = [part.split('"')[0] for part in choices.split('value="')[1:]]
    assert offered == ["", "amina", "ben", "carol"]


def test_acknowledging_comes_back_to_the_declaration_which_says_so(home: House) -> None:
    declaration = home.declare(KEY_WORKER)
    ben = home.as_("ben")
    where = ben.post(act(declaration, "acknowledgement"), acknowledgement()).to
    assert where == f"/declarations/{declaration}?done=yes"
    text = ben.get(where).text
    assert "Done You have acknowledged this." in text
    assert "Awaiting action" in text
    assert "Confidentiality was discussed." in text
    assert "Risk assessment: Low: in her file." in text
    assert "Somebody else becomes key worker: Ben Okoro, by 23 November 2026" in text


def test_who_did_nothing_is_not_told_that_they_did(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    home.as_("ben").post(act(declaration, "acknowledgement"), acknowledgement())
    assert "You have" not in home.as_("carol").get(f"/declarations/{declaration}?done=yes").text


def test_without_actions_it_closes_and_empty_rows_are_nothing(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    home.as_("ben").post(act(declaration, "acknowledgement"), acknowledgement() | NO_ACTION)
    found = home.register.read.declaration("ben", declaration)
    assert (found.status, found.actions, found.handed_over) == ("closed", (), None)


def test_what_was_handed_over_is_kept_and_shown(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    form = acknowledgement(handed_over__to="hr", handed_over__reference="HR-77")
    where = home.as_("ben").post(act(declaration, "acknowledgement"), form | NO_ACTION).to
    assert "Handed over to HR, reference HR-77." in home.as_("ben").get(where).text


def test_every_mistake_is_told_at_once_in_order_and_nothing_is_lost(home: House) -> None:
    declaration = home.declare(KEY_WORKER)
    form = acknowledgement(note=" ", confidentiality_discussed="") | NO_ACTION
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert page.status == 422
    assert list(page.problems) == ["note", "actions", "confidentiality_discussed"]
    assert page.problems["actions"] == "Actions: Agree at least one action."
    assert_every_problem_leads_somewhere(page)
    assert page.value("risk_assessment") == "Low: in her file."
    assert home.register.read.declaration("ben", declaration).acknowledged is None


def test_an_action_that_the_policy_asks_for_is_missed_under_its_clause(home: House) -> None:
    form = acknowledgement() | NO_ACTION
    page = home.as_("ben").post(act(home.declare(KEY_WORKER), "acknowledgement"), form)
    assert page.problems == {"actions": "Actions: Under 5.0 J, agree at least one action."}
    assert_every_problem_leads_somewhere(page)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"actions__0__due_on": ""},
            {"actions-0-due_on": "Action 1: By which day? This answer is missing."},
        ),
        ({"actions__0__by": ""}, {"actions-0-by": "Action 1: Who does it? Choose an answer."}),
        (
            {"actions__0__due_on": "2026-11-15"},
            {"actions-0-due_on": "Action 1: By which day? This day has gone by."},
        ),
        (
            {"actions__0__what": ""},
            {"actions-0-what": "Action 1: What is to be done? Write a few words here."},
        ),
        (
            {"handed_over__to": "safeguarding"},
            {"handed_over-reference": "Their reference Write a few words here."},
        ),
        (
            {"handed_over__reference": "SG-9"},
            {"handed_over-to": "To whom? Choose an answer."},
        ),
    ],
)
def test_a_mistake_deep_in_the_form_leads_to_its_own_answer(
    home: House, changes: dict[str, str], problems: dict[str, str]
) -> None:
    form = acknowledgement(**changes)
    page = home.as_("ben").post(act(home.declare(NEIGHBOUR), "acknowledgement"), form)
    assert page.status == 422
    assert page.problems == problems
    assert_every_problem_leads_somewhere(page)


def test_somebody_who_may_not_be_asked_is_refused_at_their_row(home: House) -> None:
    form = acknowledgement(actions__0__by="eve")
    page = home.as_("ben").post(act(home.declare(NEIGHBOUR), "acknowledgement"), form)
    assert list(page.problems) == ["actions-0-by"]


def test_rows_move_up_so_that_an_error_is_about_the_row_it_stands_in(home: House) -> None:
    form = acknowledgement(actions__2__what="Ring the family") | NO_ACTION
    page = home.as_("ben").post(act(home.declare(NEIGHBOUR), "acknowledgement"), form)
    assert list(page.problems) == ["actions-0-by", "actions-0-due_on"]
    assert page.value("actions.0.what") == "Ring the family"
    assert page.value("actions.2.what") in ("", None)


def test_another_row_keeps_what_was_filled_in_and_sends_nothing(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    form = acknowledgement(handed_over__to="regulator", add="yes")
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert page.status == 200
    assert "Action 4" in page.text
    assert not page.problems
    for name in ("note", "actions.0.what", "actions.0.by", "actions.0.due_on", "handed_over.to"):
        assert page.value(name) == form[name]
    assert page.value("confidentiality_discussed") == "true"
    assert home.register.read.declaration("ben", declaration).acknowledged is None


def test_there_are_never_more_rows_than_actions_may_be(home: House) -> None:
    form = acknowledgement(add="yes") | {f"actions.{row}.what": "x" for row in range(20)}
    page = home.as_("ben").post(act(home.declare(NEIGHBOUR), "acknowledgement"), form)
    assert "Action 20" in page.text
    assert "Action 21" not in page.text
    assert "Add another" not in page.text


def test_what_was_settled_meanwhile_is_told_and_the_words_are_kept(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    ben = home.as_("ben")
    ben.post(act(declaration, "acknowledgement"), acknowledgement())
    page = ben.post(act(declaration, "acknowledgement"), acknowledgement(note="Something else."))
    assert page.status == 409
    assert page.problems == {"": "This was acknowledged already."}
    assert page.value("note") == "Something else."
    assert ben.get(act(declaration, "acknowledgement")).status == 409


def test_the_same_form_sent_twice_is_one_acknowledgement(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    for _ in range(2):
        home.as_("ben").post(act(declaration, "acknowledgement"), acknowledgement()).to  # noqa: B018
    assert len(home.register.read.declaration("ben", declaration).actions) == 1


# Deciding


def test_only_the_outcomes_that_are_open_are_offered(home: House) -> None:
    carol = home.as_("carol")
    frame = carol.get(act(home.declare(FRAME), "decision"))
    assert "It may be kept" in frame.text
    cash = carol.get(act(home.declare(CASH), "decision"))
    assert "This one can only go back." in cash.text
    assert "It may be kept" not in cash.text


def test_the_workers_earlier_gifts_stand_beside_the_decision(home: House) -> None:
    earlier = home.declare(PEN)
    of_another = home.declare(CASH)
    declaration = home.declare(FRAME)
    later = home.declare(FRAME)
    page = home.as_("carol").get(act(declaration, "decision"))
    assert "Earlier gifts that Amina Yusuf declared Ballpoint pen, £1.50" in page.text
    assert f"/declarations/{earlier}" in page.links
    assert not {f"/declarations/{of_another}", f"/declarations/{later}"} & set(page.links)


def test_a_decision_is_taken_and_said_back(home: House) -> None:
    declaration = home.declare(FRAME)
    carol = home.as_("carol")
    form = {"outcome": "return", "reason": "It is worth too much."}
    text = carol.get(carol.post(act(declaration, "decision"), form).to).text
    assert "Your decision is in the register." in text
    assert "It is worth too much." in text


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
    assert "Your question is in the register" in carol.get(asked.to).text
    assert "Was there a card?" in amina.get(f"/declarations/{declaration}").text
    told = amina.post(act(declaration, "information"), {"text": "Yes, from the family."})
    assert "What you added is in the register." in amina.get(told.to).text
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
REFUSED = {"amina": 403, "gus": 403, "eve": 403, "femi": 404, "dana": 404, "dev": 403, "ada": 403}


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


def test_the_declaration_offers_what_may_be_done_with_it(home: House) -> None:
    offered: dict[str, dict[str, list[str]]] = {}
    for name in (NEIGHBOUR, FRAME, FRIENDSHIP):
        declaration = home.declare(name)
        for person in ("ben", "carol"):
            links = home.as_(person).get(f"/declarations/{declaration}").links
            found = [link.split("/")[-1] for link in links if declaration in link]
            offered.setdefault(name, {})[person] = [each for each in found if each != declaration]
    assert offered == {
        NEIGHBOUR: {"ben": ["acknowledgement", "information-request", "lift"], "carol": []},
        FRAME: {"ben": [], "carol": ["decision", "information-request"]},
        FRIENDSHIP: {"ben": ["answer", "information-request"], "carol": []},
    }


# The team


def found_by(page: Shown, *declarations: str) -> set[int]:
    """Which of these a list shows, by their place."""
    assert page.status == 200, page.text
    return {n for n, each in enumerate(declarations) if f"/declarations/{each}" in page.links}


def test_the_team_shows_open_and_closed_of_ones_people_alone(home: House) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, CASH, OWN, ELSEWHERE)]
    assert found_by(home.as_("ben").get("/team"), *all_of_them) == {0, 1, 2}
    assert found_by(home.as_("carol").get("/team"), *all_of_them) == {0, 1, 2, 3}
    assert found_by(home.as_("femi").get("/team"), *all_of_them) == {4}


def test_the_team_is_filtered_by_worker_kind_and_status(home: House) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, CASH, NEIGHBOUR)]
    ben = home.as_("ben")
    assert found_by(ben.get("/team?worker=gus"), *all_of_them) == {2}
    assert found_by(ben.get("/team?kind=prior-acquaintance"), *all_of_them) == {3}
    page = ben.get("/team?worker=amina&kind=gift&status=closed")
    assert found_by(page, *all_of_them) == {1}
    assert (page.value("worker"), page.value("status")) == ("amina", "closed")
    nothing = ben.get("/team?worker=gus&status=closed&kind=")
    assert "There is nothing to show." in nothing.text


@pytest.mark.parametrize("query", ["worker=eve", "worker=%00", "kind=tea-party", "status=open"])
def test_what_cannot_be_chosen_is_not_found(home: House, query: str) -> None:
    assert home.as_("ben").get(f"/team?{query}").status == 404


@pytest.mark.parametrize("after", ["", "x", "9" * 30, "٣"])
def test_a_place_that_is_none_is_the_beginning(home: House, after: str) -> None:
    declaration = home.declare(FRAME)
    assert found_by(home.as_("ben").get(f"/team?after={after}"), declaration) == {0}


def test_the_next_page_keeps_the_filter(home: House) -> None:
    declarations = [home.declare(PEN) for _ in range(26)]
    ben = home.as_("ben")
    page = ben.get("/team?worker=amina&kind=")
    assert found_by(page, *declarations) == set(range(1, 26))
    (following,) = (link for link in page.links if "after=" in link)
    assert following.startswith("/team?worker=amina&after=")
    last = ben.get(following)
    assert found_by(last, *declarations) == {0}
    assert not any("after=" in link for link in last.links)


def test_a_service_user_is_looked_for_without_standing_in_an_address(home: House) -> None:
    here, elsewhere = home.declare(FRAME), home.declare(ELSEWHERE)
    page = home.as_("ben").post("/team", {"service_user": " SU-1042 "})
    assert "About SU-1042" in page.text
    assert found_by(page, here, elsewhere) == {0}
    assert not any("SU-1042" in link for link in page.links)
    assert "SU-1042" not in page.html.split("<title>")[1].split("</title>")[0]
    unseen = home.as_("ben").post("/team", {"service_user": "RV-007"})
    assert "nothing to show about this service user that you may see" in unseen.text


def test_the_next_page_about_a_service_user_is_asked_for_by_a_form(home: House) -> None:
    declarations = [home.declare(PEN) for _ in range(26)]
    ben = home.as_("ben")
    page = ben.post("/team", {"service_user": "SU-1042"})
    after = page.value("after")
    assert after
    last = ben.post("/team", {"service_user": "SU-1042", "after": after})
    assert found_by(last, *declarations) == {0}


@pytest.mark.parametrize("reference", ["", "Mrs Smith", "x" * 41])
def test_what_is_no_reference_is_told_where_it_was_written(home: House, reference: str) -> None:
    page = home.as_("ben").post("/team", {"service_user": reference})
    assert page.status == 422
    assert list(page.problems) == ["service_user"]
    assert_every_problem_leads_somewhere(page)
    assert page.value("service_user") in (reference, None)


# Exclusions from key working


def test_the_list_says_who_whom_where_and_since_but_never_why(home: House) -> None:
    home.declare(NEIGHBOUR)
    for person in ("ben", "carol", "dev"):
        text = home.as_(person).get("/exclusions").text
        assert "Amina Yusuf SU-1042 Elm House 16 November 2026" in text
        assert "mother" not in text
    assert "There are none." in home.as_("femi").get("/exclusions").text


def test_only_the_line_manager_is_offered_to_lift_it(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    path = f"/exclusions/{declaration}/lift"
    offered = {p: path in home.as_(p).get("/exclusions").links for p in ("ben", "carol", "dev")}
    assert offered == {"ben": True, "carol": False, "dev": False}
    expected: dict[str, Any] = {**REFUSED, "carol": 403}
    assert {person: home.as_(person).get(path).status for person in expected} == expected
    assert {
        person: home.as_(person).post(path, {"reason": "Please"}).status for person in expected
    } == expected


def test_an_exclusion_is_lifted_with_a_reason(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    ben, path = home.as_("ben"), f"/exclusions/{declaration}/lift"
    assert "Amina Yusuf is not to be the key worker of SU-1042" in ben.get(path).text
    refused = ben.post(path, {"reason": " "})
    assert refused.status == 422
    assert refused.problems == {
        "reason": "Why may they be the key worker again? Write a few words here."
    }
    text = ben.get(ben.post(path, {"reason": "They moved away."}).to).text
    assert "The exclusion is lifted." in text
    assert "There are none." in text
    assert ben.get(path).status == 404
    assert ben.post(path, {"reason": "Once more."}).status == 409
    assert "Lift" not in ben.get(f"/declarations/{declaration}").text
