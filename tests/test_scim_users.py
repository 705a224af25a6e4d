"""SCIM's users are the people of the register: added, changed, ended and found by a provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from events.directory import PersonWords
from events.ids import own_id
from register.access.tokens import USUAL
from register.directory.cache import names_at
from register.directory.directory import Person
from register.directory.files import Files
from tests.browser import Office, office
from tests.cast import TODAY, cast_files
from tests.logs import destroy_keys
from tests.provisioning import ENTERPRISE, MANAGER, MEDIA_TYPE, USER, Provider, op


@pytest.fixture
def provider(here: Office) -> Provider:
    return Provider(here)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for all tests that change nothing."""
    with office(tmp_path_factory.mktemp("reading")) as here:
        yield Provider(here)


def person(provider: Provider, known_by: str) -> Person:
    return provider.here.register.read.directory().people[known_by]


def address(provider: Provider, known_by: str) -> str:
    words = names_at(provider.here.log)[known_by]
    return words.email if words else ""


# What is read


def test_a_user_is_a_person_with_their_manager_and_groups(reading: Provider) -> None:
    answer = reading.get("/Users/amina")
    assert answer.headers["content-type"] == MEDIA_TYPE
    user = answer.json()
    assert user["schemas"] == [USER, ENTERPRISE]
    assert (user["id"], user["externalId"], user["active"]) == ("amina", "amina", True)
    assert user["userName"] == user["emails"][0]["value"] == "amina@example.org"
    assert user["displayName"] == user["name"]["formatted"] == "Amina Yusuf"
    assert user[ENTERPRISE]["manager"]["value"] == "ben"
    assert [each["value"] for each in user["groups"]] == ["elm-house", "role:worker"]
    assert user["meta"]["location"] == "http://register.test/scim/v2/Users/amina"
    assert user["meta"]["version"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('userName eq "AMINA@example.org"', ["amina"]),
        ('externalId eq "amina"', ["amina"]),
        ('id eq "amina"', ["amina"]),
        ('emails[type eq "work"].value eq "amina@example.org"', ["amina"]),
        ('emails.value sw "amina" or displayName eq "Ben Okoro"', ["amina", "ben"]),
        ('displayName co "yusuf" and active eq true', ["amina"]),
        (f'{MANAGER}.value eq "ben"', ["amina", "gus"]),
        ('id eq "gus" and manager eq "ben"', ["gus"]),
        ('groups.value eq "riverside"', ["eve", "femi", "dana"]),
        (f"not ({MANAGER} pr)", ["carol", "dana", "dev", "ada"]),
        ('userName eq "nobody@example.org"', []),
    ],
)
def test_people_are_found_by_a_filter(reading: Provider, asked: str, found: list[str]) -> None:
    assert reading.found("/Users", asked) == found


def test_a_list_comes_in_pages_and_in_an_order(reading: Provider) -> None:
    page = reading.get("/Users?sortBy=userName&startIndex=3&count=2&attributes=userName").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (9, 3, 2)
    assert [each["id"] for each in page["Resources"]] == ["ben", "carol"]
    assert page["Resources"][0].keys() == {"schemas", "id", "userName"}
    assert "emails" not in reading.get("/Users/amina?excludedAttributes=emails").json()
    assert reading.get("/Users?count=0").json()["Resources"] == []


@pytest.mark.parametrize("start", [10**4, 10**20])
def test_behind_the_last_page_there_is_nobody(reading: Provider, start: int) -> None:
    for path in ("/Users", "/Groups"):
        page = reading.get(f"{path}?startIndex={start}")
        assert page.status_code == 200
        assert page.json()["Resources"] == []


def test_a_search_may_stand_in_the_body(reading: Provider) -> None:
    body = {"filter": 'userName sw "amina"', "attributes": ["userName"]}
    for path in ("/Users/.search", "/.search"):
        (found,) = reading.call("POST", path, body).json()["Resources"]
        assert found == {"schemas": [USER], "id": "amina", "userName": "amina@example.org"}


def test_what_a_provider_has_already_is_not_sent_again(reading: Provider) -> None:
    version = reading.get("/Users/amina").headers["etag"]
    again = reading.get("/Users/amina", if_none_match=version)
    assert (again.status_code, again.content) == (304, b"")
    assert reading.get("/Users/amina", if_none_match='W/"other"').status_code == 200


