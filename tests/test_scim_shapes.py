"""Every shape in which Entra ID sends a change takes effect, also those that SCIM does not know."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import Office
from tests.provisioning import ENTERPRISE, MANAGER, USER, Provider, op


@pytest.fixture
def provider(here: Office) -> Provider:
    return Provider(here)


WORK = 'emails[type eq "work"].value'
NEW = "yusuf@example.org"


def manager_of(user: dict[str, Any]) -> str | None:
    manager: str | None = user.get(ENTERPRISE, {}).get("manager", {}).get("value")
    return manager


@pytest.mark.parametrize(
    "operations",
    [
        [op("Replace", "active", "False")],
        [op("replace", "active", [{"value": "False"}])],
        [op("Replace", None, {"active": "False"})],
        [op("replace", f"{USER}:active", False)],
        [op("Replace", "displayName", "A Y"), op("Replace", "active", "false")],
    ],
)
def test_somebody_is_made_inactive(provider: Provider, operations: list[dict[str, Any]]) -> None:
    assert provider.patch("/Users/amina", *operations).json()["active"] is False


@pytest.mark.parametrize(
    "operation",
    [
        op("Add", MANAGER, "carol"),
        op("Replace", MANAGER, [{"value": "carol"}]),
        op("Replace", MANAGER, {"value": "carol", "displayName": "Carol"}),
        op("Add", f"{MANAGER}.value", "carol"),
        op("Add", "manager", "carol"),
        op("Add", None, {MANAGER: "carol"}),
        op("Add", None, {ENTERPRISE: {"manager": "carol", "department": "Care"}}),
        op("Add", MANAGER, {"$ref": "../Users/carol"}),
    ],
)
def test_somebody_has_another_manager(provider: Provider, operation: dict[str, Any]) -> None:
    assert manager_of(provider.patch("/Users/amina", operation).json()) == "carol"


@pytest.mark.parametrize(
    "operation", [op("Remove", MANAGER), op("Replace", MANAGER, ""), op("Remove", "manager")]
)
def test_somebody_has_no_manager_any_more(provider: Provider, operation: dict[str, Any]) -> None:
    provider.add("zoe@example.org", externalId="zoe", **{ENTERPRISE: {"manager": "ben"}})
    assert manager_of(provider.user("zoe")) == "ben"
    assert manager_of(provider.patch("/Users/zoe", operation).json()) is None


@pytest.mark.parametrize(
    "operations",
    [
        [op("Replace", WORK, NEW)],
        [op("Add", WORK, NEW)],
        [op("replace", None, {WORK: NEW, "name.familyName": "Adeyemi"})],
        [op("Replace", "emails", [{"value": NEW, "type": "work", "primary": True}])],
    ],
)
def test_somebody_has_another_address(provider: Provider, operations: list[dict[str, Any]]) -> None:
    provider.add("zlim", externalId="zoe")
    assert "emails" not in provider.user("zoe")
    for person in ("zoe", "amina"):
        changed = provider.patch(f"/Users/{person}", *operations).json()
        assert [each["value"] for each in changed["emails"]] == [NEW]
        provider.patch(f"/Users/{person}", op("Replace", WORK, "other@example.org"))


@pytest.mark.parametrize(
    "operations",
    [
        [op("Replace", "name.givenName", "Kim"), op("Replace", "name.familyName", "Low")],
        [op("replace", None, {"name.givenName": "Kim", "name.familyName": "Low"})],
        [op("replace", None, {"name": {"givenName": "Kim", "familyName": "Low"}})],
        [op("replace", None, {f"{USER}:name.givenName": "Kim", "name.familyName": "Low"})],
    ],
)
def test_somebody_has_another_name(provider: Provider, operations: list[dict[str, Any]]) -> None:
    name = {"formatted": "Zoe Lim", "givenName": "Zoe", "familyName": "Lim"}
    provider.add("zlim", externalId="zoe", name=name)
    changed = provider.patch("/Users/zoe", *operations).json()["name"]
    assert changed == {"formatted": "Kim Low", "givenName": "Kim", "familyName": "Low"}
    assert provider.here.register.read.name("zoe") == "Kim Low"


@pytest.mark.parametrize(
    "operation",
    [
        op("Remove", "members", [{"value": "eve"}]),
        op("Remove", "members", ["eve"]),
        op("remove", 'members[value eq "eve"]'),
    ],
)
def test_somebody_leaves_a_group(provider: Provider, operation: dict[str, Any]) -> None:
    assert provider.patch("/Groups/riverside", operation).status_code == 204
    assert provider.members("riverside") == {"femi", "dana"}


@pytest.mark.parametrize(
    "operation",
    [
        op("Add", "members", [{"$ref": None, "value": "amina"}]),
        op("Add", "members", {"value": "amina"}),
        op("Add", None, {"members": [{"$ref": None, "value": "amina"}]}),
    ],
)
def test_somebody_comes_into_a_group(provider: Provider, operation: dict[str, Any]) -> None:
    assert provider.patch("/Groups/riverside", operation).status_code == 204
    assert provider.members("riverside") == {"amina", "eve", "femi", "dana"}


def test_what_the_register_has_no_place_for_is_let_go(provider: Provider) -> None:
    before = provider.user("amina")
    operations = [
        op("Add", "title", "Care worker"),
        op("Add", 'phoneNumbers[type eq "mobile"].value', "01632 960114"),
        op("Add", f"{ENTERPRISE}:department", "Care"),
        op("Add", "urn:ietf:params:scim:schemas:extension:own:2.0:User:shirt", "M"),
        op("Add", "roles", [{"value": "administrator"}]),
    ]
    assert provider.patch("/Users/amina", *operations).json() == before
