"""What administrators change on pages: people, services and lines, seen first and then made."""

from __future__ import annotations

import httpx
import pytest

from events.directory import PersonWords
from register.directory.directory import Person
from register.directory.files import Files
from tests.browser import Browser, Office, links, words
from tests.cast import TODAY, moved
from tests.changing_the_directory import alter, give
from tests.filled_forms import filled_in
from tests.test_administrator_pages import PEOPLE, confirm, upload

EVE, NEW = "/people/of/eve", "/people/new"
RIVERSIDE = "/people/services/of/riverside"
CHANGES, LINES = "/people/changes", "/people/lines"


@pytest.fixture
def ada(here: Office) -> Browser:
    return here.browser("ada")


def changed(by: Browser, path: str, **answers: object) -> httpx.Response:
    """What the page after a form says that would change; the form is filled in as it is shown."""
    shown = by.get(path)
    return by.post(path, {**filled_in(shown, path), **answers})


def confirmed(by: Browser, path: str, **answers: object) -> httpx.Response:
    return by.post(path, filled_in(changed(by, path, **answers), path))


def person(here: Office, one: str) -> Person:
    return here.register.read.directory().people[one]


# People


def test_a_change_is_seen_before_it_is_made(here: Office, ada: Browser) -> None:
    before = here.log.last_position()
    page = changed(ada, EVE, line_manager="Ben Okoro")
    assert "Line manager: Ben Okoro (ben) (Femi Ade (femi) now)" in words(page)
    assert here.log.last_position() == before
    made = ada.post(EVE, filled_in(page, EVE))
    assert made.headers["location"] == "/people?changes=1"
    assert person(here, "eve").line_manager == "ben"


def test_nothing_changes_where_nothing_is_filled_in_anew(here: Office, ada: Browser) -> None:
    assert "Nothing: this is what the register knows already" in words(changed(ada, EVE))


def test_somebody_joins(here: Office, ada: Browser) -> None:
    said = {"id": "zoe", "name": "Zoë Lim", "email": "z@example.org", "roles": "worker"}
    confirmed(ada, NEW, **said, line_manager="ben", service="elm-house")
    zoe = person(here, "zoe")
    assert (zoe.roles, zoe.line_manager, zoe.services) == (("worker",), "ben", ("elm-house",))
    assert here.register.read.name("zoe") == "Zoë Lim"


def test_a_staff_number_is_given_changed_and_taken_away(here: Office, ada: Browser) -> None:
    for number, said in (("4711", ": 4711"), ("12", "(4711 now)"), ("", ": empty")):
        page = words(changed(ada, EVE, staff_number=number))
        assert "Staff number:" in page
        assert said in page
        confirmed(ada, EVE, staff_number=number)
        assert filled_in(ada.get(EVE), EVE)["staff_number"] == number


def test_a_file_with_nothing_but_staff_numbers_shows_what_would_change(
    here: Office, ada: Browser
) -> None:
    header, *lines = PEOPLE.splitlines()
    numbered = [f"{header},staff_number", *(f"{each},4711" for each in lines)]
    page = upload(ada, people="\n".join(numbered))
    assert "Staff number: 4711" in words(page)
    confirm(ada, page)
    assert "Nothing: the files say" in words(upload(ada, people=PEOPLE))  # which says nothing of it


@pytest.mark.parametrize("page", ["link", "sign-in", "sessions", "tokens", "cover"])
def test_each_page_of_a_person_leads_back_to_them(ada: Browser, page: str) -> None:
    assert EVE in links(ada.get(f"/people/eve/{page}"))


def test_one_comes_from_people_to_their_slips(ada: Browser) -> None:
    assert "/people/slips" in links(ada.get("/people"))


def test_somebody_s_last_day_is_set(here: Office, ada: Browser) -> None:
    confirmed(ada, EVE, left_on="1/12/2026")
    assert str(person(here, "eve").left_on) == "2026-12-01"


