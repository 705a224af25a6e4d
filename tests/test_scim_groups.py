"""SCIM's groups are the services and the roles; any other group is kept and gives nothing."""

from __future__ import annotations

import pytest

from tests.browser import Office
from tests.provisioning import ENTERPRISE, GROUP, Provider, op


@pytest.fixture
def provider(here: Office) -> Provider:
    return Provider(here)


def member(*people: str) -> list[dict[str, str]]:
    return [{"value": each} for each in people]


def roles(provider: Provider, person: str) -> set[str]:
    return set(provider.here.register.read.directory().people[person].roles)


def services(provider: Provider, person: str) -> tuple[str, ...]:
    return provider.here.register.read.directory().people[person].services


def test_every_service_and_every_role_is_a_group(provider: Provider) -> None:
    named = {
        each["id"]: each["displayName"]
        for each in provider.get("/Groups?excludedAttributes=members").json()["Resources"]
    }
    assert named == {
        "elm-house": "Elm House",
        "riverside": "Riverside",
        "role:worker": "Workers",
        "role:auditor": "Auditors",
        "role:auditor-restricted": "Restricted auditors",
        "role:administrator": "Administrators",
        "role:data_protection_officer": "Data protection officers",
    }
    assert provider.members("riverside") == {"eve", "femi", "dana"}
    assert provider.members("role:administrator") == {"ada"}


@pytest.mark.parametrize("name", ["Elm House", "elm house", "elm-house"])
def test_a_service_is_found_by_its_name_and_by_its_id(provider: Provider, name: str) -> None:
    assert provider.found("/Groups", f'displayName eq "{name}"') == ["elm-house"]


def test_whoever_comes_into_a_services_group_works_there(provider: Provider) -> None:
    path = "/Groups/riverside"
    assert provider.patch(path, op("add", "members", member("amina"))).status_code == 204
    assert services(provider, "amina") == ("elm-house", "riverside")
    provider.patch("/Groups/elm-house", op("remove", 'members[value eq "amina"]'))
    assert services(provider, "amina") == ("riverside",)


def test_a_replaced_group_has_those_members_and_no_others(provider: Provider) -> None:
    group = provider.group("riverside")
    group["members"] = member("amina", "femi", "dana", "eve")
    assert provider.put("/Groups/riverside", group).status_code == 200
    assert provider.members("riverside") == {"amina", "eve", "femi", "dana"}


def test_somebody_new_becomes_a_worker_by_a_group_once_they_have_a_manager(
    provider: Provider,
) -> None:
    provider.add("zoe@example.org", externalId="zoe")
    joining = op("add", "members", member("zoe"))
    refused = provider.patch("/Groups/role:worker", joining)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    assert "'zoe' is a worker and has neither a line manager" in refused.json()["detail"]
    provider.patch("/Users/zoe", op("add", f"{ENTERPRISE}:manager", {"value": "ben"}))
    assert provider.patch("/Groups/role:worker", joining).is_success
    assert roles(provider, "zoe") == {"worker"}


def test_a_role_that_two_people_give_waits_for_the_second(provider: Provider) -> None:
    path, joining = "/Groups/role:auditor", op("add", "members", member("ben"))
    assert provider.patch(path, joining).is_success
    assert provider.members("role:auditor") == {"dev"}
    (waiting,) = provider.here.register.read.directory().proposed.values()
    provider.patch(path, joining)
    assert len(provider.here.register.read.directory().proposed) == 1
    provider.here.register.approve("carol", str(waiting.id))
    assert provider.members("role:auditor") == {"ben", "dev"}


def test_a_line_that_gives_sight_to_the_tokens_owner_waits(provider: Provider) -> None:
    changed = provider.patch(
        "/Users/amina", op("replace", f"{ENTERPRISE}:manager", {"value": "ada"})
    )
    assert changed.status_code == 200
    assert changed.json()[ENTERPRISE]["manager"]["value"] == "ben"
    assert len(provider.here.register.read.directory().proposed) == 1


def test_a_group_of_the_providers_own_is_kept_and_gives_nothing(provider: Provider) -> None:
    body = {"schemas": [GROUP], "displayName": "Everybody", "members": member("amina", "dev")}
    before, last = roles(provider, "dev"), provider.here.log.last_position()
    made = provider.call("POST", "/Groups", body)
    assert made.status_code == 201
    path = f"/Groups/{made.json()['id']}"
    provider.patch(
        path, op("remove", "members", member("amina")), op("replace", "displayName", "All")
    )
    assert provider.members(made.json()["id"]) == {"dev"}
    assert provider.found("/Groups", 'displayName eq "All"') == [made.json()["id"]]
    assert (roles(provider, "dev"), provider.here.log.last_position()) == (before, last)
    assert provider.call("DELETE", path).status_code == 204
    assert provider.get(path).status_code == 404


@pytest.mark.parametrize("name", ["Elm House", "elm-house", "workers", "Auditors"])
def test_there_is_one_group_of_a_name(provider: Provider, name: str) -> None:
    refused = provider.call("POST", "/Groups", {"schemas": [GROUP], "displayName": name})
    assert (refused.status_code, refused.json()["scimType"]) == (409, "uniqueness")


def test_a_service_and_a_role_keep_their_names_and_stay(provider: Provider) -> None:
    named = provider.patch("/Groups/elm-house", op("replace", "displayName", "The Elms"))
    assert (named.status_code, named.json()["scimType"]) == (400, "mutability")
    assert provider.patch("/Groups/elm-house", op("replace", "displayName", "elm-house")).is_success
    for group in ("elm-house", "role:worker"):
        assert provider.call("DELETE", f"/Groups/{group}").status_code == 403


def test_members_are_people_whom_the_register_knows(provider: Provider) -> None:
    refused = provider.patch("/Groups/riverside", op("add", "members", member("amina", "nobody")))
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    assert provider.members("riverside") == {"eve", "femi", "dana"}
