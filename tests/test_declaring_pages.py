"""The form of a declaration: whom it offers to choose from, and how answers are read."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser, Office
from tests.cast import gift

CAROL = "Carol Price, a line manager above you, service director of Elm House"


def offered(browser: Browser) -> list[str]:
    page = browser.get("/declare/gift").text
    (listed,) = re.findall(r'<datalist id="references">(.*?)</datalist>', page)
    return re.findall(r'value="([^"]*)"', listed)


def chosen(browser: Browser) -> list[str]:
    """Whatever service user stands on the form before anything is filled in."""
    page = browser.get("/declare/gift").text
    return re.findall(r'name="service_user"[^>]*value="([^"]+)"', page) + re.findall(
        r'name="recent"[^>]*value="([^"]+)" checked', page
    )


def recent(browser: Browser) -> list[str]:
    page = browser.get("/declare/gift").text
    return re.findall(r'name="recent" type="radio" value="([^"]*)"', page)


def form(here: Office, **more: str) -> dict[str, Any]:
    answers = {f"details.{name}": str(value).lower() for name, value in gift().items()}
    day = f"{here.clock.shows:%d/%m/%Y}"
    return {"id": str(uuid4()), "happened_on": day, **answers, **more}


def test_the_service_users_of_the_workers_own_service_are_offered(here: Office) -> None:
    assert offered(here.browser("amina")) == ["SU-1042", "SU-1077"]
    assert offered(here.browser("eve")) == ["RV-007"]


def test_whoever_was_last_declared_about_comes_first_and_is_not_chosen(here: Office) -> None:
    amina = here.browser("amina")
    assert recent(amina) == []
    here.declare("amina", service_user="SU-1077")
    here.declare("amina", service_user="SU-9")
    assert offered(amina) == ["SU-9", "SU-1077", "SU-1042"]
    assert recent(amina) == ["SU-9", "SU-1077"]
    assert chosen(amina) == []


def test_a_recent_service_user_stands_there_with_their_initials(here: Office) -> None:
    here.declare("amina", service_user="SU-1042")
    label = here.register.unguarded.labels_at("elm-house", 9)["SU-1042"]
    assert f"SU-1042, {label}" in here.browser("amina").get("/declare/gift").text


def test_one_of_the_recent_ones_may_be_chosen(here: Office) -> None:
    here.declare("amina", service_user="SU-1077")
    sent = form(here, recent="SU-1077")
    page = here.browser("amina").post("/declare/gift", sent).text
    assert "Check your answers" in page
    assert "SU-1077" in page.split("Who will see this")[0]


def test_only_one_of_their_own_recent_ones_may_be_chosen(here: Office) -> None:
    page = here.browser("amina").post("/declare/gift", form(here, recent="RV-007"))
    assert page.status_code == 422


@pytest.mark.parametrize("written", ["su1042", "su-1042", "SU 1042"])
def test_a_service_user_is_found_whatever_the_case_of_the_reference(
    here: Office, written: str
) -> None:
    sent = form(here, service_user=written)
    amina = here.browser("amina")
    amina.post("/declare/gift/send", sent)
    assert here.register.read.declaration("amina", sent["id"]).service_user == "SU-1042"


def test_a_comma_may_stand_before_the_pence(here: Office) -> None:
    sent = form(here, service_user="SU-1042") | {"details.worth": "8,50"}
    here.browser("amina").post("/declare/gift/send", sent)
    details = here.register.read.declaration("amina", sent["id"]).details
    assert details is not None
    assert details["worth"] == "8.50"


def test_what_is_no_amount_or_day_is_refused_in_plain_words(here: Office) -> None:
    sent = form(here, service_user="SU-1042") | {"details.worth": "about 8 pounds"}
    page = here.browser("amina").post("/declare/gift", sent | {"happened_on": "Friday"})
    assert page.status_code == 422
    assert "Write the pounds as a number, like 8.50." in page.text
    assert "Write the day, the month and the year, like 31/3/2026." in page.text


def test_who_declined_a_gift_is_not_asked_where_it_is(here: Office) -> None:
    sent = form(here, service_user="SU-1042") | {"details.offer": "declined"}
    amina = here.browser("amina")
    for left in ("with_me", ""):
        sent |= {"id": str(uuid4()), "details.whereabouts": left}
        assert "Where is it now?" not in amina.post("/declare/gift", sent).text
        amina.post("/declare/gift/send", sent)
        details = here.register.read.declaration("amina", sent["id"]).details
        assert details is not None
        assert details["whereabouts"] == "with_giver"


def test_who_took_a_gift_says_where_it_is(here: Office) -> None:
    sent = form(here, service_user="SU-1042") | {"details.whereabouts": ""}
    page = here.browser("amina").post("/declare/gift", sent)
    assert page.status_code == 422
    assert "Where is it now? Choose an answer." in page.text


def test_a_declaration_has_a_short_reference_to_quote(here: Office) -> None:
    declaration = here.declare("amina")
    signs = declaration.hex[:6].upper()
    for address in (f"/declarations/{declaration}/sent", f"/declarations/{declaration}", "/mine"):
        assert signs in here.browser("amina").get(address).text


def test_before_sending_a_worker_reads_the_clause_and_what_is_a_house_rule(here: Office) -> None:
    page = here.browser("amina").post("/declare/gift", form(here, service_user="SU-1042"))
    assert "The policy, 6.0 G" in page.text
    assert "House rule:" in page.text


def test_what_happens_next_is_true_whenever_it_is_looked_at(here: Office) -> None:
    small = here.declare("amina", token=True, worth="1.00")
    amina = here.browser("amina")
    assert "Nothing is left to do." in amina.get(f"/declarations/{small}/sent").text
    here.register.ask("ben", str(small), {"text": "Who gave it?"})
    assert "You need to answer a question" in amina.get(f"/declarations/{small}/sent").text


@pytest.mark.parametrize(
    ("person", "reference", "readers"),
    [
        ("amina", "SU-1042", ["Ben Okoro, your line manager", CAROL, "Dev Rao, an auditor"]),
        ("ben", "SU-1042", ["Carol Price, your line manager, service director of Elm House"]),
    ],
)
def test_who_will_see_it_is_told_by_what_they_are(
    here: Office, person: str, reference: str, readers: list[str]
) -> None:
    page = here.browser(person).post("/declare/gift", form(here, service_user=reference)).text
    seen_by = page.split("Who will see this")[1].split("</ul>")[0]
    for reader in readers:
        assert f"<li>{reader}</li>" in seen_by
