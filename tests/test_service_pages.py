"""Where a declaration is made: the form asks for the service only where it cannot know it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest

from events.directory import PersonWords
from tests.cast import CASES, gift, joined, told
from tests.phones import MEETING, fill_in, heading, press
from tests.visits import House, Visitor, copied

if TYPE_CHECKING:
    from tests.chromium import Windows
    from tests.server import Server

NOBODY_KNOWS = "XX-9"
ASKED = "Which service was this at?"
NOT_KNOWN = "This reference is not known here: say which service it was at."


@pytest.fixture(scope="module")
def house(built_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Bo works at both services, and mia for a bank."""
    with copied(built_house, tmp_path_factory.mktemp("services") / "data") as house:
        for person, services in (("bo", ("elm-house", "riverside")), ("mia", ())):
            came = joined(person, under="ben", services=services)
            words = PersonWords(person.title(), f"{person}@example.org")
            house.register.change_directory([msgspec.structs.replace(came, words=words)])
        yield house


def form(house: House, **more: str) -> dict[str, Any]:
    answers = {f"details.{name}": str(value).lower() for name, value in gift().items()}
    day = str(house.now.date())
    return {"id": str(uuid4()), "happened_on": day, **answers, **more}


def offered(visitor: Visitor) -> list[str]:
    page = visitor.get("/declare/gift").html
    (listed,) = re.findall(r'<datalist id="references">(.*?)</datalist>', page)
    return re.findall(r'value="([^"]*)"', listed)


@pytest.mark.parametrize("by", ["amina", "bo", "mia"])
def test_nobody_is_asked_where_the_service_user_is_known(house, by):
    visitor = house.as_(by)
    shown, *_kept_for_no_signal = visitor.get("/declare/gift").html.split("<template")
    assert ASKED not in shown
    page = visitor.post("/declare/gift", form(house, service_user="RV-007"))
    assert page.status == 200
    assert ASKED not in page.text
    goes = {"amina": "This person is at Riverside"}.get(by, "This is declared for Riverside.")
    assert goes in page.text


def test_what_is_about_somebody_of_another_service_goes_to_its_director_and_says_so(house):
    page = house.as_("eve").post("/declare/gift", form(house, service_user="SU-1042"))
    assert "This person is at Elm House: it goes to Carol there." in page.text
    page = house.as_("amina").post("/declare/gift", form(house, service_user="SU-1042"))
    assert "This person is at" not in page.text


def test_whoever_has_just_one_service_is_never_asked(house):
    page = house.as_("eve").post("/declare/gift", form(house, service_user=NOBODY_KNOWS))
    assert page.status == 200
    assert "This is declared for Riverside." in page.text
    assert "not known at any service" in page.text


@pytest.mark.parametrize("by", ["bo", "mia"])
def test_whoever_has_none_or_several_is_asked_once_the_service_user_is_not_known(house, by):
    visitor, filled = house.as_(by), form(house, service_user=NOBODY_KNOWS)
    page = visitor.post("/declare/gift", filled)
    assert page.status == 422
    assert page.problems == {"service": f"{ASKED} {NOT_KNOWN}"}
    page = visitor.post("/declare/gift", {**filled, "service": "riverside"})
    assert page.status == 200
    assert "This is declared for Riverside." in page.text
    sent = visitor.post("/declare/gift/send", {**filled, "service": "riverside"})
    assert sent.status == 303
    assert house.register.read.declaration(by, filled["id"]).service == "riverside"


def test_a_worker_chooses_among_their_own_services_and_one_of_a_bank_among_all(house):
    filled = form(house, service_user=NOBODY_KNOWS)
    for by, names in (("bo", ["Elm House", "Riverside"]), ("mia", ["Elm House", "Riverside"])):
        page = house.as_(by).post("/declare/gift", filled)
        assert [name for name in names if name in page.text] == names


def test_the_service_that_was_chosen_stays_chosen_while_something_is_changed(house):
    filled = form(house, service_user=NOBODY_KNOWS, service="riverside", change="yes")
    page = house.as_("bo").post("/declare/gift", filled)
    assert page.value("service") == "riverside"


def test_the_service_users_of_all_own_services_are_offered(house):
    assert set(offered(house.as_("bo"))) >= {"SU-1042", "SU-1077", "RV-007"}
    assert "SU-1042" not in offered(house.as_("mia"))


def test_who_will_see_it_are_those_of_the_service_where_it_was(house):
    page = house.as_("eve").post("/declare/gift", form(house, service_user="SU-1042"))
    assert "Carol Price" in page.text
    assert "Dana Moss" in page.text  # she is above eve
    page = house.as_("amina").post("/declare/gift", form(house, service_user="RV-007"))
    assert "Dana Moss" in page.text


def test_the_register_looks_the_service_user_up_for_every_declaration(house):
    body = told("gift", "eve", service_user="su-1042", at=house.now)
    made = house.register.declare("eve", str(uuid4()), body)
    assert made.state.service == "elm-house"


def test_on_a_phone_the_question_comes_once_it_is_needed_and_its_answer_is_sent(
    windows: Windows, visited: Server, tmp_path: Path
) -> None:
    """The phone makes the body by itself, from the questions on the form as it is by then."""
    files = tmp_path / "files"
    shutil.copytree(CASES, files)
    with (files / "people.csv").open("a", encoding="utf-8") as people:
        people.write("bo,Bo Reed,bo@example.org,worker,ben,elm-house;riverside,\n")
    visited.installation.load(files)
    page = windows.open("bo")
    page.goto("/declare/out-of-hours-encounter")
    fill_in(page, {**MEETING, "Which service user is this about?": NOBODY_KNOWS})
    press(page, "Check my answers")
    heading(page, "There is a problem")
    fill_in(page, {ASKED: "Riverside"})
    press(page, "Check my answers")
    heading(page, "Check your answers")
    assert "This is declared for Riverside." in page.inner_text("main")
    press(page, "Send")
    heading(page, "It is in the register")
    found = visited.as_("dev").get("/api/declarations", params={"worker": "bo"}).json()["items"]
    assert [each["service"] for each in found] == ["riverside"]