def test_what_was_changed_meanwhile_is_shown_and_not_overwritten(
    here: Office, ada: Browser
) -> None:
    page = changed(ada, EVE, line_manager="ben")
    here.register.change_directory([moved("gus", under="carol")])
    again = ada.post(EVE, filled_in(page, EVE))
    assert again.status_code == 409
    assert "The directory has changed since you looked" in words(again)
    assert person(here, "eve").line_manager == "femi"
    ada.post(EVE, filled_in(again, EVE))
    assert person(here, "eve").line_manager == "ben"


def test_one_goes_back_to_change_something_else(ada: Browser) -> None:
    page = changed(ada, EVE, line_manager="ben")
    form = ada.post(EVE, {**filled_in(page, EVE), "change": "yes"})
    assert filled_in(form, EVE)["line_manager"] == "ben"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"id": "eve"}, "This id is somebody else's"),
        ({"id": "zoë lim"}, "Use letters, digits, dots, hyphens and underscores only"),
        ({"id": ""}, "Write an id"),
        ({"name": ""}, "Write a name"),
        ({"name": "x" * 201}, "Write no more than 200 characters"),
        ({"name": "Zoe\u202e"}, "a control character or a hidden mark"),
        ({"email": "no address"}, "like name@example.org"),
        ({"line_manager": "Nobody Known"}, "Nobody here has that name or id"),
        ({"line_manager": ""}, "neither a line manager nor a service to direct"),
        ({"service": "mars"}, "There is no service 'mars'"),
        ({"roles": "king"}, "There is no role 'king' to give"),
        ({"left_on": "31/2/2027"}, "Write the day, the month and the year"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    here: Office, ada: Browser, answers: dict[str, str], said: str
) -> None:
    before = here.log.last_position()
    right = {"id": "zoe", "name": "Zoe Lim", "email": "z@example.org", "line_manager": "ben"}
    page = ada.post(NEW, {**right, "roles": "worker", "service": "elm-house", **answers})
    assert page.status_code == 422
    assert here.log.last_position() == before
    assert said in words(page)
    assert "There is a problem" in words(page)


def test_nobody_is_their_own_line_manager(ada: Browser) -> None:
    assert "Nobody is their own line manager" in words(changed(ada, EVE, line_manager="eve"))


def test_a_line_that_would_go_round_is_refused(ada: Browser) -> None:
    page = changed(ada, "/people/of/carol", line_manager="amina")
    assert "the reporting line goes round" in words(page)
    assert 'href="#line_manager"' in page.text


def test_of_two_with_one_name_the_id_is_asked_for(here: Office, ada: Browser) -> None:
    named = PersonWords("Ben Okoro", "other@example.org")
    files = Files(people=[(Person("ben2", (), "carol"), named)], names_people=False)
    here.register.load(files)
    page = changed(ada, EVE, line_manager="ben okoro")
    assert "Several people are called that. Write the id: ben, ben2." in words(page)


@pytest.mark.parametrize("path", ["/people/of/nobody", "/people/services/of/mars", f"{LINES}/x"])
def test_whoever_is_not_there_has_no_page(ada: Browser, path: str) -> None:
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize("known_at", ["", "x", "-1", "9" * 40])
def test_a_form_with_no_position_is_not_taken(here: Office, ada: Browser, known_at: str) -> None:
    page = changed(ada, EVE, line_manager="ben")
    answer = ada.post(EVE, {**filled_in(page, EVE), "known_at": known_at})
    assert answer.status_code == 400
    assert person(here, "eve").line_manager == "femi"


# Services


def agree_to_all(here: Office, person: str) -> None:
    """Somebody agrees to all that waits."""
    for each in here.register.read.directory().proposed:
        here.register.approve(person, str(each))


def test_a_service_has_another_director(here: Office, ada: Browser) -> None:
    alter(here.register, None, "dana", line_manager="carol")
    page = changed(ada, RIVERSIDE, director="Femi Ade", reserve="carol")
    assert "Service director: Femi Ade (femi) (Dana Moss (dana) now)" in words(page)
    assert "Waits for a second person" in words(page)
    ada.post(RIVERSIDE, filled_in(page, RIVERSIDE))
    agree_to_all(here, "dana")
    service = here.register.read.directory().services["riverside"]
    assert (service.director, service.reserve) == ("femi", "carol")
    assert service.adopted


