"""Whom a declaration is about may be named by what they are to the worker, as on a phone without a
signal: the register finds out who that is when it receives it, and bars them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec import UNSET, structs

from events.declarations import DeclarationMade, FactsWords
from register.acts.correcting import correct
from register.acts.declaring import declare
from register.directory.directory import Directory
from register.errors import ConflictError, InvalidError
from register.ruling.subjects import NOT_CLEAR, ONESELF, PLACE
from register.standing.roles import ROLES
from register.standing.seeing import may_see, readers
from tests.browser import HOME, Office, words
from tests.cast import (
    A_MINUTE,
    CAST,
    NOW,
    cast,
    details,
    directed,
    joined,
    left,
    moved,
    told,
)
from tests.spec import Step, Story, declared, did, given
from web.api.documentation import describe
from web.api.views import view_of
from web.forms.declaring import form_of
from web.forms.people import BY_ROLE
from web.urls import OPERATIONS

KIND = "colleague-concern"
MANAGER, DIRECTOR = "line_manager", "service_director"
ROLES_BY_WORD = {str(role): role for role in ROLES}


def about(role: str | None, by: str = "eve", **said: Any) -> Step:
    return declared(KIND, by=by, subject=role, **said)


def said_in(story: Story) -> FactsWords:
    made = story.state.past[0]
    assert isinstance(made, DeclarationMade)
    assert made.words is not None
    return made.words


def now_about(role: str, by: str = "eve") -> Step:
    said = {"details": details(KIND, subject=role), "reason": "I had not said who it is"}
    return did(correct, by, said)


def why_not(step: Step, directory: Directory = CAST, *before: Step) -> str:
    with pytest.raises(InvalidError) as refusal:
        given(*before, step, directory=directory)
    (error,) = refusal.value.errors
    assert error.field == PLACE
    return error.message


# Who is meant


@pytest.mark.parametrize(
    ("by", "role", "who", "acts"),
    [
        ("eve", MANAGER, "femi", "dana"),
        ("eve", DIRECTOR, "dana", "femi"),
        ("amina", MANAGER, "ben", "carol"),
        ("amina", DIRECTOR, "carol", "dana"),
    ],
)
def test_whoever_is_named_by_their_role_is_barred_as_if_by_their_id(
    by: str, role: str, who: str, acts: str
) -> None:
    story = given(about(role, by))
    assert said_in(story).details["subject"] == who
    assert story.state.subjects == {who}
    assert not may_see(CAST.people[who], story.state, CAST)
    assert set(readers(story.state, CAST)) == {by, acts}
    by_name = given(about(who, by)).state
    assert story.state.ruling == by_name.ruling


def test_it_is_whoever_holds_the_role_when_it_is_received() -> None:
    under_ben = cast(moved("eve", under="ben"))
    assert given(about(MANAGER), directory=under_ben).state.subjects == {"ben"}
    directs = cast(directed("riverside", by="carol"))
    assert given(about(DIRECTOR), directory=directs).state.subjects == {"carol"}


def test_an_id_that_the_directory_knows_comes_first() -> None:
    there = cast(joined(MANAGER))
    story = given(about(MANAGER), directory=there)
    assert story.state.subjects == {MANAGER}
    assert said_in(story).named_as is UNSET


def test_by_which_role_they_were_named_stands_with_the_words_alone() -> None:
    story = given(about(MANAGER))
    made = story.state.past[0]
    assert said_in(story).named_as == MANAGER
    assert "named_as" not in structs.asdict(made)
    assert said_in(given(about("femi"))).named_as is UNSET


@pytest.mark.parametrize("role", [MANAGER, DIRECTOR])
def test_a_correction_may_name_them_by_their_role_too(role: str) -> None:
    who = {MANAGER: "femi", DIRECTOR: "dana"}[role]
    state = given(about(None, subject_note="Him"), now_about(role)).state
    assert state.details is not None
    assert (state.details["subject"], state.subjects) == (who, {who})


def test_a_correction_that_says_by_a_role_what_it_says_already_is_refused() -> None:
    story = given(about("femi"))
    body = {"details": details(KIND, subject=MANAGER), "reason": "It is my manager"}
    story.when(correct, by="eve", body=body).then_refused(InvalidError, field="details")


def test_the_same_correction_again_brings_nothing_about() -> None:
    again = now_about(MANAGER)
    story = given(about("dana"), again)
    assert given(about("dana"), again, again).state.version == story.state.version


# Who is not


@pytest.mark.parametrize(
    ("by", "role", "directory"),
    [
        ("dana", MANAGER, cast(moved("dana", under=None))),
        ("eve", MANAGER, cast(moved("eve", under=None))),
        ("eve", MANAGER, cast(left("femi"))),
        ("eve", DIRECTOR, cast(left("dana"))),
    ],
)
def test_where_nobody_holds_the_role_it_is_refused_in_plain_words(
    by: str, role: str, directory: Directory
) -> None:
    assert why_not(about(role, by), directory) == NOT_CLEAR[ROLES_BY_WORD[role]]
    before = about("gus", by)
    assert why_not(now_about(role, by), directory, before) == NOT_CLEAR[ROLES_BY_WORD[role]]


def test_nobody_names_themselves_by_a_role() -> None:
    directs = cast(directed("riverside", by="eve"))
    assert why_not(about(DIRECTOR), directs) == ONESELF


def test_which_director_is_meant_is_not_guessed_at_a_service_that_is_none_of_the_workers() -> None:
    elsewhere = about(DIRECTOR, service_user="SU-1042")
    assert why_not(elsewhere) == NOT_CLEAR[ROLES_BY_WORD[DIRECTOR]]
    one = cast(directed("elm-house", by="dana"))
    assert given(elsewhere, directory=one).state.subjects == {"dana"}


@pytest.mark.parametrize("role", ["stand_in", "worker", "auditor", "administrator"])
def test_no_other_role_names_anybody(role: str) -> None:
    assert why_not(about(role)) == f"Nobody here has the id {role!r}."


def test_the_words_for_every_role_are_there() -> None:
    assert set(BY_ROLE) == set(ROLES_BY_WORD)
    assert set(NOT_CLEAR) == set(ROLES)


# The same again


def again(story: Story, role: str, directory: Directory) -> Any:
    body = told(KIND, "eve", subject=role)
    return story.when(declare, by="eve", body=body, directory=directory)


@pytest.mark.parametrize(
    "later",
    [
        CAST,
        cast(moved("eve", under="ben")),
        cast(moved("eve", under=None)),
        cast(left("femi")),
        cast(moved("eve", under="ben"), directed("riverside", by="femi")),
    ],
)
def test_the_same_again_is_the_same_whoever_holds_the_role_by_then(later: Directory) -> None:
    assert again(given(about(MANAGER)), MANAGER, later).events == []


def test_by_the_id_it_is_the_same_too() -> None:
    assert again(given(about(MANAGER)), "femi", CAST).events == []
    assert again(given(about("femi")), MANAGER, CAST).events == []


@pytest.mark.parametrize("role", [DIRECTOR, "gus"])
def test_another_under_the_same_id_is_refused(role: str) -> None:
    again(given(about(MANAGER)), role, CAST).then_refused(ConflictError)


# The forms


def test_a_form_that_knows_nobody_asks_by_roles() -> None:
    asked = {each.name: each for each in form_of(KIND)["questions"]}
    subject = asked["details.subject"]
    assert [subject.names[each] for each in ("", *subject.choices)] == [
        "Somebody else: I say who below",
        "My line manager",
        "The director of the service",
    ]
    note = asked["details.subject_note"]
    assert note.label == "If it is somebody else, who are they?"
    assert "in the list" not in f"{note.label} {note.hint}"


def test_what_such_a_form_leaves_out_can_be_added_by_a_correction(here: Office) -> None:
    page = words(here.browser(None).get("/offline/declare/ending"))
    assert "Once you have one, you can add by a correction: Who takes over?" in page
    assert "incoming" not in [each.name for each in form_of("ending")["questions"]]
    assert "by a correction" not in words(here.browser("eve").get("/declare/ending"))


def form(**said: str) -> dict[str, str]:
    usual = details(KIND, **said)
    named = {f"details.{name}": each for name, each in usual.items() if each is not None}
    truth = {"details.at_risk_now": "false", "details.nature": "relationship"}
    return {"happened_on": "2026-11-16", "id": str(uuid4()), **named, **truth}


def test_what_was_begun_without_a_signal_is_checked_with_the_name_and_sent(here: Office) -> None:
    eve, said = here.browser("eve"), form(subject=MANAGER)
    checked = words(eve.post(f"/declare/{KIND}", said))
    assert "Femi" in checked
    assert "My line manager" not in checked
    assert eve.post(f"/declare/{KIND}/send", said).status_code == 303
    assert here.browser("femi").get(f"/declarations/{said['id']}").status_code == 404
    assert here.browser("dana").get(f"/declarations/{said['id']}").status_code == 200


def test_a_form_with_names_keeps_what_was_chosen_without_a_signal(here: Office) -> None:
    wrong = here.browser("eve").post(f"/declare/{KIND}", form(subject=MANAGER, what_seen=" "))
    assert wrong.status_code == 422
    assert '<option value="line_manager" selected>My line manager</option>' in wrong.text


# The API


def put(here: Office, concern: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"origin": HOME, "sec-fetch-site": "same-origin"}
    path = f"/api/declarations/{concern}"
    return here.browser("eve").call("PUT", path, json=body, headers=headers)


def test_the_api_takes_a_role_and_answers_the_id(here: Office) -> None:
    concern, body = str(uuid4()), told(KIND, "eve", subject=MANAGER)
    first = put(here, concern, body)
    assert (first.status_code, first.json()["details"]["subject"]) == (201, "femi")
    assert here.browser("femi").get(f"/api/declarations/{concern}").status_code == 404
    assert here.browser("dana").get(f"/api/declarations/{concern}").status_code == 200
    here.register.change_directory([moved("eve", under="ben")])
    second = put(here, concern, body)
    assert (second.status_code, second.json()["details"]["subject"]) == (200, "femi")
    other = put(here, concern, told(KIND, "eve", subject=DIRECTOR))
    assert other.status_code == 409


def test_the_api_says_by_which_role_whoever_it_is_about_was_named(here: Office) -> None:
    """So a phone that sends it once more, written down anew, knows its own words again."""
    concern, body = str(uuid4()), told(KIND, "eve", subject=MANAGER)
    assert put(here, concern, body).json()["named_as"] == MANAGER
    anew = put(here, concern, {**body, "captured_at": (NOW - A_MINUTE).isoformat()})
    assert anew.status_code == 409
    current = anew.json()["current"]
    assert (current["named_as"], current["details"]["subject"]) == (MANAGER, "femi")
    by_name = put(here, str(uuid4()), told(KIND, "eve", subject="femi"))
    assert by_name.json()["named_as"] is None


def test_once_they_are_corrected_by_their_id_no_role_is_said(here: Office) -> None:
    concern = here.declare("eve", KIND, subject=MANAGER)
    said = {"details": details(KIND, subject="gus"), "reason": "It was Gus"}
    state = here.register.act(correct, "eve", str(concern), said)
    assert view_of(here.register, state).named_as is None


def test_the_api_says_what_is_wrong_with_a_role(here: Office) -> None:
    here.register.change_directory([moved("eve", under=None)])
    here.clock.goes_on(A_MINUTE)
    refused = put(here, str(uuid4()), told(KIND, "eve", subject=MANAGER, at=here.clock.shows))
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error == {"field": PLACE, "message": NOT_CLEAR[ROLES_BY_WORD[MANAGER]]}


def test_the_description_of_the_api_says_that_a_role_may_be_given() -> None:
    schemas = describe(OPERATIONS)["components"]["schemas"]
    person, _ = schemas["ColleagueConcern"]["properties"]["subject"]["anyOf"]
    assert all(f"`{role}`" in person["description"] for role in ROLES)