# Somebody is new


def test_somebody_new_has_the_providers_id_and_no_role(provider: Provider) -> None:
    added = provider.add("zoe@example.org", externalId="zoe.lim", displayName="Zoe Lim")
    assert added.status_code == 201
    assert added.headers["location"] == "http://register.test/scim/v2/Users/zoe.lim"
    assert added.json()["externalId"] == "zoe.lim"
    assert person(provider, "zoe.lim").roles == person(provider, "zoe.lim").services == ()
    assert provider.here.register.read.name("zoe.lim") == "Zoe Lim"


@pytest.mark.parametrize(
    ("external_id", "begins"), [("A/17 b", "A-17-b"), ("zoe@example.org", "p-"), (None, "p-")]
)
def test_an_id_that_does_not_fit_is_made_into_one_but_never_an_address(
    provider: Provider, external_id: str | None, begins: str
) -> None:
    more = {} if external_id is None else {"externalId": external_id}
    new = provider.add("zoe@example.org", **more).json()
    assert new["id"].startswith(begins)
    assert new.get("externalId") == external_id
    if external_id:
        assert provider.found("/Users", f'externalId eq "{external_id}"') == [new["id"]]


def test_a_provider_reads_what_it_wrote(provider: Provider) -> None:
    name = {"formatted": "Dr Zoe Lim", "givenName": "Zoe", "familyName": "Lim"}
    emails = [{"value": "zoe@example.org", "type": "work", "primary": True}]
    new = provider.add("ZLIM", externalId="z1", name=name, emails=emails).json()
    assert (new["userName"], new["name"], new["emails"]) == ("ZLIM", name, emails)
    assert provider.found("/Users", 'userName eq "zlim"') == ["z1"]
    assert provider.here.register.read.name("z1") == "Dr Zoe Lim"


def test_what_the_directory_says_since_then_is_what_counts(provider: Provider) -> None:
    provider.add("zoe@example.org", externalId="z/1", name={"givenName": "Zoe"})
    moss = PersonWords("Zoe Moss", "moss@example.org")
    provider.here.register.load(Files([(Person("z-1"), moss)], names_people=False))
    user = provider.user("z-1")
    assert (user["displayName"], user["userName"]) == ("Zoe Moss", "moss@example.org")
    assert user["externalId"] == "z/1"


# Somebody changes


def test_a_new_user_name_is_the_new_address(provider: Provider) -> None:
    changed = provider.patch("/Users/amina", op("replace", "userName", "yusuf@example.org"))
    assert changed.json()["emails"][0]["value"] == "yusuf@example.org"
    assert address(provider, "amina") == "yusuf@example.org"


def test_the_address_of_a_manager_waits_for_a_second_person(provider: Provider) -> None:
    before = address(provider, "ben")
    changed = provider.patch("/Users/ben", op("replace", "userName", "new@example.org"))
    assert changed.status_code == 200
    assert changed.json()["emails"][0]["value"] == address(provider, "ben") == before


def test_a_new_manager_is_above_from_now_on(provider: Provider) -> None:
    changed = provider.patch("/Users/amina", op("add", MANAGER, {"value": "carol"}))
    assert changed.json()[ENTERPRISE]["manager"]["value"] == "carol"
    assert person(provider, "amina").line_manager == "carol"


def test_a_staff_number_is_the_employee_number(provider: Provider) -> None:
    number = f"{ENTERPRISE}:employeeNumber"
    for operation, expected in ((op("add", number, "4711"), "4711"), (op("remove", number), None)):
        changed = provider.patch("/Users/amina", operation).json()
        assert changed[ENTERPRISE].get("employeeNumber") == expected
        words = names_at(provider.here.log)["amina"]
        assert words is not None
        assert (words.staff_number or None) == expected
    moss = PersonWords("Amina Moss", "amina@example.org", "12")
    place = person(provider, "amina")
    provider.here.register.load(Files([(place, moss)], names_people=False))
    assert provider.user("amina")[ENTERPRISE]["employeeNumber"] == "12"


