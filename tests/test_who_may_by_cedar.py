"""Another engine, made for such tables, lets in the same people: the table printed for Cedar."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import product
from random import Random
from typing import Any, NamedTuple

import cedarpy
import pytest

from events.names import Role, Scope
from register.access.who_may import WHO_MAY, Comer, Row, may_come_in
from register.standing.held import ANYBODY

AT_RANDOM = 2_000
AT_LENGTH = 20_000
AT_ONCE = 4_000


class Case(NamedTuple):
    key: str
    comer: Comer


def policy(key: str, row: Row) -> str:
    """A row as a policy of Cedar's."""
    head = f"permit(principal, action == Action::{json.dumps(key)}, resource)"
    if row.is_public:
        return f"{head};"
    roles = json.dumps(sorted(row.roles))
    scope = "false" if row.scope is None else f'context.scopes.contains("{row.scope}")'
    session = "true" if row.limited else "!context.is_limited"
    session = "false" if row.by_token else session
    anybody = row.by_standing or row.roles == ANYBODY
    who = "true" if anybody else f"context.roles.containsAny({roles})"
    scope = f"({scope} && !context.is_for_some)" if row.whole else scope
    return f"{head} when {{ {who} && (if context.has_token then {scope} else {session}) }};"


POLICIES = "\n".join(policy(key, row) for key, row in WHO_MAY.items())


def asked(case: Case) -> dict[str, Any]:
    comer = case.comer
    return {
        "principal": 'Person::"somebody"',
        "action": f"Action::{json.dumps(case.key)}",
        "resource": 'Register::"the register"',
        "context": {
            "roles": sorted(comer.roles),
            "has_token": comer.scopes is not None,
            "scopes": sorted(comer.scopes or ()),
            "is_for_some": comer.is_for_some,
            "is_limited": comer.is_limited,
        },
    }


def by_cedar(cases: list[Case]) -> Iterator[bool]:
    for start in range(0, len(cases), AT_ONCE):
        requests = [asked(each) for each in cases[start : start + AT_ONCE]]
        for answer in cedarpy.is_authorized_batch(requests, POLICIES, []):
            yield answer.decision == cedarpy.Decision.Allow


WAYS = (
    {"is_limited": False},
    {"is_limited": True},
    *({"scopes": frozenset({each})} for each in Scope),
    *({"scopes": frozenset({each}), "is_for_some": True} for each in Scope),
    {"scopes": frozenset[Scope]()},
)


def every_cell() -> Iterator[Case]:
    roles = [frozenset[Role](), *(frozenset({each}) for each in Role)]
    for key, held, way in product([*WHO_MAY, "GET /not-listed"], roles, WAYS):
        yield Case(key, Comer(held, **way))  # type: ignore[arg-type]


def at_random(chance: Random, times: int) -> Iterator[Case]:
    for _ in range(times):
        some = frozenset(chance.sample(list(Role), chance.randint(0, 4)))
        scopes = frozenset(chance.sample(list(Scope), chance.randint(0, 3)))
        has_token = chance.random() < 0.5
        is_for_some = has_token and chance.random() < 0.5
        is_limited = chance.random() < 0.3
        comer = Comer(some, scopes if has_token else None, is_for_some, is_limited)
        yield Case(chance.choice([*WHO_MAY, "GET /not-listed"]), comer)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(every_cell(), id="cells"),
        pytest.param(at_random(Random(14), AT_RANDOM), id="random"),
        pytest.param(at_random(Random(15), AT_LENGTH), id="at length", marks=pytest.mark.long),
    ],
)
def test_cedar_lets_in_the_same_people(cases: Iterable[Case]) -> None:
    listed = list(cases)
    theirs = list(by_cedar(listed))
    ours = [each.key in WHO_MAY and may_come_in(WHO_MAY[each.key], each.comer) for each in listed]
    differing = [
        case for case, our, their in zip(listed, ours, theirs, strict=True) if our != their
    ]
    assert differing == []
    assert set(ours) == {True, False}


def test_a_row_that_is_printed_otherwise_is_found() -> None:
    case = Case("GET /people", Comer(frozenset({Role.AUDITOR})))
    wrong = policy("GET /people", Row(ANYBODY))
    (answer,) = cedarpy.is_authorized_batch([asked(case)], wrong, [])
    assert answer.decision == cedarpy.Decision.Allow
    assert not may_come_in(WHO_MAY[case.key], case.comer)