def test_a_service_is_added(here: Office, ada: Browser) -> None:
    path = "/people/services/new"
    said = {"id": "oak", "name": "Oak", "director": "femi", "contacts": "On call 01632 960114"}
    confirmed(ada, path, **said)
    agree_to_all(here, "carol")
    service = here.register.read.directory().services["oak"]
    assert (service.director, service.contacts) == ("femi", ("On call 01632 960114",))


def test_a_page_says_where_the_whistleblowing_policy_is_and_who_regulates(
    here: Office, ada: Browser
) -> None:
    confirmed(ada, RIVERSIDE, whistleblowing="In the blue folder", regulator="Ofsted")
    found = here.register.read.directory().services["riverside"]
    assert (found.whistleblowing, found.regulator) == ("In the blue folder", "Ofsted")
    wrong = changed(ada, RIVERSIDE, regulator="x" * 300)
    assert "Write no more than 254 characters." in words(wrong)


def test_a_service_without_a_director_is_refused_at_its_field(ada: Browser) -> None:
    assert "Write who directs it" in words(changed(ada, RIVERSIDE, director=""))


# Changes that wait


def propose(here: Office, role: str = "auditor") -> str:
    (waits,) = give(here.register, "ada", "eve", role).waiting
    return f"{CHANGES}/{waits.id}"


def test_what_needs_two_people_says_so_before_it_is_proposed(here: Office, ada: Browser) -> None:
    page = changed(ada, EVE, roles=["worker", "auditor"])
    assert "Waits for a second person" in words(page)
    done = ada.post(EVE, filled_in(page, EVE))
    assert done.headers["location"] == f"{CHANGES}?made=0&waiting=1"
    assert person(here, "eve").roles == ("worker",)
    listed = words(ada.get(done.headers["location"]))
    assert "1 waits for a second person" in listed
    assert "Who could agree: Carol Price (carol), Dana Moss (dana)." in listed
    assert "Withdraw it" in listed
    assert "Agree to this change" not in listed


def test_a_director_agrees_on_the_page(here: Office) -> None:
    path, carol = propose(here), here.browser("carol")
    page = carol.get(CHANGES)
    assert "Roles: worker, auditor (worker now)" in words(page)
    answer = carol.post(path, {"decided": "approve"})
    assert answer.headers["location"] == f"{CHANGES}?done=approve"
    assert person(here, "eve").roles == ("worker", "auditor")
    assert "Nothing waits" in words(carol.get(CHANGES))


def test_a_director_declines_on_the_page(here: Office) -> None:
    path, carol = propose(here), here.browser("carol")
    carol.post(path, {"decided": "decline"})
    assert person(here, "eve").roles == ("worker",)
    assert carol.post(path, {"decided": "approve"}).status_code == 404


def test_whoever_proposed_it_cannot_agree_on_the_page(here: Office, ada: Browser) -> None:
    assert ada.post(propose(here), {"decided": "approve"}).status_code == 403
    assert person(here, "eve").roles == ("worker",)


def test_what_does_not_fit_any_more_can_only_be_declined(here: Office) -> None:
    give(here.register, None, "gus", "administrator")
    (waits,) = alter(here.register, "gus", "eve", line_manager="gus").waiting
    alter(here.register, None, "eve", line_manager="ben")
    dana, path = here.browser("dana"), f"{CHANGES}/{waits.id}"
    page = words(dana.get(CHANGES))
    assert "line manager of 'eve' has changed since. It can only be declined." in page
    refused = dana.post(path, {"decided": "approve"})
    assert refused.status_code == 409
    assert "There is a problem" in words(refused)
    assert dana.post(path, {"decided": "decline"}).status_code == 303


@pytest.mark.parametrize("decided", ["", "perhaps"])
def test_a_decision_that_is_none_is_not_taken(here: Office, decided: str) -> None:
    path = propose(here)
    assert here.browser("carol").post(path, {"decided": decided}).status_code == 400


