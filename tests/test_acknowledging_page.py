"""The page on which a line manager acknowledges: what it asks, takes and refuses."""

from __future__ import annotations

import pytest

from tests.managing import (
    ELSEWHERE,
    KEY_WORKER,
    NEIGHBOUR,
    NEXT_WEEK,
    SUPERMARKET,
    act,
    assert_every_problem_leads_somewhere,
)
from tests.visits import House

RECORD = "whether you talked about confidentiality and what the risk assessment says."


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
        **{name.replace("__", "."): value for name, value in changes.items()},
    }


NO_ACTION = {"actions.0.what": "", "actions.0.by": "", "actions.0.due_on": ""}


def test_what_the_policy_asks_for_stands_above_the_form(home: House) -> None:
    text = home.as_("ben").get(act(home.declare(KEY_WORKER), "acknowledgement")).text
    assert "The policy, 5.0 J If you know somebody from outside work" in text
    assert f"You need to record: {RECORD}" in text
    assert "Somebody else needs to be the key worker." in text
    assert "Did you talk about confidentiality? Yes" in text


def test_conduct_clauses_are_advice_and_what_is_not_asked_for_is_optional(home: House) -> None:
    text = home.as_("ben").get(act(home.declare(SUPERMARKET), "acknowledgement")).text
    assert "How to behave, 5.0 F: Plan no contact of any sort" in text
    assert "Did you talk about confidentiality? (optional)" in text
    assert "action is needed" not in text


