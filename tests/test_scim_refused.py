"""What SCIM may not do is refused in words, and nothing is half-done; no bad input is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.directory import PersonWords
from events.names import Role
from register.access.tokens import USUAL
from register.directory.directory import Person
from register.directory.files import Files
from tests.browser import Office, office
from tests.cast import TODAY, left
from tests.provisioning import ENTERPRISE, ERROR, MANAGER, MEDIA_TYPE, PATCH, USER, Provider, op


@pytest.fixture
def provider(here: Office) -> Provider:
    return Provider(here)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for all tests in which everything is refused, so that nothing is left of any."""
    with office(tmp_path_factory.mktemp("refusing")) as here:
        provider = Provider(here)
        last = here.log.last_position()
        yield provider
        assert here.log.last_position() == last


def refused(answer: Any, status: int, name: str | None = None) -> str:
    """A refusal is SCIM's, and says why; gives its words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    error = answer.json()
    assert error["schemas"] == [ERROR]
    assert error["status"] == str(status)
    assert error.get("scimType") == name
    words: str = error["detail"]
    assert words
    return words


# Who may


@pytest.mark.parametrize("person", ["amina", "ben", "carol", "dev"])
def test_only_an_administrators_token_will_do(refusing: Provider, person: str) -> None:
    for method, path in (("GET", "/Users"), ("POST", "/Users"), ("GET", "/ServiceProviderConfig")):
        refused(Provider(refusing.here, person).call(method, path, {}), 403)


def test_a_token_for_anything_else_will_not_do(refusing: Provider) -> None:
    words = refused(Provider(refusing.here, "ada", USUAL).get("/Users"), 403)
    assert "needs the scope 'scim'" in words
    refused(Provider(refusing.here, "ada", services=("elm-house",)).get("/Users"), 403)
    assert Provider(refusing.here, "ada").call("GET", "/api/roles").status_code == 403


def test_a_session_is_not_enough(refusing: Provider) -> None:
    answer = refusing.here.browser("ada").get("/scim/v2/Users")
    assert answer.headers["www-authenticate"] == "Bearer"
    refused(answer, 401)


def test_an_administrator_who_has_left_provisions_nobody(provider: Provider) -> None:
    provider.here.register.load(second_administrator())
    assert Provider(provider.here, "ida").call("DELETE", "/Users/ada").status_code == 204
    refused(provider.get("/Users"), 401)


def second_administrator() -> Files:
    words = PersonWords("Ida Moor", "ida@example.org")
    return Files([(Person("ida", (Role.ADMINISTRATOR,)), words)], names_people=False)


# What makes no directory


def test_a_loop_of_managers(refusing: Provider) -> None:
    words = refused(refusing.patch("/Users/ben", op("add", MANAGER, "amina")), 400, "invalidValue")
    assert "the reporting line goes round: amina -> ben -> amina" in words


def test_a_loop_that_several_operations_make(refusing: Provider) -> None:
    operations = [op("replace", "displayName", "Ben"), op("replace", MANAGER, "ben")]
    assert "goes round" in refused(refusing.patch("/Users/ben", *operations), 400, "invalidValue")
    assert refusing.user("ben")["displayName"] == "Ben Okoro"


@pytest.mark.parametrize("way", ["inactive", "deleted"])
@pytest.mark.parametrize(
    ("person", "why"), [("carol", "its director 'carol' has left"), ("ada", "last administrator")]
)
def test_the_last_director_and_the_last_administrator_stay(
    refusing: Provider, way: str, person: str, why: str
) -> None:
    if way == "deleted":
        answer = refusing.call("DELETE", f"/Users/{person}")
    else:
        answer = refusing.patch(f"/Users/{person}", op("Replace", "active", "False"))
    assert why in refused(answer, 400, "invalidValue")
    assert refusing.user(person)["active"] is True


def test_the_last_administrator_keeps_the_role(refusing: Provider) -> None:
    leaving = op("Remove", "members", [{"value": "ada"}])
    answer = refusing.patch("/Groups/role:administrator", leaving)
    assert "last administrator" in refused(answer, 400, "invalidValue")


@pytest.mark.parametrize("manager", ["nobody", "", "amina@example.org"])
def test_a_manager_whom_nobody_knows(refusing: Provider, manager: str) -> None:
    answer = refusing.patch("/Users/amina", op("add", MANAGER, manager))
    refused(answer, 400, "invalidValue")
    assert refusing.user("amina")[ENTERPRISE]["manager"]["value"] == "ben"


@pytest.mark.parametrize(
    "said",
    [
        {"userName": "amina@example.org"},
        {"userName": "AMINA@EXAMPLE.ORG"},
        {"userName": "zoe", "emails": [{"value": "Amina@example.org", "type": "work"}]},
        {"userName": "zoe@example.org", "externalId": "amina"},
    ],
)
def test_two_people_with_one_name_address_or_id(refusing: Provider, said: dict[str, Any]) -> None:
    answer = refusing.call("POST", "/Users", {"schemas": [USER], **said})
    assert "Somebody else has this" in refused(answer, 409, "uniqueness")


def test_two_people_who_come_to_have_one_address(refusing: Provider) -> None:
    for operation in (
        op("replace", "userName", "gus@example.org"),
        op("replace", 'emails[type eq "work"].value', "gus@example.org"),
        op("replace", "externalId", "gus"),
    ):
        refused(refusing.patch("/Users/amina", operation), 409, "uniqueness")


def test_several_operations_are_carried_out_all_or_none(refusing: Provider) -> None:
    before = refusing.user("amina")
    for last in (
        op("add", MANAGER, "nobody"),
        op("replace", "id", "x"),
        op("sing", "userName", "x"),
    ):
        answer = refusing.patch("/Users/amina", op("replace", "displayName", "Changed"), last)
        assert answer.status_code == 400
    assert refusing.user("amina") == before


def test_several_members_come_in_all_or_none(provider: Provider) -> None:
    provider.add("zoe@example.org", externalId="zoe")
    joining = op("add", "members", [{"value": "dev"}, {"value": "zoe"}])
    refused(provider.patch("/Groups/role:worker", joining), 400, "invalidValue")
    assert not {"dev", "zoe"} & provider.members("role:worker")


def test_what_was_wrong_before_stops_nobody(provider: Provider) -> None:
    provider.here.register.change_directory([left("dana", TODAY)])
    changed = provider.patch("/Users/amina", op("replace", "displayName", "Amina Adeyemi"))
    assert changed.status_code == 200


# What is no SCIM


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "name"),
    [
        ("GET", "/Users/nobody", None, 404, None),
        ("GET", "/Groups/nobody", None, 404, None),
        ("GET", "/Schemas/nobody", None, 404, None),
        ("GET", "/nothing/here", None, 404, None),
        ("POST", "/Bulk", {}, 404, None),
        ("DELETE", "/Users", None, 405, None),
        ("GET", "/Users?filter=userName eq", None, 400, "invalidFilter"),
        ("GET", '/Users?filter=shoe eq "x"', None, 400, "invalidFilter"),
        ("GET", "/Users?count=many", None, 400, "invalidValue"),
        ("GET", "/Users?attributes=a&excludedAttributes=b", None, 400, "invalidValue"),
        ("GET", "/Schemas?filter=id pr", None, 403, None),
        ("POST", "/Users", [], 400, "invalidSyntax"),
        ("POST", "/Users", {"schemas": [USER]}, 400, "invalidValue"),
        ("POST", "/Users", {"schemas": [USER], "userName": 5}, 400, "invalidValue"),
        ("POST", "/Users", {"schemas": [USER], "userName": "z\u202ez"}, 400, "invalidValue"),
        ("POST", "/Users", {"schemas": [USER], "userName": "z" * 300}, 400, "invalidValue"),
        ("POST", "/Users", {"schemas": ["urn:x"], "userName": "z"}, 400, "invalidSyntax"),
        ("PATCH", "/Users/amina", {"schemas": [PATCH]}, 400, "invalidSyntax"),
        ("PATCH", "/Users/amina", {"schemas": [PATCH], "Operations": []}, 400, "invalidValue"),
        ("PATCH", "/Users/amina", {"schemas": [PATCH], "Operations": [{}]}, 400, "invalidValue"),
    ],
)
def test_what_is_no_scim_is_refused_as_scim_refuses(
    refusing: Provider, method: str, path: str, body: Any, status: int, name: str | None
) -> None:
    refused(refusing.call(method, path, body), status, name)


def test_a_body_of_another_type_is_refused(refusing: Provider) -> None:
    refused(refusing.call("POST", "/Users", {}, content_type="text/plain"), 415)


NAMES = st.sampled_from(
    [
        *("active", "userName", "displayName", "name", "name.familyName", "emails", "id", "groups"),
        *('emails[type eq "work"].value', 'emails[type eq "work"]', "emails[", "", "x", MANAGER),
        *(ENTERPRISE, f"{ENTERPRISE}:employeeNumber", "members", "meta", "schemas", "externalId"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "ben", "False", "\x00"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove", "x", 5])},
    optional={"path": NAMES | st.integers(), "value": VALUES},
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=2), is_group=st.booleans())
def test_no_change_of_any_shape_is_a_failure(
    shaken: Provider, operations: list[Any], is_group: bool
) -> None:
    path = "/Groups/riverside" if is_group else "/Users/eve"
    assert shaken.patch(path, *operations).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.dictionaries(NAMES, VALUES, max_size=4), is_put=st.booleans())
def test_no_person_of_any_shape_is_a_failure(
    shaken: Provider, said: dict[str, Any], is_put: bool
) -> None:
    body = {"schemas": [USER], "userName": "eve", **said}
    method, path = ("PUT", "/Users/eve") if is_put else ("POST", "/Users")
    assert shaken.call(method, path, body).status_code < 500


@pytest.fixture(scope="module")
def shaken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with office(tmp_path_factory.mktemp("shaken")) as here:
        yield Provider(here)
