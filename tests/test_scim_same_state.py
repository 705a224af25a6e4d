"""The same change by PUT and by PATCH leaves the same person and the same group."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser import office
from tests.provisioning import ENTERPRISE, MANAGER, Provider, op

PEOPLE = ("amina", "gus", "ben", "eve")
NAMES = st.sampled_from(["Kim", "Zoë", "van der Berg", "O'Neill"])
ADDRESSES = st.sampled_from(["kim@example.org", "kim.low@example.org", "k@care.example.org"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "displayName": NAMES,
        "userName": ADDRESSES | NAMES,
        "externalId": st.sampled_from(["A-1", "x y", "0a21"]),
        "active": st.booleans(),
        "name.givenName": NAMES,
        "name.familyName": NAMES,
        'emails[type eq "work"].value': ADDRESSES,
        MANAGER: st.sampled_from(["carol", "dana", "femi"]),
    },
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Provider]]:
    folder = tmp_path_factory.mktemp
    with office(folder("put")) as one, office(folder("patch")) as other:
        yield Provider(one), Provider(other)


def changed(user: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The whole resource as it reads after the changes."""
    user = deepcopy(user)
    for name, value in changes.items():
        if name.startswith("name."):
            user.setdefault("name", {})[name.removeprefix("name.")] = value
        elif name.startswith("emails["):
            kept = user.get("emails") or [{"type": "work"}]
            user["emails"] = [{**kept[0], "value": value}]
        elif name == MANAGER:
            user[ENTERPRISE] = {"manager": {"value": value}}
        else:
            user[name] = value
    return user


def said(user: dict[str, Any]) -> dict[str, Any]:
    return {name: its for name, its in user.items() if name != "meta"}


def known(provider: Provider, person: str) -> Any:
    return provider.here.register.read.directory().people[person]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(person=st.sampled_from(PEOPLE), changes=CHANGES)
def test_a_person(two: tuple[Provider, Provider], person: str, changes: dict[str, Any]) -> None:
    putting, patching = two
    path = f"/Users/{person}"
    put = putting.put(path, changed(putting.user(person), changes))
    operations = [op("replace", name, value) for name, value in changes.items()]
    patch = patching.patch(path, *(operations or [op("replace", "displayName", "x")]))
    if not operations:
        put = putting.put(path, changed(putting.user(person), {"displayName": "x"}))
    assert put.status_code == patch.status_code, (put.text, patch.text)
    assert said(putting.user(person)) == said(patching.user(person))
    assert known(putting, person) == known(patching, person)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    group=st.sampled_from(["elm-house", "riverside", "role:worker"]),
    members=st.sets(st.sampled_from([*PEOPLE, "carol", "dana", "femi"])),
)
def test_a_group(two: tuple[Provider, Provider], group: str, members: set[str]) -> None:
    putting, patching = two
    path, value = f"/Groups/{group}", [{"value": each} for each in sorted(members)]
    put = putting.put(path, {**putting.group(group), "members": value})
    patch = patching.patch(path, op("replace", "members", value))
    assert (put.status_code < 300) == (patch.status_code < 300)
    assert putting.members(group) == patching.members(group)
    for each in PEOPLE:
        assert known(putting, each) == known(patching, each)
