"""The pages of a permission: who has agreed is asked in rows, and conditions too."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from register.kinds import all_kinds
from tests.browser import Office, words
from tests.cast import IN_FORCE, NOW, SUPPORTED_LIVING, TODAY, told
from web.forms.questions import ROWS

DOG = {
    "happened_on": f"{TODAY:%d/%m/%Y}",
    "service_user": "RV-007",
    "details.sought_for": "person_or_pet",
    "details.planned_on": "1/5/2099",
    "details.why": "He would like to meet my dog",
}
HERSELF = {"by": "service_user", "given_on": "2/11/2026"}
HER_SON = {"by": "relative", "given_on": "3/11/2026"}


def row(place: int, answers: dict[str, str]) -> dict[str, str]:
    return {f"details.consents.{place}.{name}": value for name, value in answers.items()}


def rows(*answers: dict[str, str]) -> dict[str, str]:
    return {name: each for at, one in enumerate(answers) for name, each in row(at, one).items()}


def form(**more: str) -> dict[str, Any]:
    return {"id": str(uuid4()), **DOG, **more}


def declared(here: Office, *consents: dict[str, str]) -> str:
    filled = form(**rows(*consents))
    sent = here.browser("eve").post("/declare/permission/send", filled)
    assert sent.headers["location"] == f"/declarations/{filled['id']}/sent", words(sent)
    return str(filled["id"])


# Declaring


def test_the_form_has_a_few_rows_each_with_a_name(here: Office) -> None:
    page = here.browser("eve").get("/declare/permission")
    assert page.text.count(".given_on") == ROWS
    for place in range(1, ROWS + 1):
        assert f"Agreement {place} Who agreed?" in words(page)


def test_whoever_agreed_is_checked_and_sent(here: Office) -> None:
    filled = form(**rows(HERSELF, {"by": "", "given_on": ""}, HER_SON))
    checked = words(here.browser("eve").post("/declare/permission", filled))
    agreed = "The service user, 2 November 2026; A relative of theirs, 3 November 2026"
    assert f"Who has agreed to it already? {agreed}" in checked
    declaration = declared(here, HERSELF, {"by": "", "given_on": " "}, HER_SON)
    stored = here.register.read.declaration("eve", declaration)
    assert stored.details is not None
    assert stored.details["consents"] == [
        {"by": "service_user", "given_on": "2026-11-02"},
        {"by": "relative", "given_on": "2026-11-03"},
    ]
    assert agreed in words(here.browser("femi").get(f"/declarations/{declaration}"))


def test_nobody_may_have_agreed_yet(here: Office) -> None:
    declaration = declared(here)
    stored = here.register.read.declaration("eve", declaration)
    assert stored.details is not None
    assert stored.details["consents"] == []
    page = words(here.browser("eve").get(f"/declarations/{declaration}"))
    assert "Not everybody has agreed whom the policy names." in page
    assert "Do not do it until you have the answer." in page


def for_now(here: Office, by: str, declaration: str) -> str:
    """What the worker is told to do, or not to do."""
    page = words(here.browser(by).get(f"/declarations/{declaration}"))
    return page.partition("For now:")[2][:200]


def test_under_003_nobody_is_promised_an_answer(here: Office) -> None:
    """It lets nobody permit what it forbids, and has it only read."""
    now = for_now(here, "amina", str(here.declare("amina", "permission")))
    assert "Do not do it. Talk with your line manager first." in now
    assert "That somebody has read this is not a yes." in now
    assert "answer" not in now


def test_under_004_the_do_not_ends_with_the_answer(here: Office) -> None:
    declaration = declared(here, HERSELF, HER_SON)
    now = for_now(here, "eve", declaration)
    assert "Do not bring anybody yet." in now
    assert "Do not do it until you have the answer." in now
    assert "not a yes" not in now
    here.register.decide("femi", declaration, {"outcome": "granted", "reason": "A kind dog"})
    assert for_now(here, "eve", declaration) == ""


def test_what_is_wrong_in_a_row_is_said_at_that_row(here: Office) -> None:
    page = here.browser("eve").post(
        "/declare/permission", form(**rows({"by": "", "given_on": ""}, HERSELF, {"by": "relative"}))
    )
    assert page.status_code == 422
    assert "Agreement 2: On which day? This answer is missing." in words(page)
    assert 'href="#details-consents-1-given_on"' in page.text
    assert 'id="details-consents-1-given_on"' in page.text
    assert 'value="service_user" selected' in page.text
    tomorrow = {"by": "relative", "given_on": "1/5/2099"}
    page = here.browser("eve").post("/declare/permission", form(**rows(HERSELF, tomorrow)))
    assert "This day has not come yet." in words(page)


def test_the_api_names_the_place(here: Office) -> None:
    body = told("permission", "eve", consents=[{"by": "service_user", "given_on": "2099-01-01"}])
    body["details"]["consents"].append({"by": "nobody", "given_on": "2026-11-02", "how": "by hand"})
    body["details"]["consents"].append("Her son")
    answer = here.browser("eve").call("PUT", f"/api/declarations/{uuid4()}", json=body,
                                      headers={"origin": "http://register.test"})  # fmt: skip
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {
        "details.consents.0.given_on",
        "details.consents.1.by",
        "details.consents.1.how",
        "details.consents.2",
    }


def test_more_than_the_rows_of_a_form_are_shown_for_a_correction(here: Office) -> None:
    many = [{"by": "other", "given_on": "2026-11-02"}] * (ROWS + 2)
    declaration = here.declare("eve", "permission", sought_for="person_or_pet", consents=many)
    page = here.browser("eve").get(f"/declarations/{declaration}/correction")
    assert page.text.count(".given_on") == ROWS + 2
    added = {f"details.consents.{at}.by": "other" for at in range(ROWS + 2)}
    days = {f"details.consents.{at}.given_on": "2/11/2026" for at in range(ROWS + 2)}
    filled = {**DOG, **added, **days, **row(ROWS + 2, HERSELF), **row(ROWS + 3, HER_SON)}
    here.browser("eve").post(
        f"/declarations/{declaration}/correction", {**filled, "reason": "They have agreed"}
    )
    state = here.register.read.declaration("femi", str(declaration))
    assert state.details is not None
    assert len(state.details["consents"]) == ROWS + 4
    assert state.ruling.flags == ()


# Asking beforehand


def test_no_consent_lets_ones_own_family_come_along(here: Office) -> None:
    page = words(here.browser("eve").get(f"/policies/{SUPPORTED_LIVING}/{IN_FORCE}"))
    assert "One of your own family or friends can never come, whoever agrees." in page


# Deciding


def decision(here: Office, declaration: str, **filled: str) -> Any:
    return here.browser("femi").post(f"/declarations/{declaration}/decision", filled)


def test_whoever_decides_is_told_who_has_not_agreed(here: Office) -> None:
    declaration = declared(here, HERSELF)
    page = words(here.browser("femi").get(f"/declarations/{declaration}/decision"))
    assert "The policy asks for the consent of a relative or a representative first." in page
    assert (
        "Until then you cannot say that it is granted or that it is granted on conditions." in page
    )
    answer = decision(here, declaration, outcome="granted", reason="A kind dog")
    assert answer.status_code == 422
    assert 'href="#outcome"' in answer.text


def test_conditions_are_asked_in_rows_and_become_actions(here: Office) -> None:
    declaration = declared(here, HERSELF, HER_SON)
    filled = {
        "outcome": "granted_with_conditions",
        "reason": "On a lead",
        "conditions.1.what": "Keep the dog on a lead",
        "conditions.1.by": "eve",
        "conditions.1.due_on": "1/5/2099",
    }
    checked = words(decision(here, declaration, **filled, check="yes"))
    assert "On what conditions? Keep the dog on a lead, Eve Novak, 1 May 2099" in checked
    assert "say how it went" in checked
    assert decision(here, declaration, **filled).status_code == 303
    state = here.register.read.declaration("eve", declaration)
    assert [each.what for each in state.actions] == ["Keep the dog on a lead", "say-how"]
    without = decision(here, declared(here, HERSELF, HER_SON), outcome="granted_with_conditions",
                       reason="On a lead")  # fmt: skip
    assert without.status_code == 422
    assert 'href="#conditions"' in without.text


def test_the_page_says_until_when_it_holds(here: Office) -> None:
    day = TODAY.replace(day=20)
    declaration = str(here.declare("eve", "permission", planned_on=str(day)))
    here.register.decide("femi", declaration, {"outcome": "granted", "reason": "Enjoy it"})
    eve = here.browser("eve")
    api = eve.get(f"/api/declarations/{declaration}").json()
    assert api["lapses_on"] == f"{day.replace(day=21)}"
    assert "This holds until 20 November 2026" in words(eve.get(f"/declarations/{declaration}"))
    here.clock.shows = NOW.replace(day=21)
    eve = here.browser("eve")
    assert "This lapsed on 21 November 2026" in words(eve.get(f"/declarations/{declaration}"))
    assert "I have said how it went" in words(eve.get(f"/declarations/{declaration}"))


# The way to it


def test_there_is_a_lead_for_each_thing_that_may_be_asked_for() -> None:
    leads = all_kinds()["permission"].leads
    assert {each.fills["sought_for"] for each in leads} == {
        "person_or_pet",
        "one_off_task",
        "tracing_online",
        "event",
    }
