"""What a worker reads about their own declarations: whose turn it is, and what to do for now."""

from __future__ import annotations

from typing import Any

import pytest

from register.kinds import all_kinds
from tests.browser import Office, words
from tests.cast import A_DAY, days_ago, gift
from tests.managing import act
from web.forms.questions import questions

MONEY = gift(item="A banknote", worth="20.00", form="cash", whereabouts="with_me")


def form(here: Office, kind: str, details: dict[str, Any], **more: str) -> dict[str, Any]:
    """What the form of a kind sends."""
    said = {
        f"details.{name}": value if isinstance(value, list) else str(value).lower()
        for name, value in details.items()
        if value is not None
    }
    return {"happened_on": here.clock.shows.date().isoformat(), "id": ID, **said, **more}


ID = "6f1dd0a4-47f6-4f1e-9b87-2e9f3d0c9a11"


def sent(here: Office, kind: str, by: str = "amina", **said: Any) -> str:
    declaration = here.declare(by, kind, **said)
    return words(here.browser(by).get(f"/declarations/{declaration}/sent"))


# A gift


def test_what_is_very_small_is_what_the_policy_of_the_service_says(here: Office) -> None:
    form = words(here.browser("amina").get("/declare/gift"))
    assert "Here, up to £10 is very small." in form
    assert "is very small" not in words(here.browser("eve").get("/declare/gift"))


def test_whoever_asks_beforehand_reads_what_is_very_small_too(here: Office) -> None:
    first = {"at_risk": "false", "what": "gift.0"}
    asked = words(here.browser("amina").post("/should-i-declare", first))
    assert "Here, up to £10 is very small." in asked


def test_where_it_can_only_go_back_that_is_said_first(here: Office) -> None:
    page = here.browser("amina").post(
        "/declare/gift", form(here, "gift", MONEY, service_user="SU-1042")
    )
    checked = words(page)
    assert checked.index("You will have to give it back.") < checked.index("Who will see this")
    after = sent(here, "gift", **MONEY)
    assert after.index("You will have to give it back.") < after.index("They decide if you keep it")
    assert "You will have to" not in sent(here, "gift")


def test_what_is_with_the_giver_already_need_not_be_given_back(here: Office) -> None:
    there = {**MONEY, "whereabouts": "given_back"}
    assert "You will have to" not in sent(here, "gift", **there)


def test_whom_a_gift_is_from_is_said_as_it_was_answered(here: Office) -> None:
    for giver, says in (("relative_or_carer", "a relative or carer"), ("other", "somebody else")):
        declaration = here.declare("amina", giver=giver)
        page = words(here.browser("amina").get(f"/declarations/{declaration}"))
        assert f"It is not from the service user, but from {says}." in page


def test_once_it_is_given_back_the_old_answer_says_so(here: Office) -> None:
    declaration = str(here.declare("amina"))
    here.register.decide("carol", declaration, {"outcome": "return", "reason": "Please do."})
    page = f"/declarations/{declaration}"
    assert "Now: Given back" not in words(here.browser("amina").get(page))
    action = here.register.read.declaration("amina", declaration).actions[0].id
    done = {"how": "by hand", "returned_on": str(days_ago(0)), "to": "her daughter"}
    here.register.complete("amina", declaration, action, done)
    for person in ("amina", "carol"):
        said = words(here.browser(person).get(page))
        assert "Now: Given back on 16 November 2026, to her daughter" in said


# Their own number


def test_a_number_is_said_to_be_their_own(here: Office) -> None:
    number = here.declare("amina", "personal-number", service_user="SU-1042")
    page = f"/declarations/{number}"
    own = words(here.browser("amina").get(page))
    assert "You declared that SU-1042 has had your own mobile number since" in own
    assert "that this service user has had the worker's own mobile number" in words(
        here.browser("ben").get(page)
    )


def test_the_day_of_telling_is_asked_for_as_that_and_last(here: Office) -> None:
    page = words(here.browser("amina").get("/declare/personal-number"))
    assert page.index("What have you done about it?") < page.index(
        "Which day are you telling this?"
    )
    gift_form = words(here.browser("amina").get("/declare/gift"))
    assert gift_form.index("Which day was it?") < gift_form.index("What is it?")


@pytest.mark.parametrize(
    ("steps", "says", "says_not"),
    [
        ([], "Ask your line manager which work number you may give them and if you", "Nothing"),
        (["number_barred"], "Ask your line manager which work number you may give them.", "block"),
        (["number_barred", "alternative_given"], "Use only a work phone with them.", "Ask your"),
    ],
)
def test_what_to_do_with_the_number_depends_on_what_was_done(
    here: Office, steps: list[str], says: str, says_not: str
) -> None:
    page = sent(here, "personal-number", **told_number(steps))
    now = page.partition("For now:")[2].partition("The policy,")[0]
    assert says in now
    assert says_not not in now


def told_number(steps: list[str]) -> dict[str, Any]:
    return {
        "contact_kind": "mobile",
        "given_on": str(days_ago(3)),
        "reason": "other",
        "contact_since": "none",
        "steps_taken": steps,
    }