def test_whoever_cannot_be_given_an_action_is_named_and_not_their_id(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    form = acknowledgement() | {"actions.0.by": "gus"}
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    refused = "Name somebody who may see this and act on it. That is not so of Gus Hale."
    assert refused in page.problems["actions-0-by"]
    form = acknowledgement() | {"actions.0.by": "ben-2"}
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert "Nobody here has the id 'ben-2'." in page.problems["actions-0-by"]


def test_whoever_cannot_be_the_key_worker_is_named(home: House) -> None:
    form = acknowledgement(new_key_worker="femi")
    page = home.as_("ben").post(act(home.declare(KEY_WORKER), "acknowledgement"), form)
    assert "That is not so of Femi Ade." in page.problems["new_key_worker"]


def test_the_people_who_may_be_asked_are_offered_and_no_others(home: House) -> None:
    page = home.as_("ben").get(act(home.declare(NEIGHBOUR), "acknowledgement"))
    choices = page.html.split('name="actions.0.by"')[1].split("</select>")[0]
    offered = [part.split('"')[0] for part in choices.split('value="')[1:]]
    assert offered == ["", "amina", "ben", "carol"]


def test_acknowledging_comes_back_to_the_declaration_which_says_so(home: House) -> None:
    declaration = home.declare(KEY_WORKER)
    ben = home.as_("ben")
    where = ben.post(act(declaration, "acknowledgement"), acknowledgement()).to
    assert where == f"/declarations/{declaration}?done=acknowledgement"
    text = ben.get(where).text
    assert "Done You have acknowledged this." in text
    assert "Awaiting action" in text
    assert "Confidentiality was discussed." in text
    assert "Risk assessment: Low: in her file." in text
    assert "Somebody else becomes key worker: Ben Okoro, by 23 November 2026" in text


def test_who_did_nothing_is_not_told_that_they_did(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    home.as_("ben").post(act(declaration, "acknowledgement"), acknowledgement())
    where = f"/declarations/{declaration}?done=acknowledgement"
    assert "You have" not in home.as_("carol").get(where).text


def test_an_address_that_was_kept_says_nothing_once_something_else_was_done(home: House) -> None:
    declaration, text = home.declare(NEIGHBOUR), {"text": "How long ago was it?"}
    ben = home.as_("ben")
    asked = ben.post(act(declaration, "information-request"), text).to
    assert "We asked Amina Yusuf" in ben.get(asked).text
    ben.post(act(declaration, "acknowledgement"), acknowledgement())
    assert "We asked Amina Yusuf" not in ben.get(asked).text


@pytest.mark.parametrize("done", ["", "yes", "decision", "information-request"])
def test_only_what_was_done_is_said(home: House, done: str) -> None:
    declaration = home.declare(NEIGHBOUR)
    ben = home.as_("ben")
    ben.post(act(declaration, "acknowledgement"), acknowledgement())
    page = ben.get(f"/declarations/{declaration}?done={done}")
    assert (page.status, "govuk-notification-banner" in page.html) == (200, False)


def test_without_actions_it_closes_and_empty_rows_are_nothing(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    home.as_("ben").post(act(declaration, "acknowledgement"), acknowledgement() | NO_ACTION)
    found = home.register.read.declaration("ben", declaration)
    assert (found.status, found.actions) == ("closed", ())


def test_nothing_more_is_needed_in_one_tap_with_a_note(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    ben = home.as_("ben")
    page = ben.get(act(declaration, "acknowledgement"))
    assert page.html.index("Nothing more is needed") < page.html.index("Something more is needed")
    assert page.html.count("actions.0.what") == page.html.count("What is to be done?")
    assert "actions.1.what" not in page.html
    ben.post(act(declaration, "acknowledgement"), {"note": "Thank you.", "nothing": "yes"})
    assert home.register.read.declaration("ben", declaration).status == "closed"


def test_where_an_action_is_needed_nobody_may_say_that_nothing_is(home: House) -> None:
    page = home.as_("femi").get(act(home.declare(ELSEWHERE, form="cash"), "acknowledgement"))
    assert "Nothing more is needed" not in page.text


def test_an_action_that_was_begun_is_not_lost_by_saying_that_nothing_is_needed(
    home: House,
) -> None:
    declaration = home.declare(NEIGHBOUR)
    form = acknowledgement() | {"nothing": "yes"}
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert page.status == 422
    assert "You filled in an action. Press “Acknowledge” below it" in page.problems["actions"]
    assert page.value("actions.0.what") == "Somebody else becomes key worker"
    assert_every_problem_leads_somewhere(page)
    assert home.register.read.declaration("ben", declaration).acknowledged is None


def test_after_one_is_done_the_next_in_the_inbox_is_one_tap_away(home: House) -> None:
    first, second = home.declare(NEIGHBOUR), home.declare(SUPERMARKET)
    ben = home.as_("ben")
    done = ben.post(act(first, "acknowledgement"), acknowledgement() | NO_ACTION).to
    page = ben.get(done)
    assert "Next in your inbox" in page.text
    assert f'href="/declarations/{second}"' in page.html
    done = ben.post(act(second, "acknowledgement"), {"note": "Thank you.", "nothing": "yes"}).to
    assert "Back to your inbox: nothing else waits" in ben.get(done).text


ANOTHER = "Name another key worker, or agree an action by which somebody finds one."
ONE = "The policy asks for at least one action."


def test_every_mistake_is_told_at_once_in_order_and_nothing_is_lost(home: House) -> None:
    declaration = home.declare(KEY_WORKER)
    form = acknowledgement(note=" ", confidentiality_discussed="") | NO_ACTION
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert page.status == 422
    assert list(page.problems) == ["note", "confidentiality_discussed", "new_key_worker"]
    assert page.problems["new_key_worker"] == f"Who is the new key worker? {ANOTHER}"
    assert_every_problem_leads_somewhere(page)
    assert page.value("risk_assessment") == "Low: in her file."
    assert home.register.read.declaration("ben", declaration).acknowledged is None


def test_an_action_that_the_policy_asks_for_is_missed(home: House) -> None:
    form = acknowledgement() | NO_ACTION
    page = home.as_("femi").post(act(home.declare(ELSEWHERE, form="cash"), "acknowledgement"), form)
    assert page.problems == {"actions": f"Actions: {ONE}"}
    assert_every_problem_leads_somewhere(page)


def test_those_who_may_be_key_worker_are_offered_where_the_policy_wants_another(
    home: House,
) -> None:
    ben = home.as_("ben")
    home.declare(NEIGHBOUR)  # amina is excluded for the same service user
    page = ben.get(act(home.declare(KEY_WORKER), "acknowledgement"))
    choices = page.html.split('name="new_key_worker"')[1].split("</select>")[0]
    offered = [part.split('"')[0] for part in choices.split('value="')[1:]]
    assert offered == ["", "ben", "carol"]
    other = ben.get(act(home.declare(NEIGHBOUR), "acknowledgement"))
    assert 'name="new_key_worker"' not in other.html


def test_a_new_key_worker_is_named_in_place_of_an_action_and_shown(home: House) -> None:
    declaration, ben = home.declare(KEY_WORKER), home.as_("ben")
    form = acknowledgement(new_key_worker="amina") | NO_ACTION
    text = ben.get(ben.post(act(declaration, "acknowledgement"), form).to).text
    assert "The new key worker is Amina Yusuf." in text
    assert "and named Amina Yusuf as the new key worker" in text


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
    form = acknowledgement(add="yes")
    page = home.as_("ben").post(act(declaration, "acknowledgement"), form)
    assert page.status == 200
    assert "Action 4" in page.text
    assert not page.problems
    for name in ("note", "actions.0.what", "actions.0.by", "actions.0.due_on"):
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
