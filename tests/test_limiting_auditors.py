"""Between which days, and for which services, somebody audits: said in files, on a page and in a
call; wider only by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.directory import Auditing, PersonMoved
from events.log.log import Log
from events.names import Role
from register.directory.auditing import NO_LIMITS
from register.directory.cache import directory_at
from register.directory.files import LoadError
from register.errors import ForbiddenError
from register.register import Register
from tests.browser import HOME, Office, words
from tests.cast import TODAY, empty_log
from tests.changing_the_directory import alter, give
from tests.loading import PEOPLE, change, load, with_cast
from tests.provisioning import Provider
from tests.test_directory_pages import changed, confirmed
from tests.test_two_persons import only

DEV = "/people/of/dev"
JUNE = Auditing(date(2027, 6, 1), date(2027, 6, 30), ("elm-house",))


def limits(register: Register, person: str = "dev") -> Auditing:
    return register.read.directory().people[person].auditing


# In files


@pytest.fixture
def log() -> Iterator[Log]:
    with empty_log() as empty:
        yield with_cast(empty)


def with_columns(of_dev: str, of_others: str = ",,", roles: str = "auditor") -> str:
    header, *rows = change(PEOPLE, ",auditor,", f",{roles},").splitlines()
    lines = [f"{each},{of_dev if each.startswith('dev,') else of_others}" for each in rows]
    return "\n".join([f"{header},audits_from,audits_until,audits_services", *lines])


def then(log: Log) -> Auditing:
    return directory_at(log, log.last_position(), TODAY).people["dev"].auditing


def test_the_columns_say_them_and_a_file_without_them_leaves_them(log: Log, tmp_path: Path) -> None:
    said = with_columns("2027-06-01,2027-06-30,elm-house")
    found = load(log, tmp_path, people=said)
    assert [type(each) for each in found.events] == [PersonMoved]
    log.append(found.events)
    assert then(log) == JUNE
    for same in (said, PEOPLE):
        assert load(log, tmp_path, people=same).events == []
    log.append(load(log, tmp_path, people=with_columns(",,")).events)
    assert then(log) == NO_LIMITS


def test_a_file_may_have_one_of_the_columns(log: Log, tmp_path: Path) -> None:
    log.append(load(log, tmp_path, people=with_columns("2027-06-01,2027-06-30,elm-house")).events)
    header, *rows = PEOPLE.splitlines()
    lines = [f"{each},{'2027-07-31' if each.startswith('dev,') else ''}" for each in rows]
    log.append(load(log, tmp_path, people="\n".join([f"{header},audits_until", *lines])).events)
    assert then(log) == Auditing(JUNE.first_on, date(2027, 7, 31), JUNE.services)


def test_whoever_audits_no_more_has_no_limits_left(log: Log, tmp_path: Path) -> None:
    log.append(load(log, tmp_path, people=with_columns("2027-06-01,,elm-house")).events)
    log.append(load(log, tmp_path, people=change(PEOPLE, ",auditor,", ",,")).events)
    assert then(log) == NO_LIMITS


@pytest.mark.parametrize(
    ("of_dev", "problem"),
    [
        (
            "2027-06-02,2027-06-01,",
            "person 'dev': audits_until: 1 June 2027 is before the first day, 2 June",
        ),
        (",,the-moon", "person 'dev': audits_services: nothing is called 'the-moon' here"),
        ("soon,,", "audits_from: 'soon' is not a date like 2026-03-02"),
    ],
)
def test_what_cannot_be_is_refused_by_column(
    log: Log, tmp_path: Path, of_dev: str, problem: str
) -> None:
    with pytest.raises(LoadError) as refused:
        load(log, tmp_path, people=with_columns(of_dev))
    assert problem in str(refused.value)


def test_nobody_but_auditors_has_them(log: Log, tmp_path: Path) -> None:
    with pytest.raises(LoadError) as refused:
        load(log, tmp_path, people=with_columns("2027-06-01,,elm-house", roles="worker"))
    assert "'dev': audits_from: only auditors have this" in str(refused.value)


# On a page


def test_the_page_of_a_person_gives_and_shows_them(here: Office) -> None:
    ada = here.browser("ada")
    page = changed(ada, DEV, audits_until="30/6/2027", audits_services="riverside")
    assert "Audit: until 30 June 2027, at Riverside (riverside) only" in words(page)
    confirmed(ada, DEV, audits_until="30/6/2027", audits_services="riverside")
    assert limits(here.register) == Auditing(None, date(2027, 6, 30), ("riverside",))
    assert "auditor, audits until 30 June 2027, at Riverside (riverside) only" in words(
        ada.get("/people")
    )
    assert "Nothing: this is what the register knows already" in words(changed(ada, DEV))
    entries = words(here.browser("dev").get("/entries"))
    assert "auditing until 30 June 2027, at Riverside only" in entries


@pytest.mark.parametrize(
    ("path", "answers", "field"),
    [
        (DEV, {"audits_from": "2/6/2027", "audits_until": "1/6/2027"}, "audits_until"),
        (DEV, {"audits_from": "soon"}, "audits_from"),
        (DEV, {"audits_services": "the-moon"}, "audits_services"),
        ("/people/of/eve", {"audits_from": "2/6/2027"}, "audits_from"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    here: Office, path: str, answers: dict[str, str], field: str
) -> None:
    page = changed(here.browser("ada"), path, **answers)
    assert page.status_code == 422
    assert f'href="#{field}' in page.text


# In a call


def asked(here: Office, **body: Any) -> httpx.Response:
    said = {"person": "dev", "role": "auditor", "given": True, **body}
    headers = {"origin": HOME, "sec-fetch-site": "same-origin"}
    return here.browser("ada").call("POST", "/api/roles", json=said, headers=headers)


def test_a_call_gives_and_tells_them(here: Office) -> None:
    answer = asked(here, audits_until="2027-06-30", audits_services=["elm-house"])
    assert (answer.status_code, answer.json()["waiting"]) == (200, 0)
    assert asked(here, audits_from="2027-06-01").json()["waiting"] == 0
    assert limits(here.register) == JUNE
    (told,) = [
        each
        for each in here.browser("ada").get("/api/roles").json()["items"]
        if each["person"] == "dev"
    ]
    assert told == {
        "person": "dev",
        "role": "auditor",
        "audits_from": "2027-06-01",
        "audits_until": "2027-06-30",
        "audits_services": ["elm-house"],
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"audits_from": "2027-06-02", "audits_until": "2027-06-01"}, "audits_until"),
        ({"audits_services": ["the-moon"]}, "audits_services"),
        ({"audits_services": "elm-house"}, "audits_services"),
        ({"audits_from": "soon"}, "audits_from"),
        ({"role": "worker", "audits_from": "2027-06-01"}, "audits_from"),
        ({"given": False, "audits_until": None}, "audits_until"),
    ],
)
def test_a_call_that_cannot_be_names_the_field(
    here: Office, body: dict[str, Any], field: str
) -> None:
    answer = asked(here, **body)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert limits(here.register) == NO_LIMITS


def test_a_provider_leaves_them_and_takes_them_with_the_role_alone(here: Office) -> None:
    alter(here.register, None, "dev", auditing=JUNE)
    provider = Provider(here, "ada")
    operation = {"op": "replace", "path": "displayName", "value": "Dev Rao"}
    schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    body = {"schemas": [schema], "Operations": [operation]}
    assert provider.call("PATCH", "/scim/v2/Users/dev", body).status_code == 200
    assert limits(here.register) == JUNE
    members = {"op": "remove", "path": 'members[value eq "dev"]'}
    group = "/scim/v2/Groups/role:auditor"
    assert provider.call("PATCH", group, {**body, "Operations": [members]}).status_code < 300
    (waits,) = here.register.read.directory().proposed
    assert limits(here.register) == JUNE
    here.register.approve("dana", str(waits))
    assert limits(here.register) == NO_LIMITS


# Two people


@pytest.fixture
def register(here: Office) -> Register:
    """Dev audits Elm House in June alone; gus is a second administrator."""
    give(here.register, None, "gus", "administrator")
    alter(here.register, None, "dev", auditing=JUNE)
    return here.register


NARROWER = {
    "later": Auditing(date(2027, 6, 2), date(2027, 6, 30), ("elm-house",)),
    "shorter": Auditing(date(2027, 6, 1), date(2027, 6, 29), ("elm-house",)),
}
WIDER = {
    "sooner": Auditing(date(2027, 5, 31), date(2027, 6, 30), ("elm-house",)),
    "longer": Auditing(date(2027, 6, 1), date(2027, 7, 1), ("elm-house",)),
    "no last day": Auditing(date(2027, 6, 1), None, ("elm-house",)),
    "no first day": Auditing(None, date(2027, 6, 30), ("elm-house",)),
    "another service": Auditing(date(2027, 6, 1), date(2027, 6, 30), ("riverside",)),
    "more services": Auditing(date(2027, 6, 1), date(2027, 6, 30), ("elm-house", "riverside")),
    "all services": Auditing(date(2027, 6, 1), date(2027, 6, 30)),
    "shorter, at more": Auditing(date(2027, 6, 1), date(2027, 6, 2), ("elm-house", "riverside")),
    "no limits": NO_LIMITS,
}


@pytest.mark.parametrize("new", NARROWER.values(), ids=NARROWER.keys())
def test_a_narrower_audit_waits_for_nobody(register: Register, new: Auditing) -> None:
    assert alter(register, "ada", "dev", auditing=new).waiting == []
    assert limits(register) == new


def test_fewer_services_wait_for_nobody(register: Register) -> None:
    alter(register, None, "dev", auditing=NO_LIMITS)
    assert alter(register, "ada", "dev", auditing=JUNE).waiting == []
    assert limits(register) == JUNE


@pytest.mark.parametrize("new", WIDER.values(), ids=WIDER.keys())
def test_a_wider_audit_waits_for_a_second_person(register: Register, new: Auditing) -> None:
    found = alter(register, "ada", "dev", auditing=new)
    assert limits(register) == JUNE
    with pytest.raises(ForbiddenError):
        register.approve("dev", only(found))
    register.approve("dana", only(found))
    assert limits(register) == new


def test_a_new_auditor_waits_with_their_limits(register: Register) -> None:
    found = alter(register, "ada", "amina", roles=("worker", "auditor"), auditing=JUNE)
    assert (found.events, limits(register, "amina")) == ([], NO_LIMITS)
    register.approve("gus", only(found))
    assert limits(register, "amina") == JUNE


def test_limits_go_with_the_role_that_two_people_take(register: Register) -> None:
    found = alter(register, "ada", "dev", roles=(), auditing=NO_LIMITS)
    assert limits(register) == JUNE
    register.approve("gus", only(found))
    assert limits(register) == NO_LIMITS


def test_a_role_that_is_taken_does_not_widen_another_that_was_given_since(
    register: Register,
) -> None:
    taken = only(alter(register, "ada", "dev", roles=(), auditing=NO_LIMITS))
    register.approve("gus", only(give(register, "ada", "dev", "auditor-restricted")))
    register.approve("gus", taken)
    after = register.read.directory().people["dev"]
    assert (after.roles, after.auditing) == ((Role.AUDITOR_RESTRICTED,), JUNE)


def test_nobody_widens_their_own(register: Register) -> None:
    alter(register, None, "gus", roles=("worker", "administrator", "auditor"), auditing=JUNE)
    for new in WIDER.values():
        with pytest.raises(LoadError, match="nobody widens what they audit themselves"):
            alter(register, "gus", "gus", auditing=new)
    alter(register, "gus", "gus", auditing=NARROWER["shorter"])
    assert limits(register, "gus") == NARROWER["shorter"]


def test_an_auditor_agrees_to_nothing_about_their_own_limits(register: Register) -> None:
    alter(register, None, "gus", roles=("worker", "administrator", "auditor"), auditing=JUNE)
    found = alter(register, "ada", "gus", auditing=NO_LIMITS)
    with pytest.raises(ForbiddenError, match="You would gain by this"):
        register.approve("gus", only(found))
    register.approve("dana", only(found))


def test_a_link_for_whoever_will_audit_waits_for_a_second_person(register: Register) -> None:
    assert limits(register).first_on == JUNE.first_on
    assert register.linking.make("ada", "dev", {}) is None
    (waits,) = register.read.directory().proposed.values()
    assert waits.facts == {"person": "dev"}