@pytest.mark.parametrize("one", ["amina", "ben", "dev"])
def test_nobody_else_sees_what_waits(here: Office, one: str) -> None:
    path = propose(here)
    assert here.browser(one).get(CHANGES).status_code == 403
    assert here.browser(one).post(path, {"decided": "approve"}).status_code == 403


def test_a_file_with_a_new_auditor_waits_too(here: Office, ada: Browser) -> None:
    people = PEOPLE.replace("eve@example.org,worker,", "eve@example.org,worker auditor,")
    page = upload(ada, people)
    assert "Waits for a second person" in words(page)
    assert confirm(ada, page).headers["location"] == f"{CHANGES}?made=0&waiting=1"
    assert person(here, "eve").roles == ("worker",)


# Reporting lines


def test_the_lines_are_a_tree_whose_people_lead_to_their_forms(ada: Browser) -> None:
    page = ada.get(LINES)
    assert {f"/people/of/{each}" for each in ("carol", "ben", "amina")} <= set(links(page))
    assert "2 below Ben Okoro (ben)" in words(page)


def test_a_branch_has_a_page_with_the_line_above_it(ada: Browser) -> None:
    page = words(ada.get(f"{LINES}/ben"))
    assert "Above: Carol Price (carol)" in page
    assert "Amina Yusuf" in page
    assert "Femi Ade" not in page


def test_of_many_people_a_page_has_few(here: Office, ada: Browser) -> None:
    people = [Person(f"p{n}", (), "gus" if n < 40 else f"p{n % 40}") for n in range(400)]
    words_of = PersonWords("P", "p@example.org")
    here.register.load(Files(people=[(each, words_of) for each in people], names_people=False))
    page = ada.get(f"{LINES}/gus")
    assert len(page.text) < 300_000
    assert f"{LINES}/gus?after=25" in links(page)
    assert f"{LINES}/ben" in links(page)
    assert "They are on a page of their own" in words(ada.get("/people"))
    following = ada.get(f"{LINES}/gus", after="25")
    assert f"{LINES}/gus?after=50" not in links(following)


# Roles, by the API


def test_the_api_tells_who_has_which_role(here: Office) -> None:
    items = here.browser("dev").get("/api/roles").json()["items"]
    assert ("ada", "administrator") in {(each["person"], each["role"]) for each in items}


def api(here: Office, by: str, **body: object) -> httpx.Response:
    headers = {"origin": "http://register.test", "sec-fetch-site": "same-origin"}
    return here.browser(by).call("POST", "/api/roles", json=body, headers=headers)


def test_the_api_gives_what_one_person_may_give_and_proposes_the_rest(here: Office) -> None:
    at_once = api(here, "ada", person="eve", role="worker", given=False)
    assert at_once.json() == {"person": "eve", "role": "worker", "held": False, "waiting": 0}
    waits = api(here, "ada", person="eve", role="auditor", given=True)
    assert waits.json() == {"person": "eve", "role": "auditor", "held": False, "waiting": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person": "ada", "role": "auditor", "given": True}, 422),
        ({"person": "ada", "role": "administrator", "given": False}, 422),
        ({"person": "nobody", "role": "auditor", "given": True}, 404),
        ({"person": "eve", "role": "line_manager", "given": True}, 422),
        ({"person": "eve", "role": "auditor"}, 422),
        ({}, 422),
    ],
)
def test_the_api_refuses_in_words(here: Office, body: dict[str, object], status: int) -> None:
    before = here.log.last_position()
    assert api(here, "ada", **body).status_code == status
    assert here.log.last_position() == before


def test_a_last_day_of_the_last_administrator_is_refused_on_the_page(ada: Browser) -> None:
    page = changed(ada, "/people/of/ada", left_on=str(TODAY))
    assert page.status_code == 422
    assert "the last administrator cannot go" in words(page)


def test_nobody_takes_a_role_on_the_page_for_themselves(here: Office, ada: Browser) -> None:
    page = changed(ada, "/people/of/ada", roles=["administrator", "auditor"])
    assert "nobody gives a role to themselves" in words(page)
    assert person(here, "ada").roles == ("administrator",)
