"""A manager in a hurry reads first what they need, and nothing that is not so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from register.declarations.answered import last_answer
from register.declarations.ids import short_reference
from register.kinds import all_kinds
from tests.managing import (
    FRAME,
    FRIENDSHIP,
    KEY_WORKER,
    NEIGHBOUR,
    NEXT_WEEK,
    OWN,
    PEN,
    SUPERMARKET,
    act,
)
from tests.test_finding import looked_for
from tests.test_team_pages import found_by
from tests.visits import House, Shown

NUMBER = "A mobile number given before there was a policy"
KEEP = {"outcome": "keep", "reason": "A farewell"}
QUESTION = {"text": "Who was there?"}
AN_ACTION = {"what": "Ring her", "by": "amina", "due_on": str(NEXT_WEEK)}


def asked(home: House, declaration: str, by: str, name: str) -> Shown:
    return home.as_(by).get(act(declaration, name))


# The forms of acts


@pytest.mark.parametrize(
    ("name", "by", "form"),
    [
        (FRAME, "carol", "decision"),
        (SUPERMARKET, "ben", "acknowledgement"),
        (FRIENDSHIP, "ben", "answer"),
    ],
)
def test_what_was_declared_is_folded_above_the_questions_and_what_is_else_known_is_below(
    home: House, name: str, by: str, form: str
) -> None:
    html = asked(home, home.declare(name), by, form).html
    declared, earlier = html.index("What was declared</span>"), html.index("Earlier about this")
    assert declared < html.index('<form method="post" action="/declarations/') < earlier
    assert html.count('<details class="govuk-details app-at-desk">') == 2


def test_what_was_corrected_is_not_folded(home: House) -> None:
    declaration = home.declare(FRAME)
    changed = home.register.read.declaration("amina", declaration).details | {"worth": "70.00"}
    home.register.correct("amina", declaration, {"details": changed, "reason": "I looked again"})
    html = asked(home, declaration, "carol", "decision").html
    assert '<details class="govuk-details app-at-desk" open>' in html


def test_the_note_is_said_to_be_needed_before_and_after(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    assert "Always needed." in asked(home, declaration, "ben", "acknowledgement").text
    page = home.as_("ben").post(act(declaration, "acknowledgement"), {"nothing": "yes"})
    assert page.problems["note"] == "What was said and agreed? Write a note first."


def test_with_an_action_begun_nothing_more_is_needed_is_not_the_button_to_press(
    home: House,
) -> None:
    form = {"note": "Thanks", "nothing": "yes", "actions.0.what": "Ring her"}
    page = home.as_("ben").post(act(home.declare(SUPERMARKET), "acknowledgement"), form)
    assert "Press “Acknowledge” below it, or clear it." in page.text
    button = page.html[: page.html.index("Nothing more is needed")].rsplit("<button", 1)[1]
    assert "govuk-button--secondary" in button


def test_whoever_declared_about_them_too_is_marked_among_the_new_key_workers(home: House) -> None:
    declaration = home.declare(KEY_WORKER)
    assert "declared something about them" not in asked(home, declaration, "ben", ACK).text
    home.declare(FRAME)
    page = asked(home, declaration, "ben", ACK).text
    assert "Amina Yusuf (has declared something about them too)" in page
    assert "Who is the new key worker? Not decided: add an action" in page


ACK = "acknowledgement"


def test_who_could_have_a_friendship_is_said_by_the_manager_and_answered_by_nobody(
    home: House,
) -> None:
    declaration = home.declare(FRIENDSHIP)
    ben = home.as_("ben")
    assert "Say whether it is appropriate: Amina Yusuf" in ben.get("/inbox").text
    page = ben.get(f"/declarations/{declaration}").text
    assert "Waiting for you" in page
    assert "Say whether it is appropriate" in page
    assert "Waiting for Ben" in home.as_("amina").get(f"/declarations/{declaration}").text
    needed = "You can only say that it is appropriate if both answers below are No."
    assert needed in ben.get(act(declaration, "answer")).text


# Questions and their answers


def test_a_question_that_comes_late_does_not_promise_a_day_that_is_past(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    past = "which is past already"
    assert past not in asked(home, declaration, "ben", "information-request").text
    home.later(days=9)
    assert past in asked(home, declaration, "ben", "information-request").text


def test_the_answer_is_said_first_until_somebody_acts(home: House) -> None:
    declaration = home.declare(FRAME)
    home.as_("carol").post(act(declaration, "information-request"), QUESTION)
    home.as_("amina").post(act(declaration, "information"), {"text": "Her sister"})
    answered = "Amina Yusuf answered on 16 November 2026: Her sister"
    carol = home.as_("carol")
    for address in ("/inbox", f"/declarations/{declaration}", act(declaration, "decision")):
        assert answered in carol.get(address).text, address
    assert "answered on" not in home.as_("amina").get(f"/declarations/{declaration}").text
    home.register.decide("carol", declaration, KEEP)
    assert answered not in carol.get(f"/declarations/{declaration}").text


def test_what_was_added_unasked_is_no_answer(home: House) -> None:
    declaration = home.declare(FRAME)
    home.as_("amina").post(act(declaration, "information"), {"text": "Her sister"})
    assert last_answer(home.register.read.declaration("carol", declaration).past) is None


def test_what_waits_for_somebody_else_is_counted_apart(home: House) -> None:
    declaration = home.declare(FRAME)
    home.as_("carol").post(act(declaration, "information-request"), QUESTION)
    page = home.as_("carol").get("/inbox")
    assert "Nothing is waiting for you. Waiting for Amina Yusuf: 1" in page.text
    assert 'data-waiting="0"' in page.html


# Finding


@pytest.mark.parametrize("text", ["1042", " 1042 ", "SU-1042"])
def test_the_number_of_a_case_reference_finds_it(home: House, text: str) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN)]
    page = looked_for(home, "ben", text)
    assert found_by(page, *all_of_them) == {0}
    assert "1 found. By the day it reached the register" in page.text
    assert "<details" in page.html
    assert " open>" not in page.html.split('role="search"')[1].split("</form>")[0]


def test_a_number_that_nobody_has_is_answered_with_what_to_try(home: House) -> None:
    home.declare(FRAME)
    ben = home.as_("ben")
    assert "Try the whole reference, such as SU-1042." in looked_for(home, "ben", "9999").text
    page = ben.get(ben.post("/service-user", {"service_user": "9999"}).to)
    assert "Try the whole reference, such as SU-1042." in page.text
    page = ben.get(ben.post("/service-user", {"service_user": "1042"}).to)
    assert "About SU-1042" in page.text


def test_four_signs_of_a_declarations_reference_find_it(home: House) -> None:
    declaration = home.declare(FRAME)
    quoted = short_reference(UUID(declaration))
    for signs in (4, 5):
        assert found_by(looked_for(home, "ben", quoted[:signs]), declaration) == {0}


def test_the_list_says_that_ones_own_are_meant_as_well(home: House) -> None:
    home.declare(OWN)
    reference = home.register.read.last_references("ben", 1)[0]
    page = looked_for(home, "ben", reference)
    assert "And one that you declared yourself, in My declarations" in page.text
    assert "that you declared yourself" not in looked_for(home, "ben", "Gus").text


def test_an_action_that_is_overdue_is_marked_on_its_card(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    note = {"note": "We talked", "actions": [AN_ACTION]}
    home.register.acknowledge("ben", declaration, note)
    assert "Overdue" not in home.as_("ben").get("/team").text.split("the latest first")[1]
    home.later(days=9)
    assert "Overdue" in home.as_("ben").get("/team").text.split("the latest first")[1]


def test_everybody_whose_declarations_the_list_shows_can_be_chosen(home: House) -> None:
    home.declare(FRAME)
    home.leaves("amina")
    assert 'value="amina"' in home.as_("ben").get("/team").html


# Looking again, opening again, words


def test_a_card_says_whether_a_correction_or_a_withdrawal_is_to_be_checked(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    home.as_("amina").post(act(declaration, "withdrawal"), {"reason": "By mistake"})
    assert "Check a withdrawal: Amina Yusuf" in home.as_("ben").get("/inbox").text


def test_whoever_opens_it_again_is_told_who_acts_and_that_what_was_to_be_done_ended(
    home: House,
) -> None:
    declaration = home.declare(FRAME)
    home.register.decide("carol", declaration, {"outcome": "return", "reason": "Too much"})
    assert "Amina Yusuf needs to give it back" in home.as_("carol").get("/team").text
    home.later(days=20)
    carol = home.as_("carol")
    page = carol.get(act(declaration, "reopening")).text
    assert "after it was due" not in page
    page = carol.get(carol.post(act(declaration, "reopening"), {"reason": "New facts"}).to).text
    assert "Open again. You need to decide on this" in page
    assert "New facts. What was still to be done about it ended." in page


def test_a_kind_has_a_title_for_others_and_the_day_of_telling_is_no_day_of_happening(
    home: House,
) -> None:
    declaration = home.declare(NUMBER)
    address = f"/declarations/{declaration}"
    worker = all_kinds()["personal-number"]
    by = home.register.read.declaration("ben", declaration).worker
    assert worker.title in home.as_(by).get(address).text
    page = home.as_("ben").get(address).text
    assert "Worker's own number or address" in page
    assert worker.title not in page
    assert "on the day it happened" not in page


def test_a_new_key_worker_leaves_nothing_untrue_on_the_record(home: House) -> None:
    declaration = home.declare(NEIGHBOUR, key_worker_now=True)
    assert "Key worker now" not in home.as_("ben").get(f"/declarations/{declaration}").text


# The year


def as_shown(text: str) -> list[Any]:
    return [text.index(month) for month in ("Dec 2026", "Nov 2026", "Oct 2026")]


def test_the_year_begins_with_the_latest_month_and_counts_calendar_years(home: House) -> None:
    home.declare(FRAME)
    home.later(days=20)
    home.declare(PEN)
    page = home.as_("carol").get("/year").text
    assert "In all of 2026: 2. In all of 2025: 0." in page
    assert as_shown(page) == sorted(as_shown(page))
    assert "The year" in home.as_("carol").get("/").text
    assert "The year" not in home.as_("ben").get("/").text