def test_roles_and_services_stay_when_other_things_change(provider: Provider) -> None:
    before = person(provider, "amina")
    provider.patch("/Users/amina", op("replace", "displayName", "Amina Adeyemi"))
    assert person(provider, "amina") == before
    assert provider.here.register.read.name("amina") == "Amina Adeyemi"


def test_what_somebody_is_already_is_no_entry(provider: Provider) -> None:
    user, last = provider.user("amina"), provider.here.log.last_position()
    assert provider.put("/Users/amina", user).json() == user
    assert provider.here.log.last_position() == last


def test_a_change_of_another_version_is_refused(provider: Provider) -> None:
    known = provider.get("/Users/amina").headers["etag"]
    name = op("replace", "displayName", "Amina Adeyemi")
    assert provider.patch("/Users/amina", name, if_match=known).status_code == 200
    again = provider.patch("/Users/amina", name, if_match=known)
    assert (again.status_code, again.json()["status"]) == (412, "412")
    assert provider.call("DELETE", "/Users/amina", if_match=known).status_code == 412
    assert provider.call("PUT", "/Users/amina", provider.user("amina"), if_match="*").is_success


# Somebody goes


def test_whoever_is_inactive_has_left_today_and_can_still_be_read(provider: Provider) -> None:
    provider.patch("/Users/amina", op("replace", "active", False))
    assert person(provider, "amina").left_on == TODAY
    assert provider.user("amina")["active"] is False


def test_sessions_end_at_the_next_request(provider: Provider) -> None:
    browser = provider.here.browser("amina")
    assert browser.get("/").status_code == 200
    provider.patch("/Users/amina", op("replace", "active", False))
    assert browser.get("/").headers["location"].startswith("/sign-in")


def test_tokens_end_at_the_next_request(provider: Provider) -> None:
    program = Provider(provider.here, "amina", USUAL)
    assert program.call("GET", "/api/alerts").status_code == 200
    provider.patch("/Users/amina", op("replace", "active", False))
    assert program.call("GET", "/api/alerts").status_code == 401


def test_whoever_is_active_again_has_the_same_place(provider: Provider) -> None:
    before = person(provider, "amina")
    for active in (False, True):
        provider.patch("/Users/amina", op("replace", "active", active))
    back = person(provider, "amina")
    assert (back.roles, back.services, back.left_on) == (before.roles, before.services, None)


def test_a_deleted_person_has_left_and_is_there_no_more_for_providers(provider: Provider) -> None:
    deleted = provider.call("DELETE", "/Users/amina")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert person(provider, "amina").left_on == TODAY
    assert provider.get("/Users/amina").status_code == 404
    assert provider.found("/Users", 'userName eq "amina@example.org"') == []
    assert "amina" not in provider.members("elm-house")
    assert provider.call("DELETE", "/Users/amina").status_code == 404


def test_a_deleted_person_comes_back_with_their_id_and_without_a_role(provider: Provider) -> None:
    provider.call("DELETE", "/Users/amina")
    provider.here.clock.goes_on(timedelta(days=40))
    back = provider.add("amina@example.org", externalId="amina", displayName="Amina Yusuf")
    assert (back.status_code, back.json()["id"]) == (201, "amina")
    assert (person(provider, "amina").left_on, person(provider, "amina").roles) == (None, ())


def test_an_old_id_with_another_address_is_somebody_new(provider: Provider) -> None:
    provider.call("DELETE", "/Users/amina")
    other = provider.add("amina.khan@example.org", externalId="amina").json()
    assert other["id"].startswith("amina-")
    assert other["externalId"] == "amina"
    assert not person(provider, "amina").is_here(TODAY)


def test_whom_a_file_brings_back_providers_see_again(provider: Provider) -> None:
    provider.call("DELETE", "/Users/amina")
    provider.here.register.load(cast_files())
    assert provider.user("amina")["active"] is True


def test_words_that_are_erased_are_soon_forgotten(provider: Provider) -> None:
    assert provider.user("amina")["displayName"] == "Amina Yusuf"
    destroy_keys(provider.here.log, own_id("person", "amina"))
    provider.here.clock.goes_on(timedelta(minutes=1))
    user = provider.user("amina")
    assert (user["displayName"], user["userName"]) == ("amina", "amina")
    assert provider.patch("/Users/amina", op("replace", "active", False)).is_success
    assert names_at(provider.here.log)["amina"] is None