# A friendship


def test_the_do_not_stays_until_there_is_an_answer(here: Office) -> None:
    friendship = str(here.declare("amina", "post-service-friendship"))
    here_only = "Do not accept it until you have the answer."
    for page in (f"/declarations/{friendship}/sent", f"/declarations/{friendship}"):
        assert here_only in words(here.browser("amina").get(page))
    assert here_only not in words(here.browser("ben").get(f"/declarations/{friendship}"))
    answer = {"outcome": "not_appropriate", "reason": "Not now."}
    findings = {"no_longer_vulnerable": True, "no_imbalance_of_power": False}
    here.register.answer("ben", friendship, {**answer, **findings})
    assert here_only not in words(here.browser("amina").get(f"/declarations/{friendship}"))


# Whose turn it is


def test_their_own_card_says_whom_it_waits_for_and_not_a_state(here: Office) -> None:
    here.declare("amina", "prior-acquaintance")
    own = words(here.browser("amina").get("/"))
    assert "Waiting for Ben" in own
    assert "Ben needs to read this and say so by" in own
    assert "Awaiting acknowledgement" not in own
    assert "Awaiting acknowledgement" in words(here.browser("ben").get("/team"))


def test_what_waits_for_them_comes_before_what_is_new(here: Office) -> None:
    declaration = str(here.declare("amina"))
    here.register.decide("carol", declaration, {"outcome": "return", "reason": "Please do."})
    page = words(here.browser("amina").get("/"))
    assert page.index("Waiting for you: 1") < page.index("New since you last looked")


def test_every_question_that_is_not_answered_is_shown(here: Office) -> None:
    declaration = str(here.declare("amina", "prior-acquaintance"))
    asked = ("Since when?", "Do you meet?")
    for text in asked:
        here.register.ask("ben", declaration, {"text": text})
    amina = here.browser("amina")
    for page in ("/", act(declaration, "information")):
        assert [text in words(amina.get(page)) for text in asked] == [True, True], page
    here.register.inform("amina", declaration, {"text": "For years, and no."})
    here.register.ask("ben", declaration, {"text": "Where?"})
    page = words(amina.get(act(declaration, "information")))
    assert "Where?" in page
    assert "Since when?" not in page


def test_an_answer_is_thanked_for_and_the_next_turn_is_said(here: Office) -> None:
    declaration = str(here.declare("amina", "prior-acquaintance"))
    here.register.ask("ben", declaration, {"text": "Since when?"})
    amina = here.browser("amina")
    answered = amina.post(act(declaration, "information"), {"text": "For years."})
    page = words(amina.get(answered.headers["location"]))
    assert "Thank you. Ben has your answer." in page
    assert "Ben needs to read this and say so by" in page
    more = amina.post(act(declaration, "information"), {"text": "And her mother."})
    assert "What you added is in the register." in words(amina.get(more.headers["location"]))


def test_what_is_overdue_says_by_how_many_days(here: Office) -> None:
    declaration = here.declare("amina", "prior-acquaintance")
    here.register.ask("ben", str(declaration), {"text": "Since when?"})
    here.clock.goes_on(5 * A_DAY)
    amina = here.browser("amina")
    assert "Overdue by 2 days since" in words(amina.get("/"))
    page = words(amina.get(f"/declarations/{declaration}"))
    assert "You need to answer a question; it was due by" in page
    assert "It is 2 days overdue." in page


# Looking again


def test_whoever_looks_again_is_asked_if_the_correction_is_right(here: Office) -> None:
    declaration = str(here.declare("amina", "prior-acquaintance"))
    state = here.register.read.declaration("amina", declaration)
    details = {**(state.details or {}), "relationship_note": "From the choir."}
    correction = {"details": details, "reason": "I mixed them up."}
    here.register.correct("amina", declaration, correction)
    page = here.browser("ben").get(act(declaration, "review"))
    assert "Is the correction right?" in words(page)
    assert 'value="false">' in page.text.partition("Is the correction right?")[2]
    yes = {"stands": "false", "reason": "It is.", "seen": str(state.position + 1)}
    here.browser("ben").post(act(declaration, "review"), yes)
    now = here.register.read.declaration("ben", declaration)
    assert (now.details or {})["relationship_note"] == "From the choir."


# The case reference


def test_the_example_of_a_reference_is_of_their_own_service(here: Office) -> None:
    assert "for example RV-007. Never their name." in words(
        here.browser("eve").get("/declare/gift")
    )


def test_who_writes_a_name_in_place_of_a_reference_is_told_what_to_write(here: Office) -> None:
    page = here.browser("amina").post(
        "/declare/gift", form(here, "gift", gift(), service_user="Mrs Jones")
    )
    assert "Write the case reference, such as SU-1042" in words(page)
    assert "No names." in words(page)


def test_every_kind_asks_for_its_day_and_says_which_it_is(here: Office) -> None:
    for name, kind in all_kinds().items():
        page = words(here.browser("amina").get(f"/declare/{name}"))
        assert kind.asks_day in page
        assert f"Use {kind.happened_on}." in page
        assert all(each.label for each in questions(kind.details))
