"""The situations that the seeds describe, over HTTP, and what must follow from each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from register.acts import all_acts
from tests.at_length import ENGINES
from tests.gifts import day, new_id, path
from tests.server import CASES, Installation, Server, servers_with_the_cast

Case = dict[str, Any]

ALL = [json.loads(line) for line in (CASES / "cases.jsonl").read_text().splitlines()]
CALLS = {"GET", *(act.name for act in all_acts())}
CASES_RUN = [case for case in ALL if all(call["call"] in CALLS for call in case["then"])]


@dataclass(frozen=True)
class Played:
    """A case as it was played, on a server that played those before it."""

    server: Server
    declaration: str
    answers: list[httpx.Response]
    """To the declaration, then to each call."""


@pytest.fixture(scope="module", params=ENGINES)
def played(
    request: pytest.FixtureRequest, new_installation: Callable[..., Installation]
) -> Iterator[dict[str, Played]]:
    """All cases by name, played once and in order in a register of their own."""
    with servers_with_the_cast(new_installation) as on_engine:
        server = on_engine(request.param)
        yield {case["name"]: play(server, case) for case in CASES_RUN}


def play(server: Server, case: Case) -> Played:
    for earlier in case["before"]:
        made = server.as_(case["by"]).put(path(new_id()), json=body_of(earlier))
        assert made.status_code == 201, made.text
    declaration = new_id()
    answers = [server.as_(case["by"]).put(path(declaration), json=body_of(case["declare"]))]
    answers += [answer_to(server, declaration, call) for call in case["then"]]
    return Played(server, declaration, answers)


def test_every_case_is_run() -> None:
    assert len(CASES_RUN) == len(ALL) == 38


@pytest.mark.parametrize("case", CASES_RUN, ids=lambda case: case["name"])
def test_what_must_follow_does(played: dict[str, Played], case: Case) -> None:
    made, *answers = played[case["name"]].answers
    assert_expected(made, case["expect"])
    for answer, call in zip(answers, case["then"], strict=True):
        assert_expected(answer, call["expect"])


@pytest.mark.parametrize("case", CASES_RUN, ids=lambda case: case["name"])
def test_it_can_be_read_as_at_every_position_of_its_history(
    played: dict[str, Played], case: Case
) -> None:
    run = played[case["name"]]
    server, declaration = run.server, run.declaration
    then = {each.json()["position"]: each.json() for each in run.answers if each.is_success}
    history = read(server, declaration, "history").json()["items"]

    positions = [line["position"] for line in history]
    assert positions == sorted(set(positions))
    assert then.keys() <= set(positions)
    assert positions[-1] == max(then), "the last answer is the declaration as it is now"
    for line in history:
        by_position = read(server, declaration, as_at=line["position"]).json()
        assert by_position["position"] == line["position"]
        assert by_position == then.get(line["position"], by_position)
        assert read(server, declaration, as_at=line["recorded_at"]).json() == by_position
    assert read(server, declaration).json() == by_position
    assert read(server, declaration, as_at=positions[0] - 1).status_code == 404


def test_a_kind_without_code_is_refused_by_its_kind(server: Server) -> None:
    told = {**ALL[0]["declare"], "kind": "tea-party"}
    answer = server.as_(ALL[0]["by"]).put(path(new_id()), json=body_of(told))
    assert answer.status_code == 422, answer.text
    assert "kind" in {error["field"] for error in answer.json()["errors"]}


def body_of(declared: Case) -> Case:
    told = dict(declared)
    happened_on = day(told.pop("happened_days_ago"))
    return {**told, "happened_on": happened_on, "captured_at": datetime.now(UTC).isoformat()}


def answer_to(server: Server, declaration: str, call: Case) -> httpx.Response:
    if call["call"] == "GET":
        return server.as_(call["by"]).get(path(declaration))
    return server.as_(call["by"]).post(path(declaration, call["call"]), json=call["body"])


def read(server: Server, declaration: str, *further: str, **query: Any) -> httpx.Response:
    """As an auditor, whose looking opens no alert."""
    return server.as_("dev").get(path(declaration, *further), params=query)


def assert_expected(answer: httpx.Response, expect: Case) -> None:
    assert answer.status_code == expect["code"], answer.text
    shown = {**answer.json(), "code": answer.status_code}
    shown["clause"] = shown.get("policy", {}).get("clause")
    assert comparable({field: shown[field] for field in expect}) == comparable(expect)


def comparable(fields: Case) -> Case:
    """`tells` as role:person; the order of `tells` and `flags` says nothing."""
    told = [
        each if isinstance(each, str) else f"{each['role']}:{each['person']}"
        for each in fields.get("tells", ())
    ]
    return {**fields, "tells": sorted(told), "flags": sorted(fields.get("flags", ()))}
